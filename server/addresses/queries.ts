import type { Address, AddressType, CreateAddressFields, ListAddresses } from "#contracts/addresses/address.ts";
import type { AddressDetail } from "#contracts/addresses/address-detail.ts";
import { addressNameKey } from "#contracts/naming.ts";
import type { Phase } from "#contracts/phases.ts";
import type { Prisma } from "#prisma/generated/client.ts";
import type { TenantClient } from "../db/database.ts";
import { toAddressPlan } from "../plans/queries.ts";
import { keysetAfter, keysetOrder, type AddressCursor } from "./address-cursor.ts";

const columns = {
  id: true,
  name: true,
  type: true,
  planId: true,
  plan: true,
  phase: true,
  reason: true,
  generation: true,
  observedGeneration: true,
  createdAt: true,
  createdBy: true,
} satisfies Prisma.AddressSelect;

type Row = Prisma.AddressGetPayload<{ select: typeof columns }>;

function toAddress(row: Row): Address {
  const { plan, ...own } = row;
  return { ...own, type: row.type as AddressType, phase: row.phase as Phase, planName: plan.name, createdAt: row.createdAt.toISOString() };
}

function toDetail(row: Row): AddressDetail {
  return { ...toAddress(row), plan: toAddressPlan(row.plan) };
}

/** The address of this name; `a/b` also finds `a.b`, since both are one. */
export async function findAddress(client: TenantClient, spaceId: string, name: string): Promise<AddressDetail | null> {
  const row = await client.address.findUnique({ where: { spaceId_nameKey: { spaceId, nameKey: addressNameKey(name) } }, select: columns });
  return row && toDetail(row);
}

/** Those of the names that exist. */
export async function findAddresses(client: TenantClient, spaceId: string, names: readonly string[]): Promise<Address[]> {
  const rows = await client.address.findMany({ where: { spaceId, name: { in: [...names] } }, select: columns });
  return rows.map(toAddress);
}

/** One page and one row more when there are further ones, and the count of all matches. */
export async function listAddressRows(
  client: TenantClient,
  spaceId: string,
  { search, type, phase, sort, descending, limit }: Omit<ListAddresses, "tenant" | "space" | "cursor">,
  after: AddressCursor | undefined,
): Promise<{ rows: Address[]; total: number }> {
  const filter: Prisma.AddressWhereInput = {
    spaceId,
    ...(search === "" ? {} : { name: { contains: escapeLike(search), mode: "insensitive" } }),
    ...(type.length === 0 ? {} : { type: { in: type } }),
    ...(phase.length === 0 ? {} : { phase: { in: phase } }),
  };
  const rows = await client.address.findMany({
    where: after ? { AND: [filter, keysetAfter(after)] } : filter,
    orderBy: keysetOrder(sort, descending),
    take: limit + 1,
    select: columns,
  });
  const total = await client.address.count({ where: filter });
  return { rows: rows.map(toAddress), total };
}

/** Prisma hands the text to LIKE as it is. */
function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}

/** A new row in phase Pending. */
export async function insertAddress(
  client: TenantClient,
  owner: { tenantId: string; spaceId: string; createdBy: string },
  { name, type, planId }: CreateAddressFields,
): Promise<Address> {
  const row = await client.address.create({ data: { ...owner, name, nameKey: addressNameKey(name), type, planId }, select: columns });
  return toAddress(row);
}

/** Asks for the end of an address, unless somebody already has; the provisioner removes the row when all is gone. */
export async function markAddressTerminating(client: TenantClient, id: string): Promise<boolean> {
  const { count } = await client.address.updateMany({
    where: { id, phase: { not: "Terminating" } },
    data: { phase: "Terminating", reason: null, generation: { increment: 1 }, attempts: 0, nextAttemptAt: new Date() },
  });
  return count === 1;
}
