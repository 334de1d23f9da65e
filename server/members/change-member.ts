import { lastAdminRefusal, type Member, type MemberOperationKind } from "#contracts/members/member.ts";
import { PostroomError } from "#contracts/errors.ts";
import type { Prisma } from "#prisma/generated/client.ts";
import { recordAudit, type AuditRecord } from "../audit/record-audit.ts";
import { sealSecret } from "../credentials/seal-secret.ts";
import type { TenantClient } from "../db/database.ts";
import type { TenantContext } from "../trpc/procedures.ts";
import { countPendingOperations, insertOperation, listMemberRows, lockMembers, type MemberRow } from "./queries.ts";

const maxPendingOperations = 10;

/** A member as its list shows it to the caller. */
export function toPublicMember(ctx: TenantContext, { userId, ...member }: MemberRow): Member {
  return { ...member, isYou: userId === ctx.person.userId };
}

/**
 * One transaction that changes a member, after all others that change members of the tenant. Answers the member as it is then.
 * @throws PostroomError `not-found`
 */
export function changeMember(ctx: TenantContext, id: string, change: (client: TenantClient, member: MemberRow, all: readonly MemberRow[]) => Promise<void>): Promise<Member> {
  return ctx.inTenant(async (client) => {
    await lockMembers(client, ctx.tenant.id);
    const all = await listMemberRows(client, ctx.tenant.id);
    await change(client, requireMember(all, id), all);
    return toPublicMember(ctx, requireMember(await listMemberRows(client, ctx.tenant.id), id));
  });
}

export function requireMember(all: readonly MemberRow[], id: string): MemberRow {
  const member = all.find((each) => each.id === id);
  if (member) return member;
  throw new PostroomError({ code: "not-found", message: "There is no such member in this tenant. The person may have been removed; look at the list of members." });
}

/** @throws PostroomError `conflict` when the tenant would be left without an active tenant-admin */
export function requireAnotherAdmin(member: MemberRow, all: readonly MemberRow[]): void {
  const refusal = lastAdminRefusal(member, all);
  if (refusal) throw new PostroomError({ code: "conflict", message: refusal });
}

/** @throws PostroomError `phase-forbids` for somebody who has no account yet */
export function requireAccount(member: MemberRow): void {
  if (member.userId !== null) return;
  throw new PostroomError({ code: "phase-forbids", message: `${member.email} has no account yet, so there is nothing to change in it. Wait until the invitation is accepted, or remove the member and invite again.` });
}

/** Asks the provisioner for work in Keycloak, in the caller's transaction. @throws PostroomError `rate-limited` when much is waiting already */
export async function requestOperation(
  client: TenantClient,
  ctx: TenantContext,
  member: MemberRow,
  kind: MemberOperationKind,
  { secret, detail }: { secret?: string; detail?: Prisma.InputJsonObject } = {},
): Promise<void> {
  if ((await countPendingOperations(client, member.id)) >= maxPendingOperations) {
    throw new PostroomError({ code: "rate-limited", message: `${maxPendingOperations} changes for ${member.email} wait for Keycloak already. Try again when they are done.` });
  }
  const { id, userId, email, name } = member;
  const sealedSecret = secret === undefined ? undefined : sealSecret(secret, ctx.services.sealingKey);
  await insertOperation(client, { tenantId: ctx.tenant.id, memberId: id, userId, email, name, kind, detail, sealedSecret });
}

/** The entry for a change of a member. */
export function auditMember(client: TenantClient, ctx: TenantContext, member: { email: string }, record: Pick<AuditRecord, "action" | "before" | "after">): Promise<void> {
  return recordAudit(client, { tenantId: ctx.tenant.id, person: ctx.person }, { objectType: "member", objectName: member.email, ...record });
}
