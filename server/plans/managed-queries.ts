import type { ManagedAddressPlan, ManagedSpacePlan, SaveAddressPlan, SaveSpacePlan } from "#contracts/plans/manage-plans.ts";
import type { PlatformClient, TenantClient } from "../db/database.ts";
import { toAddressPlan } from "./queries.ts";

/** All address plans in order, with who uses them. */
export async function listManagedAddressPlans(client: PlatformClient): Promise<ManagedAddressPlan[]> {
  const rows = await client.addressPlan.findMany({ orderBy: [{ type: "asc" }, { order: "asc" }, { id: "asc" }] });
  const users = await client.$queryRaw<{ id: string; users: number; behind: number }[]>`
    SELECT p.id, count(*)::int AS users, (count(*) FILTER (WHERE a.plan_version < p.version))::int AS behind
    FROM address a JOIN address_plan p ON p.id = a.plan_id GROUP BY p.id`;
  const of = new Map(users.map((row) => [row.id, row]));
  return rows.map((row) => ({ ...toAddressPlan(row), version: row.version, isRetired: row.retiredAt !== null, users: of.get(row.id)?.users ?? 0, behind: of.get(row.id)?.behind ?? 0 }));
}

/** All space plans in order, with who uses them. */
export async function listManagedSpacePlans(client: PlatformClient): Promise<ManagedSpacePlan[]> {
  const rows = await client.spacePlan.findMany({ orderBy: [{ order: "asc" }, { id: "asc" }], include: { spaces: { select: { planVersion: true } } } });
  return rows.map(({ spaces, retiredAt, maxStoredBytes, ...row }) => ({
    ...row,
    maxStoredBytes: Number(maxStoredBytes),
    isRetired: retiredAt !== null,
    users: spaces.length,
    behind: spaces.filter(({ planVersion }) => planVersion < row.version).length,
  }));
}

/** A space in which an address plan is used: how often, what is reserved there in all, and what it may reserve. */
export interface SpaceOfPlan {
  readonly tenant_id: string;
  readonly tenant: string;
  readonly space: string;
  readonly users: number;
  readonly reserved: bigint;
  readonly max_stored_bytes: bigint;
}

export function listSpacesOfAddressPlan(client: PlatformClient, planId: string): Promise<SpaceOfPlan[]> {
  return client.$queryRaw<SpaceOfPlan[]>`
    SELECT s.tenant_id, t.slug AS tenant, s.slug AS space, (count(*) FILTER (WHERE a.plan_id = ${planId}))::int AS users,
      coalesce(sum(p.stored_bytes), 0)::bigint AS reserved, q.max_stored_bytes
    FROM address a JOIN address_plan p ON p.id = a.plan_id JOIN address_space s ON s.id = a.space_id JOIN tenant t ON t.id = s.tenant_id
      JOIN space_plan q ON q.id = s.plan_id
    WHERE a.space_id IN (SELECT space_id FROM address WHERE plan_id = ${planId})
    GROUP BY s.tenant_id, t.slug, s.id, q.max_stored_bytes ORDER BY t.slug, s.slug`;
}

export function listSpacesOfSpacePlan(client: PlatformClient, planId: string): Promise<{ tenantId: string; slug: string; tenant: { slug: string }; id: string }[]> {
  return client.addressSpace.findMany({ where: { planId }, select: { id: true, tenantId: true, slug: true, tenant: { select: { slug: true } } }, orderBy: [{ tenantId: "asc" }, { slug: "asc" }] });
}

type StoredAddressPlan = Omit<SaveAddressPlan, "version" | "checkOnly">;
type StoredSpacePlan = Omit<SaveSpacePlan, "version" | "checkOnly">;
const nullableBig = (value: number | null): bigint | null => (value === null ? null : BigInt(value));

export async function insertAddressPlan(client: PlatformClient, { storedBytes, maxTimeToLiveMs, ...plan }: StoredAddressPlan, classId: string): Promise<void> {
  await client.addressPlan.create({ data: { ...plan, classId, storedBytes: nullableBig(storedBytes), maxTimeToLiveMs: nullableBig(maxTimeToLiveMs) }, select: { id: true } });
}

/** Stores a change with the next version. @returns false when the plan is not at `version` any more */
export async function storeAddressPlan(client: PlatformClient, version: number, { id, type: _fixed, storedBytes, maxTimeToLiveMs, ...plan }: StoredAddressPlan): Promise<boolean> {
  const data = { ...plan, storedBytes: nullableBig(storedBytes), maxTimeToLiveMs: nullableBig(maxTimeToLiveMs), version: { increment: 1 } };
  return (await client.addressPlan.updateMany({ where: { id, version }, data })).count === 1;
}

export async function insertSpacePlan(client: PlatformClient, { maxStoredBytes, ...plan }: StoredSpacePlan): Promise<void> {
  await client.spacePlan.create({ data: { ...plan, maxStoredBytes: BigInt(maxStoredBytes) }, select: { id: true } });
}

/** As {@link storeAddressPlan}. */
export async function storeSpacePlan(client: PlatformClient, version: number, { id, maxStoredBytes, ...plan }: StoredSpacePlan): Promise<boolean> {
  const data = { ...plan, maxStoredBytes: BigInt(maxStoredBytes), version: { increment: 1 } };
  return (await client.spacePlan.updateMany({ where: { id, version }, data })).count === 1;
}

/** @returns false when there is no such plan */
export async function storeRetirement(client: PlatformClient, { kind, id }: { kind: "address-plan" | "space-plan"; id: string }, retiredAt: Date | null): Promise<boolean> {
  const change = { where: { id }, data: { retiredAt } };
  return (kind === "address-plan" ? await client.addressPlan.updateMany(change) : await client.spacePlan.updateMany(change)).count === 1;
}

/** Asks a bounded number of the tenant's addresses to follow the plan's newest version. @returns how many */
export function rollOutAddressPlan(client: TenantClient, planId: string, limit: number): Promise<number> {
  return client.$executeRaw`
    UPDATE address r SET plan_version = p.version, generation = r.generation + 1, attempts = 0, next_attempt_at = now()
    FROM address_plan p WHERE p.id = ${planId} AND r.id IN (
      SELECT a.id FROM address a JOIN address_plan q ON q.id = a.plan_id
      WHERE a.plan_id = ${planId} AND a.plan_version < q.version ORDER BY a.id LIMIT ${limit} FOR UPDATE OF a)`;
}

/** As {@link rollOutAddressPlan}, for the tenant's spaces. */
export function rollOutSpacePlan(client: TenantClient, planId: string): Promise<number> {
  return client.$executeRaw`
    UPDATE address_space s SET plan_version = p.version, generation = s.generation + 1, attempts = 0, next_attempt_at = now()
    FROM space_plan p WHERE p.id = ${planId} AND s.plan_id = p.id AND s.plan_version < p.version`;
}

/** What the addresses of each of the spaces use; rows being deleted count until they are gone. */
export async function readSpacesUse(client: PlatformClient, spaceIds: readonly string[]): Promise<ReadonlyMap<string, { addresses: number; storedBytes: number }>> {
  const rows = await client.$queryRaw<{ id: string; addresses: number; stored: bigint }[]>`
    SELECT a.space_id AS id, count(*)::int AS addresses, coalesce(sum(p.stored_bytes), 0)::bigint AS stored
    FROM address a JOIN address_plan p ON p.id = a.plan_id WHERE a.space_id = ANY (${[...spaceIds]}::uuid[]) GROUP BY a.space_id`;
  return new Map(rows.map(({ id, addresses, stored }) => [id, { addresses, storedBytes: Number(stored) }]));
}
