import type { SpaceQuota } from "#contracts/plans/quota.ts";
import type { TenantClient } from "../db/database.ts";

export interface SpacePlanRow extends SpaceQuota {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly addressPlanIds: readonly string[];
  readonly isRetired: boolean;
}

/** All space plans, in the operator's order. */
export async function listSpacePlans(client: TenantClient): Promise<SpacePlanRow[]> {
  const rows = await client.spacePlan.findMany({ orderBy: [{ order: "asc" }, { id: "asc" }] });
  return rows.map(({ maxStoredBytes, retiredAt, ...row }) => ({ ...row, maxStoredBytes: Number(maxStoredBytes), isRetired: retiredAt !== null }));
}

/** Addresses of the space on none of these plans: how many, and the first names. */
export async function listAddressesOutsidePlans(client: TenantClient, spaceId: string, planIds: readonly string[], limit: number): Promise<{ count: number; names: string[] }> {
  const where = { spaceId, planId: { notIn: [...planIds] } };
  const rows = await client.address.findMany({ where, select: { name: true }, orderBy: { name: "asc" }, take: limit });
  return { count: rows.length < limit ? rows.length : await client.address.count({ where }), names: rows.map(({ name }) => name) };
}

export async function storeSpacePlanOfSpace(client: TenantClient, spaceId: string, planId: string): Promise<void> {
  await client.addressSpace.updateMany({ where: { id: spaceId }, data: { planId, generation: { increment: 1 }, attempts: 0, nextAttemptAt: new Date() } });
}
