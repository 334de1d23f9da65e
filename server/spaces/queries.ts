import type { SpaceQuota, SpaceUse } from "#contracts/plans/quota.ts";
import type { TenantClient } from "../db/database.ts";

/** A space's plan and what it uses of it. */
export interface SpaceAccount {
  readonly planId: string;
  readonly planName: string;
  readonly phase: string;
  /** Address plans that the space plan allows. */
  readonly addressPlanIds: readonly string[];
  readonly quota: SpaceQuota;
  readonly use: SpaceUse;
}

/**
 * Reads plan and use of a space. Rows being deleted count until they are gone, because what they reserve is still taken.
 * Connections are not counted yet and read as 0.
 */
export async function readSpaceAccount(client: TenantClient, spaceId: string): Promise<SpaceAccount | null> {
  const space = await client.addressSpace.findUnique({ where: { id: spaceId }, select: { phase: true, plan: true } });
  if (!space) return null;
  const groups = await client.address.groupBy({ by: ["planId"], where: { spaceId }, _count: { id: true } });
  const byPlan = groups.map(({ planId, _count: { id: count } }) => ({ planId, count }));
  const plans = await client.addressPlan.findMany({
    where: { id: { in: byPlan.map((group) => group.planId) } },
    select: { id: true, storedBytes: true },
  });
  const storedBytesOf = new Map(plans.map((plan) => [plan.id, Number(plan.storedBytes ?? 0)]));
  const credentials = await client.credential.count({ where: { spaceId } });
  const { plan } = space;
  return {
    planId: plan.id,
    planName: plan.name,
    phase: space.phase,
    addressPlanIds: plan.addressPlanIds,
    quota: {
      maxAddresses: plan.maxAddresses,
      maxStoredBytes: Number(plan.maxStoredBytes),
      maxConnections: plan.maxConnections,
      maxCredentials: plan.maxCredentials,
    },
    use: {
      addresses: byPlan.reduce((sum, group) => sum + group.count, 0),
      storedBytes: byPlan.reduce((sum, group) => sum + group.count * (storedBytesOf.get(group.planId) ?? 0), 0),
      connections: 0,
      credentials,
    },
  };
}

/** Makes the transactions that take from a space's quota wait for each other until they end. */
export async function lockSpaceQuota(client: TenantClient, spaceId: string): Promise<void> {
  await client.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`postroom-quota:${spaceId}`}, 0))`;
}

/** Ids of the address plans that the space's plan offers. */
export async function readOfferedPlanIds(client: TenantClient, spaceId: string): Promise<readonly string[]> {
  const space = await client.addressSpace.findUnique({ where: { id: spaceId }, select: { plan: { select: { addressPlanIds: true } } } });
  return space?.plan.addressPlanIds ?? [];
}
