import { createHash, randomBytes } from "node:crypto";
import { PostroomError } from "#contracts/errors.ts";
import { invitationDays, type Member, type NewMember } from "#contracts/members/member.ts";
import { paths } from "#contracts/paths.ts";
import type { Env } from "../env.ts";
import { isUniqueViolation } from "../db/database-errors.ts";
import type { TenantClient } from "../db/database.ts";
import { sealSecret } from "../credentials/seal-secret.ts";
import type { PersonContext, TenantContext } from "../trpc/procedures.ts";
import { auditMember, requestOperation, toPublicMember } from "./change-member.ts";
import { generateOneTimePassword } from "./one-time-password.ts";
import { insertMember, insertOperation, listMemberRows, lockMembers, maxMembers, type MemberRow, type NewInvitation } from "./queries.ts";

const dayMs = 86_400_000;

/** SHA-256 of an invitation's token: what is kept of it. */
export function hashOfInvitation(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/**
 * Makes a member, and an account in Keycloak with a password that is in the answer and nowhere else, to be changed at the
 * first login. For an address that has an account already the work fails, since a password of somebody else's is not ours
 * to set: such a person is invited.
 * @throws PostroomError `already-exists`, `quota-exceeded`
 */
export async function createMember(ctx: TenantContext, input: NewMember): Promise<{ member: Member; oneTimePassword: string }> {
  const oneTimePassword = generateOneTimePassword();
  const member = await addMember(ctx, input, undefined, async (client, added) => {
    await requestOperation(client, ctx, added, "create-account", { secret: oneTimePassword });
    await auditMember(client, ctx, added, { action: "member:create", after: { ...input, by: "one-time password" } });
  });
  return { member, oneTimePassword };
}

/**
 * Makes a member who joins by a link, for one person, once, for seven days. Where there is a mail server the provisioner sends it;
 * else it is in the answer and nowhere else, to be handed on.
 * @throws PostroomError `already-exists`, `quota-exceeded`
 */
export async function inviteMember(ctx: TenantContext, input: NewMember): Promise<{ member: Member; link: string | null }> {
  const { link, token, invitation } = makeInvitation(ctx.services.env);
  const member = await addMember(ctx, input, invitation, async (client, added) => {
    if (link === null) await requestInvitationMail(client, ctx, ctx.tenant, added, token);
    await auditMember(client, ctx, added, { action: "member:create", after: { ...input, by: link === null ? "e-mail" : "invitation", expiresAt: invitation.expiresAt.toISOString() } });
  });
  return { member, link };
}

/** A new invitation: its token, its link to be handed over (null where it goes by e-mail), and what is kept of it. */
export function makeInvitation(env: Env): { link: string | null; token: string; invitation: NewInvitation } {
  const token = randomBytes(32).toString("base64url");
  return {
    token,
    // The token stands behind the #, so that it reaches no server and no log with the page.
    link: env.INVITATIONS_BY_MAIL ? null : `${env.CONSOLE_URL}${paths.invitation()}#${token}`,
    invitation: { hash: new Uint8Array(hashOfInvitation(token)), expiresAt: new Date(Date.now() + invitationDays * dayMs) },
  };
}

/** Asks the provisioner to send the link to the person, in the caller's transaction; its token is sealed for it. */
export async function requestInvitationMail(client: TenantClient, { services, person }: PersonContext, tenant: { id: string; name: string }, { id, email, name, role }: MemberRow, token: string): Promise<void> {
  const detail = { page: `${services.env.CONSOLE_URL}${paths.invitation()}`, tenantName: tenant.name, invitedBy: person.email, role };
  await insertOperation(client, { tenantId: tenant.id, memberId: id, userId: null, email, name, kind: "send-invitation", detail, sealedSecret: sealSecret(token, services.sealingKey) });
}

async function addMember(
  ctx: TenantContext,
  input: NewMember,
  invitation: NewInvitation | undefined,
  follow: (client: TenantClient, added: MemberRow) => Promise<void>,
): Promise<Member> {
  try {
    return await ctx.inTenant(async (client) => {
      await lockMembers(client, ctx.tenant.id);
      const all = await listMemberRows(client, ctx.tenant.id);
      if (all.some(({ email }) => email.toLowerCase() === input.email)) throw alreadyMember(input.email);
      if (all.length >= maxMembers) throw new PostroomError({ code: "quota-exceeded", message: `A tenant has at most ${maxMembers} members. Remove somebody first.` });
      const added = await insertMember(client, ctx.tenant.id, input, invitation);
      await follow(client, added);
      const [now = added] = (await listMemberRows(client, ctx.tenant.id)).filter(({ id }) => id === added.id);
      return toPublicMember(ctx, now);
    });
  } catch (error) {
    if (isUniqueViolation(error)) throw alreadyMember(input.email);
    throw error;
  }
}

function alreadyMember(email: string): PostroomError {
  return new PostroomError({ code: "already-exists", field: "email", message: `${email} is a member of this tenant already, or has been invited. Look at the list of members.` });
}
