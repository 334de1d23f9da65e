import { maxListedTenants, type ManagedTenant, type TenantLoss } from "#contracts/tenants/manage-tenants.ts";
import type { Prisma } from "#prisma/generated/client.ts";
import type { PlatformClient, TenantClient } from "../db/database.ts";
import { closureOf } from "./queries.ts";

const columns = {
  id: true,
  slug: true,
  name: true,
  createdAt: true,
  suspendedAt: true,
  suspensionReason: true,
  deleteAt: true,
  maxSpaces: true,
  spacePlanId: true,
  spaces: { orderBy: { name: "asc" }, select: { id: true, slug: true, name: true } },
} satisfies Prisma.TenantSelect;

/** A tenant with its row's id, which stays on the server. */
export interface ManagedTenantRow extends ManagedTenant {
  readonly id: string;
}

async function withAddressCounts(client: PlatformClient | TenantClient, rows: Prisma.TenantGetPayload<{ select: typeof columns }>[]): Promise<ManagedTenantRow[]> {
  const spaceIds = rows.flatMap(({ spaces }) => spaces.map(({ id }) => id));
  const counts = await client.address.groupBy({ by: ["spaceId"], where: { spaceId: { in: spaceIds } }, _count: { id: true } });
  const countOf = new Map(counts.map(({ spaceId, _count }) => [spaceId, _count.id]));
  return rows.map(({ suspendedAt, suspensionReason, deleteAt, createdAt, spaces, ...row }) => ({
    ...row,
    createdAt: createdAt.toISOString(),
    closure: closureOf({ suspendedAt, suspensionReason, deleteAt }),
    spaces: spaces.map(({ slug, name }) => ({ slug, name })),
    addresses: spaces.reduce((sum, { id }) => sum + (countOf.get(id) ?? 0), 0),
  }));
}

/** The first tenants by name whose name or slug has the words, and how many there are. */
export async function listTenantRows(client: PlatformClient, search: string): Promise<{ tenants: ManagedTenantRow[]; total: number }> {
  const where: Prisma.TenantWhereInput = search === "" ? {} : { OR: [{ slug: { contains: search.toLowerCase() } }, { name: { contains: search, mode: "insensitive" } }] };
  const rows = await client.tenant.findMany({ where, orderBy: [{ name: "asc" }, { slug: "asc" }], take: maxListedTenants, select: columns });
  return { tenants: await withAddressCounts(client, rows), total: rows.length < maxListedTenants ? rows.length : await client.tenant.count({ where }) };
}

export async function findTenant(client: PlatformClient | TenantClient, slug: string): Promise<ManagedTenantRow | null> {
  const row = await client.tenant.findUnique({ where: { slug }, select: columns });
  return row && ((await withAddressCounts(client, [row]))[0] ?? null);
}

/** Counts what is in the client's tenant. */
export async function countTenantContents(client: TenantClient, tenantId: string): Promise<TenantLoss> {
  const where = { tenantId };
  return {
    spaces: await client.addressSpace.count({ where }),
    addresses: await client.address.count({ where }),
    credentials: await client.credential.count({ where }),
    members: await client.membership.count({ where }),
  };
}

export interface NewTenantRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly maxSpaces: number;
  readonly spacePlanId: string;
}

/** A tenant with its first space, `default`. */
export async function insertTenantRow(client: TenantClient, tenant: NewTenantRow, createdBy: string): Promise<void> {
  await client.tenant.create({ data: tenant, select: { id: true } });
  await client.addressSpace.create({ data: { tenantId: tenant.id, slug: "default", name: "Default", planId: tenant.spacePlanId, createdBy }, select: { id: true } });
}

export async function storeTenant(client: TenantClient, id: string, data: Prisma.TenantUpdateManyMutationInput): Promise<void> {
  await client.tenant.updateMany({ where: { id }, data });
}

/** Whether spaces can be made on this plan. */
export async function isSpacePlanOffered(client: PlatformClient | TenantClient, planId: string): Promise<boolean> {
  return (await client.spacePlan.count({ where: { id: planId, retiredAt: null } })) === 1;
}
