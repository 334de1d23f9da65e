import type { TenantRole } from "#contracts/permissions.ts";
import type { PersonClient, TenantClient } from "../db/database.ts";

export interface FoundInvitation {
  readonly memberId: string;
  readonly tenantId: string;
  readonly tenant: string;
  readonly tenantName: string;
  readonly email: string;
  readonly name: string;
  readonly role: TenantRole;
  readonly expiresAt: Date;
}

/** The invitation with this hash, unless it was accepted or has expired. */
export async function findInvitation(client: PersonClient, hash: Buffer, now: Date): Promise<FoundInvitation | null> {
  const row = await client.membership.findUnique({
    where: { invitationHash: new Uint8Array(hash), state: "invited", invitationExpiresAt: { gt: now } },
    select: { id: true, tenantId: true, email: true, name: true, role: true, invitationExpiresAt: true, tenant: { select: { slug: true, name: true } } },
  });
  if (row?.invitationExpiresAt == null) return null;
  const { id, tenant, role, invitationExpiresAt, ...rest } = row;
  return { ...rest, memberId: id, tenant: tenant.slug, tenantName: tenant.name, role: role as TenantRole, expiresAt: invitationExpiresAt };
}

/** The member for whom this invitation is or was, until it expires. */
export function findInvitedMember(client: PersonClient, hash: Buffer, now: Date) {
  return client.membership.findUnique({
    where: { invitationHash: new Uint8Array(hash), invitationExpiresAt: { gt: now } },
    select: { id: true, tenantId: true, state: true },
  });
}

/** How the last wish for an account by this invitation stands. */
export function findStartOfAccount(client: TenantClient, memberId: string) {
  return client.memberOperation.findFirst({ where: { memberId, kind: "start-account" }, orderBy: { createdAt: "desc" }, select: { phase: true, reason: true } });
}

/** Gives the membership to whoever accepts, if nobody has yet. @returns whether it did */
export async function bindInvitation(client: TenantClient, hash: Buffer, userId: string, now: Date): Promise<boolean> {
  const { count } = await client.membership.updateMany({
    where: { invitationHash: new Uint8Array(hash), state: "invited", invitationExpiresAt: { gt: now } },
    data: { userId, state: "active", invitationHash: null, invitationExpiresAt: null },
  });
  return count === 1;
}

export function isMember(client: TenantClient, tenantId: string, userId: string): Promise<number> {
  return client.membership.count({ where: { tenantId, userId } });
}
