import { Prisma } from "#prisma/generated/client.ts";
import type { Member, MemberOperationKind, MemberState, NewMember } from "#contracts/members/member.ts";
import type { TenantRole } from "#contracts/permissions.ts";
import type { TenantClient } from "../db/database.ts";

const columns = {
  id: true,
  userId: true,
  email: true,
  name: true,
  role: true,
  state: true,
  lastLoginAt: true,
  invitationExpiresAt: true,
  createdAt: true,
} satisfies Prisma.MembershipSelect;

type Row = Prisma.MembershipGetPayload<{ select: typeof columns }>;
type Operation = Member["operation"];

/** A member with the Keycloak subject, which stays on the server. */
export interface MemberRow extends Omit<Member, "isYou"> {
  readonly userId: string | null;
}

function toMember({ role, state, lastLoginAt, invitationExpiresAt, createdAt, ...row }: Row, operation: Operation): MemberRow {
  return {
    ...row,
    role: role as TenantRole,
    state: state as MemberState,
    lastLoginAt: lastLoginAt?.toISOString() ?? null,
    invitedUntil: state === "invited" ? (invitationExpiresAt?.toISOString() ?? null) : null,
    createdAt: createdAt.toISOString(),
    operation,
  };
}

/** Most members of one tenant. */
export const maxMembers = 1_000;

/** The tenant's members by e-mail address, with what is not yet done for them in Keycloak. */
export async function listMemberRows(client: TenantClient, tenantId: string): Promise<MemberRow[]> {
  const rows = await client.membership.findMany({ where: { tenantId }, orderBy: { email: "asc" }, take: maxMembers, select: columns });
  const last = await client.memberOperation.findMany({
    where: { tenantId, memberId: { in: rows.map(({ id }) => id) } },
    orderBy: { createdAt: "desc" },
    distinct: ["memberId"],
    select: { memberId: true, kind: true, phase: true, reason: true },
  });
  const operationOf = new Map(last.map(({ memberId, ...operation }) => [memberId, operation]));
  return rows.map((row) => toMember(row, unfinished(operationOf.get(row.id))));
}

function unfinished(operation: { kind: string; phase: string; reason: string | null } | undefined): Operation {
  if (operation === undefined || operation.phase === "Done") return null;
  return { kind: operation.kind as MemberOperationKind, phase: operation.phase as "Pending" | "Failed", reason: operation.reason };
}

/** Makes the transactions that change who is in a tenant wait for each other until they end. */
export async function lockMembers(client: TenantClient, tenantId: string): Promise<void> {
  await client.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`postroom-members:${tenantId}`}, 0))`;
}

export interface NewInvitation {
  readonly hash: Uint8Array<ArrayBuffer>;
  readonly expiresAt: Date;
}

/** A member in state `invited`, whom Keycloak need not know yet. */
export async function insertMember(client: TenantClient, tenantId: string, fields: NewMember, invitation?: NewInvitation): Promise<MemberRow> {
  const data = { tenantId, ...fields, state: "invited", invitationHash: invitation?.hash, invitationExpiresAt: invitation?.expiresAt };
  return toMember(await client.membership.create({ data, select: columns }), null);
}

export async function updateMemberRow(client: TenantClient, id: string, data: { role?: TenantRole; state?: MemberState; signedOutAt?: Date }): Promise<void> {
  await client.membership.update({ where: { id }, data, select: { id: true } });
}

export async function deleteMemberRow(client: TenantClient, id: string): Promise<void> {
  await client.membership.deleteMany({ where: { id } });
}

export async function countPendingOperations(client: TenantClient, memberId: string): Promise<number> {
  return client.memberOperation.count({ where: { memberId, phase: "Pending" } });
}

export interface NewOperation {
  readonly tenantId: string;
  readonly memberId: string;
  readonly userId: string | null;
  readonly email: string;
  readonly name: string;
  readonly kind: MemberOperationKind;
  readonly detail?: Prisma.InputJsonObject;
  readonly sealedSecret?: Uint8Array<ArrayBuffer>;
}

/** Asks the provisioner for a piece of work in Keycloak. */
export async function insertOperation(client: TenantClient, operation: NewOperation): Promise<void> {
  // createMany reads nothing back: the console may not read sealed secrets.
  await client.memberOperation.createMany({ data: [operation] });
}
