import { PostroomError } from "#contracts/errors.ts";
import type { Phase } from "#contracts/phases.ts";
import type { ListedSpace } from "#contracts/spaces/space.ts";
import type { Prisma } from "#prisma/generated/client.ts";
import type { TenantClient } from "../db/database.ts";

const columns = {
  slug: true,
  name: true,
  phase: true,
  reason: true,
  createdAt: true,
  plan: { select: { name: true } },
  _count: { select: { addresses: true, credentials: true } },
} satisfies Prisma.AddressSpaceSelect;

function toListed({ plan, phase, createdAt, _count, ...row }: Prisma.AddressSpaceGetPayload<{ select: typeof columns }>): ListedSpace {
  return { ...row, planName: plan.name, phase: phase as Phase, createdAt: createdAt.toISOString(), addresses: _count.addresses, credentials: _count.credentials };
}

/** Most spaces of one tenant, and so of a list. */
const maxSpaces = 1_000;

export async function listSpaceRows(client: TenantClient, tenantId: string): Promise<ListedSpace[]> {
  return (await client.addressSpace.findMany({ where: { tenantId }, orderBy: [{ name: "asc" }, { slug: "asc" }], take: maxSpaces, select: columns })).map(toListed);
}

/** @throws PostroomError `not-found` when it went away meanwhile */
export async function findListedSpace(client: TenantClient, tenantId: string, slug: string): Promise<ListedSpace> {
  const row = await client.addressSpace.findUnique({ where: { tenantId_slug: { tenantId, slug } }, select: columns });
  if (row) return toListed(row);
  throw new PostroomError({ code: "not-found", message: `There is no address space “${slug}” in this tenant any more.` });
}

/** Makes the transactions that make spaces of a tenant wait for each other until they end. */
export async function lockTenantSpaces(client: TenantClient, tenantId: string): Promise<void> {
  await client.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`postroom-spaces:${tenantId}`}, 0))`;
}

/** How many spaces the tenant may have and has, and the plan of new ones. Spaces being deleted count until they are gone. */
export async function readSpaceAllowance(client: TenantClient, tenantId: string): Promise<{ maxSpaces: number; used: number; planId: string; planName: string }> {
  const tenant = await client.tenant.findUniqueOrThrow({ where: { id: tenantId }, select: { maxSpaces: true, spacePlanId: true } });
  const plan = await client.spacePlan.findUniqueOrThrow({ where: { id: tenant.spacePlanId }, select: { name: true } });
  return { maxSpaces: tenant.maxSpaces, used: await client.addressSpace.count({ where: { tenantId } }), planId: tenant.spacePlanId, planName: plan.name };
}

export async function insertSpace(client: TenantClient, data: { tenantId: string; slug: string; name: string; planId: string; createdBy: string }): Promise<void> {
  await client.addressSpace.create({ data, select: { id: true } });
}

/** @returns false when it is being deleted already */
export async function markSpaceTerminating(client: TenantClient, id: string): Promise<boolean> {
  const { count } = await client.addressSpace.updateMany({
    where: { id, phase: { not: "Terminating" } },
    data: { phase: "Terminating", reason: null, generation: { increment: 1 }, attempts: 0, nextAttemptAt: new Date() },
  });
  return count === 1;
}
