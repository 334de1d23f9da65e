import type { TenantClosure } from "#contracts/tenants/tenant.ts";
import type { PersonClient, TenantClient } from "../db/database.ts";

/** Why a tenant is closed, or null while it is open. */
export function closureOf({ suspendedAt, suspensionReason, deleteAt }: { suspendedAt: Date | null; suspensionReason: string; deleteAt: Date | null }): TenantClosure | null {
  if (deleteAt !== null) return { kind: "deleting", reason: "", deleteAt: deleteAt.toISOString() };
  return suspendedAt === null ? null : { kind: "suspended", reason: suspensionReason, deleteAt: null };
}

export interface FoundSpace {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly phase: string;
}

export interface FoundMembership {
  readonly id: string;
  readonly role: string;
  readonly lastLoginAt: Date | null;
  readonly signedOutAt: Date | null;
}

export interface FoundTenant {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly suspendedAt: Date | null;
  readonly suspensionReason: string;
  readonly deleteAt: Date | null;
  /** The caller's own, if it is active. */
  readonly memberships: readonly FoundMembership[];
  readonly spaces: readonly FoundSpace[];
}

/** The tenant of this slug as far as the person may see it, with the own membership and, when asked for, one space: one query, since every call begins with it. */
export async function findScope(
  client: PersonClient,
  { tenantSlug, spaceSlug, userId }: { tenantSlug: string; spaceSlug?: string; userId: string },
): Promise<FoundTenant | null> {
  const [row] = await client.$queryRaw<(Omit<FoundTenant, "memberships" | "spaces"> & OwnMembership & OwnSpace)[]>`
    SELECT t.id, t.slug, t.name, t.suspended_at AS "suspendedAt", t.suspension_reason AS "suspensionReason", t.delete_at AS "deleteAt",
      m.id AS "memberId", m.role, m.last_login_at AS "lastLoginAt", m.signed_out_at AS "signedOutAt",
      s.id AS "spaceId", s.slug AS "spaceSlug", s.name AS "spaceName", s.phase
    FROM tenant t
      LEFT JOIN membership m ON m.tenant_id = t.id AND m.user_id = ${userId} AND m.state = 'active'
      LEFT JOIN address_space s ON s.tenant_id = t.id AND s.slug = ${spaceSlug ?? ""}
    WHERE t.slug = ${tenantSlug}`;
  if (!row) return null;
  const { memberId, role, lastLoginAt, signedOutAt, spaceId, spaceSlug: slug, spaceName: name, phase, ...tenant } = row;
  return {
    ...tenant,
    memberships: memberId === null ? [] : [{ id: memberId, role, lastLoginAt, signedOutAt }],
    spaces: spaceId === null ? [] : [{ id: spaceId, slug, name, phase }],
  };
}

type OwnMembership = Omit<FoundMembership, "id"> & { readonly memberId: string | null };
interface OwnSpace {
  readonly spaceId: string | null;
  readonly spaceSlug: string;
  readonly spaceName: string;
  readonly phase: string;
}

/** Most tenants that one session lists; beyond that a person has to search. */
const maxListedTenants = 500;

/** Tenants that row level security lets the person see, with the own membership in each. */
export function listVisibleTenants(client: PersonClient, userId: string) {
  return client.tenant.findMany({
    orderBy: { name: "asc" },
    take: maxListedTenants,
    select: {
      slug: true,
      name: true,
      suspendedAt: true,
      suspensionReason: true,
      deleteAt: true,
      memberships: { where: { userId, state: "active" }, select: { role: true, signedOutAt: true } },
      spaces: { orderBy: { name: "asc" }, take: 100, select: { slug: true, name: true } },
    },
  });
}

/** Notes when the member logged in last. */
export async function storeLastLogin(client: TenantClient, memberId: string, at: Date): Promise<void> {
  await client.membership.updateMany({ where: { id: memberId, OR: [{ lastLoginAt: null }, { lastLoginAt: { lt: at } }] }, data: { lastLoginAt: at } });
}
