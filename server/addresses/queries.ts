import type { Address, CreateAddressFields } from "#contracts/addresses/address.ts";
import type { AddressType } from "#contracts/addresses/address-type.ts";
import type { AddressOptions } from "#contracts/addresses/address-options.ts";
import type { AddressDetail } from "#contracts/addresses/address-detail.ts";
import { addressNameKey } from "#contracts/addresses/address-name-key.ts";
import type { Phase } from "#contracts/phases.ts";
import type { Prisma } from "#prisma/generated/client.ts";
import type { TenantClient } from "../db/database.ts";
import { toAddressPlan } from "../plans/queries.ts";
import { toOptions } from "./address-row.ts";

const columns = {
  id: true,
  name: true,
  type: true,
  topic: { select: { name: true } },
  planId: true,
  plan: true,
  phase: true,
  reason: true,
  generation: true,
  observedGeneration: true,
  createdAt: true,
  createdBy: true,
  timeToLiveMs: true,
  deliveryAttempts: true,
  consumers: true,
  keepsDeadLetters: true,
  autoCreateRule: { select: { pattern: true, deleteUnusedMinutes: true } },
} satisfies Prisma.AddressSelect;

type Row = Prisma.AddressGetPayload<{ select: typeof columns }>;

function toAddress(row: Row): Address {
  const { plan, timeToLiveMs, deliveryAttempts, consumers, keepsDeadLetters, autoCreateRule, ...own } = row;
  return {
    ...own,
    type: row.type as AddressType,
    topic: row.topic?.name ?? null,
    phase: row.phase as Phase,
    planName: plan.name,
    createdAt: row.createdAt.toISOString(),
    options: toOptions({ timeToLiveMs, deliveryAttempts, consumers, keepsDeadLetters }),
    rule: autoCreateRule,
  };
}

function toDetail(row: Row): Omit<AddressDetail, "statistics"> {
  return { ...toAddress(row), plan: toAddressPlan(row.plan) };
}

/** The address of this name; `a/b` also finds `a.b`, since both are one. */
export async function findAddress(client: TenantClient, spaceId: string, name: string): Promise<Omit<AddressDetail, "statistics"> | null> {
  const row = await client.address.findUnique({ where: { spaceId_nameKey: { spaceId, nameKey: addressNameKey(name) } }, select: columns });
  return row && toDetail(row);
}

/** Name and phase of the address that holds the name. */
export async function findHolder(client: TenantClient, spaceId: string, name: string): Promise<{ name: string; phase: Phase } | null> {
  const row = await client.address.findUnique({ where: { spaceId_nameKey: { spaceId, nameKey: addressNameKey(name) } }, select: { name: true, phase: true } });
  return row && { name: row.name, phase: row.phase as Phase };
}

/** Those of the names that exist. */
export async function findAddresses(client: TenantClient, spaceId: string, names: readonly string[]): Promise<Address[]> {
  const rows = await client.address.findMany({ where: { spaceId, name: { in: [...names] } }, select: columns });
  return rows.map(toAddress);
}

/** What a new row asks for; `topicId` is the topic of a subscription. */
export type NewAddress = Omit<CreateAddressFields, "topic"> & { readonly topicId: string | null };

/** A new row in phase Pending. */
export async function insertAddress(
  client: TenantClient,
  owner: { tenantId: string; spaceId: string; createdBy: string },
  fields: NewAddress,
): Promise<Address> {
  const row = await client.address.create({ data: newRow(owner, fields), select: columns });
  return toAddress(row);
}

/** Many new rows in phase Pending. */
export async function insertAddresses(client: TenantClient, owner: { tenantId: string; spaceId: string; createdBy: string }, rows: readonly NewAddress[]): Promise<void> {
  await client.address.createMany({ data: rows.map((fields) => newRow(owner, fields)) });
}

function newRow(owner: { tenantId: string; spaceId: string; createdBy: string }, { name, type, topicId, planId, options }: NewAddress) {
  return { ...owner, name, nameKey: addressNameKey(name), type, topicId, planId, ...options };
}

/** An address that may become the topic of a subscription. */
export interface TopicCandidate {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly phase: string;
}

