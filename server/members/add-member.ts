import { PostroomError } from "#contracts/errors.ts";
import { invitationDays, type Member, type NewMember } from "#contracts/members/member.ts";
import { paths } from "#contracts/paths.ts";
import { isUniqueViolation } from "../db/database-errors.ts";
import type { TenantClient } from "../db/database.ts";
import { sealSecret } from "../credentials/seal-secret.ts";
import { answerOnce, type KeyedRequest } from "../idempotency-keys/answer-once.ts";
import type { Services } from "../services.ts";
import type { PersonContext, TenantContext } from "../trpc/procedures.ts";
import { auditMember, requestOperation, toPublicMember } from "./change-member.ts";
import { hashOfInvitation, invitationToken, type InvitingRequest } from "./invitation-token.ts";
import { generateOneTimePassword } from "./one-time-password.ts";
import { insertMember, insertOperation, listMemberRows, lockMembers, maxMembers, type MemberRow, type NewInvitation } from "./queries.ts";

const dayMs = 86_400_000;

/**
 * Makes a member, and an account in Keycloak with a password that is in the answer and nowhere else, to be changed at the
 * first login. For an address that has an account already the work fails, since a password of somebody else's is not ours
 * to set: such a person is invited.
 * @throws PostroomError `already-exists`, `quota-exceeded`, `conflict` also for the same request sent again: its password is not kept
 */
export async function createMember(ctx: TenantContext, input: NewMember, idempotencyKey?: string): Promise<{ member: Member; oneTimePassword: string }> {
  const oneTimePassword = generateOneTimePassword();
  const request: KeyedRequest = { key: idempotencyKey, procedure: "members.create", input };
  const { member, isRepeated } = await addMember(ctx, request, input, undefined, async (client, added) => {
    await requestOperation(client, ctx, added, "create-account", { secret: oneTimePassword });
    await auditMember(client, ctx, added, { action: "member:create", after: { ...input, by: "one-time password" } });
  });
  if (isRepeated) throw passwordIsLost(member.email);
  return { member, oneTimePassword };
}

/**
 * Makes a member who joins by a link, for one person, once, for seven days. Where there is a mail server the provisioner sends it;
 * else it is in the answer and nowhere else, to be handed on.
 * @throws PostroomError `already-exists`, `quota-exceeded`, `conflict`
 */
export async function inviteMember(ctx: TenantContext, input: NewMember, idempotencyKey?: string): Promise<{ member: Member; link: string | null }> {
  const { link, token, invitation } = makeInvitation(ctx.services, { tenantId: ctx.tenant.id, userId: ctx.person.userId, key: idempotencyKey });
  const request: KeyedRequest = { key: idempotencyKey, procedure: "members.invite", input };
  const { member } = await addMember(ctx, request, input, invitation, async (client, added) => {
    if (link === null) await requestInvitationMail(client, ctx, ctx.tenant, added, token);
    await auditMember(client, ctx, added, { action: "member:create", after: { ...input, by: link === null ? "e-mail" : "invitation", expiresAt: invitation.expiresAt.toISOString() } });
  });
  return { member, link };
}

/** A new invitation: its token, its link to be handed over (null where it goes by e-mail), and what is kept of it. */
export function makeInvitation({ env, ticketKey }: Services, request: InvitingRequest): { link: string | null; token: string; invitation: NewInvitation } {
  const token = invitationToken(ticketKey, request);
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
  request: KeyedRequest,
  input: NewMember,
  invitation: NewInvitation | undefined,
  follow: (client: TenantClient, added: MemberRow) => Promise<void>,
): Promise<{ member: Member; isRepeated: boolean }> {
  try {
    const { answer: member, isRepeated } = await ctx.inTenant((client) => answerOnce(client, ctx, request, async () => {
      await lockMembers(client, ctx.tenant.id);
      const all = await listMemberRows(client, ctx.tenant.id);
      if (all.some(({ email }) => email.toLowerCase() === input.email)) throw alreadyMember(input.email);
      if (all.length >= maxMembers) throw new PostroomError({ code: "quota-exceeded", message: `A tenant has at most ${maxMembers} members. Remove somebody first.` });
      const added = await insertMember(client, ctx.tenant.id, input, invitation);
      await follow(client, added);
      const [now = added] = (await listMemberRows(client, ctx.tenant.id)).filter(({ id }) => id === added.id);
      return toPublicMember(ctx, now);
    }));
    return { member, isRepeated };
  } catch (error) {
    if (isUniqueViolation(error)) throw alreadyMember(input.email);
    throw error;
  }
}

function passwordIsLost(email: string): PostroomError {
  return new PostroomError({
    code: "conflict",
    message: `${email} has been added by this very request, which was sent before; the password was in the answer to that, and is kept nowhere. If you do not have it, reset the password in the list of members.`,
  });
}

function alreadyMember(email: string): PostroomError {
  return new PostroomError({ code: "already-exists", field: "email", message: `${email} is a member of this tenant already, or has been invited. Look at the list of members.` });
}
