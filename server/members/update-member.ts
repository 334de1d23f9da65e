import type { Member, RequiredAction } from "#contracts/members/member.ts";
import { isAllowed, type TenantRole } from "#contracts/permissions.ts";
import { PostroomError } from "#contracts/errors.ts";
import type { TenantContext } from "../trpc/procedures.ts";
import { auditMember, changeMember, requestOperation, requireAccount, requireAnotherAdmin, requireMember, toPublicMember } from "./change-member.ts";
import { generateOneTimePassword } from "./one-time-password.ts";
import { deleteMemberRow, listMemberRows, lockMembers, updateMemberRow } from "./queries.ts";

/** Gives the member another role, from the next request on. @throws PostroomError `not-found`, `conflict` for the last tenant-admin */
export function updateMemberRole(ctx: TenantContext, { id, role }: { id: string; role: TenantRole }): Promise<Member> {
  return changeMember(ctx, id, async (client, member, all) => {
    if (member.role === role) return auditMember(client, ctx, member, { action: "member:update", before: { role }, after: { role } });
    requireAnotherAdmin(member, all);
    await updateMemberRow(client, id, { role });
    // A session of the test client that is open would last for up to half an hour more.
    if (member.userId !== null && !isAllowed([role], "message:test")) await requestOperation(client, ctx, member, "match-access");
    await auditMember(client, ctx, member, { action: "member:update", before: { role: member.role }, after: { role } });
  });
}

/**
 * Shuts the member out of this tenant from the next request on; the account in Keycloak is disabled as well when the person
 * is active nowhere else.
 * @throws PostroomError `not-found`, `conflict` for the last tenant-admin, `phase-forbids` before an account is there
 */
export function disableMember(ctx: TenantContext, { id }: { id: string }): Promise<Member> {
  return changeMember(ctx, id, async (client, member, all) => {
    requireAccount(member);
    requireAnotherAdmin(member, all);
    await updateMemberRow(client, id, { state: "disabled" });
    await requestOperation(client, ctx, member, "match-access");
    await auditMember(client, ctx, member, { action: "member:update", before: { state: member.state }, after: { state: "disabled" } });
  });
}

/** Lets a disabled member in again. @throws PostroomError `not-found`, `phase-forbids` for one who is not disabled */
export function enableMember(ctx: TenantContext, { id }: { id: string }): Promise<Member> {
  return changeMember(ctx, id, async (client, member) => {
    if (member.state !== "disabled") throw new PostroomError({ code: "phase-forbids", message: `${member.email} is not disabled.` });
    await updateMemberRow(client, id, { state: "active" });
    await requestOperation(client, ctx, member, "match-access");
    await auditMember(client, ctx, member, { action: "member:update", before: { state: "disabled" }, after: { state: "active" } });
  });
}

/** Takes the person out of this tenant from the next request on. @throws PostroomError `not-found`, `conflict` for the last tenant-admin */
export function removeMember(ctx: TenantContext, { id }: { id: string }): Promise<Member> {
  return ctx.inTenant(async (client) => {
    await lockMembers(client, ctx.tenant.id);
    const all = await listMemberRows(client, ctx.tenant.id);
    const member = requireMember(all, id);
    requireAnotherAdmin(member, all);
    if (member.userId !== null) await requestOperation(client, ctx, member, "match-access");
    await deleteMemberRow(client, id);
    const { email, name, role, state } = member;
    await auditMember(client, ctx, member, { action: "member:delete", before: { email, name, role, state } });
    return toPublicMember(ctx, member);
  });
}

/**
 * Sets a password that is in the answer and nowhere else, to be changed at the next login.
 * The provisioner refuses for people whom other tenants or the platform rely on as well.
 * @throws PostroomError `not-found`, `phase-forbids` before an account is there
 */
export async function resetMemberPassword(ctx: TenantContext, { id }: { id: string }): Promise<{ member: Member; oneTimePassword: string }> {
  const oneTimePassword = generateOneTimePassword();
  const member = await changeMember(ctx, id, async (client, before) => {
    requireAccount(before);
    await requestOperation(client, ctx, before, "reset-password", { secret: oneTimePassword });
    await auditMember(client, ctx, before, { action: "member:update", after: { password: "one-time" } });
  });
  return { member, oneTimePassword };
}

/**
 * Takes away the second factor, for whoever has lost the device: every login ends, and the next one sets up another.
 * The provisioner refuses for people whom other tenants or the platform rely on as well.
 * @throws PostroomError as {@link resetMemberPassword}
 */
export function resetMemberSecondFactor(ctx: TenantContext, { id }: { id: string }): Promise<Member> {
  return changeMember(ctx, id, async (client, member) => {
    requireAccount(member);
    await requestOperation(client, ctx, member, "reset-second-factor");
    await auditMember(client, ctx, member, { action: "member:update", after: { secondFactor: "reset" } });
  });
}

/** Wants a new password or a second factor at the next login. @throws PostroomError as {@link resetMemberPassword} */
export function requireMemberAction(ctx: TenantContext, { id, action }: { id: string; action: RequiredAction }): Promise<Member> {
  return changeMember(ctx, id, async (client, member) => {
    requireAccount(member);
    await requestOperation(client, ctx, member, "require-action", { detail: { action } });
    await auditMember(client, ctx, member, { action: "member:update", after: { requiresAtNextLogin: action } });
  });
}

/** Ends every login of the person: here from the next request on, and in Keycloak. @throws PostroomError as {@link resetMemberPassword} */
export function signOutMember(ctx: TenantContext, { id }: { id: string }): Promise<Member> {
  return changeMember(ctx, id, async (client, member) => {
    requireAccount(member);
    // Whole seconds, as tokens count: a login in the same second holds.
    await updateMemberRow(client, id, { signedOutAt: new Date(Math.floor(Date.now() / 1000) * 1000) });
    await requestOperation(client, ctx, member, "sign-out");
    await auditMember(client, ctx, member, { action: "member:update", after: { signedOut: "everywhere" } });
  });
}