/** Addresses of these names by key; until the transaction ends none of them can change, so none can begin to go. */
export async function lockTopics(client: TenantClient, spaceId: string, names: readonly string[]): Promise<ReadonlyMap<string, TopicCandidate>> {
  if (names.length === 0) return new Map();
  const keys = [...new Set(names.map(addressNameKey))];
  const rows = await client.$queryRaw<(TopicCandidate & { name_key: string })[]>`
    SELECT id, name, name_key, type, phase FROM address WHERE space_id = ${spaceId}::uuid AND name_key = ANY (${keys}) ORDER BY id FOR SHARE`;
  return new Map(rows.map(({ name_key: key, ...row }) => [key, row]));
}

/** Names of the subscriptions of topics that are not on their way out yet; their end is asked for, forced as their topics' when that is. */
export async function markSubscriptionsTerminating(client: TenantClient, topicIds: readonly string[], isForced = false): Promise<{ name: string; planId: string; topic: string }[]> {
  if (topicIds.length === 0) return [];
  const marked = await client.address.findMany({
    where: { topicId: { in: [...topicIds] }, ...(isForced ? {} : { phase: { not: "Terminating" } }) },
    select: { id: true, name: true, planId: true, topic: { select: { name: true } } },
    orderBy: { name: "asc" },
  });
  await client.address.updateMany({ where: { id: { in: marked.map(({ id }) => id) } }, data: { phase: "Terminating", ...(isForced ? { isForced } : {}), ...askedAgain() } });
  return marked.map(({ name, planId, topic }) => ({ name, planId, topic: topic?.name ?? "" }));
}

/** How many subscriptions topics have, those that are being deleted left out. */
export function countSubscriptions(client: TenantClient, topicIds: readonly string[]): Promise<number> {
  return client.address.count({ where: { topicId: { in: [...topicIds] }, phase: { not: "Terminating" } } });
}

/** Those of the names that are taken, each with the name of its holder; names that differ in `/` and `.` only are one. */
export async function findTakenNames(client: TenantClient, spaceId: string, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await client.address.findMany({ where: { spaceId, nameKey: { in: names.map(addressNameKey) } }, select: { name: true, nameKey: true } });
  return new Map(rows.map(({ name, nameKey }) => [nameKey, name]));
}

const askedAgain = () => ({ reason: null, generation: { increment: 1 }, attempts: 0, nextAttemptAt: new Date() });

/** Asks for another plan and other options, unless somebody changed the row since this generation. */
export async function storeAddressChange(
  client: TenantClient,
  { id, generation }: { id: string; generation: number },
  change: { planId: string; options: AddressOptions },
): Promise<boolean> {
  const { count } = await client.address.updateMany({
    where: { id, generation, phase: { not: "Terminating" } },
    data: { planId: change.planId, ...change.options, ...askedAgain() },
  });
  return count === 1;
}

/** Asks for another plan of many rows that are not on their way out. */
export async function storePlanOfMany(client: TenantClient, ids: readonly string[], planId: string): Promise<void> {
  await client.address.updateMany({ where: { id: { in: [...ids] }, phase: { not: "Terminating" } }, data: { planId, ...askedAgain() } });
}

/** Asks for the end of many rows. */
export async function markManyTerminating(client: TenantClient, ids: readonly string[]): Promise<void> {
  await client.address.updateMany({ where: { id: { in: [...ids] }, phase: { not: "Terminating" } }, data: { phase: "Terminating", onlyIfEmpty: false, ...askedAgain() } });
}

/** Asks for the end of an address, unless somebody already has; the provisioner removes the row when all is gone. */
export async function markAddressTerminating(client: TenantClient, id: string): Promise<boolean> {
  const { count } = await client.address.updateMany({
    where: { id, phase: { not: "Terminating" } },
    data: { phase: "Terminating", onlyIfEmpty: false, ...askedAgain() },
  });
  return count === 1;
}

/** As {@link markAddressTerminating}, whether or not its broker answers, and at once. */
export async function markAddressForced(client: TenantClient, id: string): Promise<void> {
  await client.address.updateMany({ where: { id }, data: { phase: "Terminating", isForced: true, onlyIfEmpty: false, ...askedAgain() } });
}
