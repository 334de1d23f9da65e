import type { KeyObject } from "node:crypto";
import { z } from "zod";
import { PostroomError } from "#contracts/errors.ts";
import { requiredActions, type RequiredAction } from "#contracts/members/member.ts";
import { platformRoles } from "#contracts/permissions.ts";
import type { Database } from "../database.ts";
import type { Mailer } from "../drivers/mail/mailer.ts";
import type { PeopleDriver } from "../drivers/people-driver.ts";
import { unsealSecret } from "../reconcile/credential-work.ts";
import type { WorkWindow } from "../work-window.ts";
import { bindMember, countMemberships, invitationEnd, isMemberThere, tenantSlugOf, type ClaimedOperation } from "./queries.ts";

export interface MemberParts {
  readonly database: Database;
  readonly people: PeopleDriver;
  readonly sealingKey: KeyObject;
  readonly mailer: Pick<Mailer, "send">;
  /** Ends what the person has open in the test client. */
  readonly closeTestSessions: (tenantSlug: string, email: string, window: WorkWindow) => Promise<void>;
}

/** By how much Keycloak's clock may be behind the database's. */
const clockDifferenceMs = 5_000;

/**
 * Does one piece of work for a member. Each can be repeated after a crash at any point.
 * @throws PartAwayError when a part did not answer, another PostroomError when it cannot be done at all
 */
export async function doMemberWork(operation: ClaimedOperation, parts: MemberParts, window: WorkWindow): Promise<void> {
  switch (operation.kind) {
    case "create-account":
    case "start-account":
      return createAccount(operation, parts, window);
    case "reset-password": {
      await requireSoleTenant(operation, parts, window);
      await parts.people.setOneTimePassword(userIdOf(operation), unsealSecret(requireSecret(operation), parts.sealingKey), window);
      await parts.people.signOut(userIdOf(operation), window);
      return;
    }
    case "reset-second-factor": {
      await requireSoleTenant(operation, parts, window);
      // Wanted first: cut off in between, the person still has the old one, never none.
      await parts.people.requireAction(userIdOf(operation), "second-factor", window);
      await parts.people.removeSecondFactors(userIdOf(operation), window);
      await parts.people.signOut(userIdOf(operation), window);
      return;
    }
    case "send-invitation":
      return sendInvitation(operation, parts, window);
    case "require-action":
      await parts.people.requireAction(userIdOf(operation), actionOf(operation), window);
      return;
    case "sign-out":
      await parts.closeTestSessions(await tenantSlugOf(parts.database, operation.tenantId), operation.email, window);
      await parts.people.signOut(userIdOf(operation), window);
      return;
    case "match-access":
      return matchAccess(operation, parts, window);
  }
}

/**
 * Makes the account and binds the member to it. An account that was there is taken for this work's own, from a try that was cut
 * off, only if it was made since the wish and belongs to nobody; its password is set anew, so that nobody else's opens it.
 * Work for one e-mail address is never claimed side by side (queries.ts).
 */
async function createAccount(operation: ClaimedOperation, { database, people, sealingKey }: MemberParts, window: WorkWindow): Promise<void> {
  // A member who was removed meanwhile gets no account.
  if (!(await isMemberThere(database, operation.memberId))) return;
  const { email, name } = operation;
  const oneTimePassword = unsealSecret(requireSecret(operation), sealingKey);
  const { userId, isNew, createdAt } = await people.createPerson({ email, name, oneTimePassword }, window);
  if (!isNew) {
    const { all } = await countMemberships(database, userId);
    const isOwn = all === 0 && createdAt.getTime() >= operation.createdAt.getTime() - clockDifferenceMs && !(await holdsPlatformRole(people, userId, window));
    if (!isOwn) {
      throw new PostroomError({
        code: "already-exists",
        message: `There is an account for ${email} already, and its password is not this tenant's to set. Remove the member and invite the person: an invitation is accepted with the account that is there.`,
      });
    }
    await people.setOneTimePassword(userId, oneTimePassword, window);
  }
  if (!(await bindMember(database, operation, userId))) await people.setEnabled(userId, false, window);
}

const invitationSchema = z.object({ page: z.url(), tenantName: z.string(), invitedBy: z.string(), role: z.string() });

/** Sends the link of an invitation, unless it cannot be accepted any more. */
async function sendInvitation(operation: ClaimedOperation, { database, mailer, sealingKey }: MemberParts, window: WorkWindow): Promise<void> {
  const expiresAt = await invitationEnd(database, operation.memberId);
  if (expiresAt === undefined) return;
  const { page, tenantName, invitedBy, role } = invitationSchema.parse(operation.detail);
  const token = unsealSecret(requireSecret(operation), sealingKey);
  const text = [
    `${operation.name},`,
    `${invitedBy} invites you to the tenant ${tenantName} on Postroom, as ${role}. Open this link to accept. It is for you alone, works once, and until ${expiresAt.toUTCString()}:`,
    `${page}#${token}`,
    "If you did not expect this, do nothing.",
  ].join("\n\n");
  await mailer.send({ id: operation.id, to: operation.email, subject: `Invitation to ${tenantName} on Postroom`, text }, window);
}

/** The account works exactly while the person is active in some tenant or holds a platform role; who is out is signed out. */
async function matchAccess(operation: ClaimedOperation, { database, people, closeTestSessions }: MemberParts, window: WorkWindow): Promise<void> {
  const userId = userIdOf(operation);
  await closeTestSessions(await tenantSlugOf(database, operation.tenantId), operation.email, window);
  const { active } = await countMemberships(database, userId);
  const isEnabled = active > 0 || (await holdsPlatformRole(people, userId, window));
  const isThere = await people.setEnabled(userId, isEnabled, window);
  if (isThere && !isEnabled) await people.signOut(userId, window);
}

/** A password and a second factor open every tenant that the person is in: no tenant sets them for others. */
async function requireSoleTenant(operation: ClaimedOperation, { database, people }: MemberParts, window: WorkWindow): Promise<void> {
  const userId = userIdOf(operation);
  const { otherTenants } = await countMemberships(database, userId);
  if (!otherTenants(operation.tenantId) && !(await holdsPlatformRole(people, userId, window))) return;
  throw new PostroomError({
    code: "forbidden",
    message: `The account of ${operation.email} is not this tenant's alone, so its password and second factor are not this tenant's to set. Require another one at the next login instead, or ask who runs this installation.`,
  });
}

async function holdsPlatformRole(people: PeopleDriver, userId: string, window: WorkWindow): Promise<boolean> {
  const roles = await people.realmRolesOf(userId, window);
  return platformRoles.some((role) => roles.includes(role));
}

function userIdOf({ userId, email }: ClaimedOperation): string {
  if (userId !== null) return userId;
  throw new PostroomError({ code: "not-found", message: `${email} has no account yet.` });
}

function actionOf({ detail }: ClaimedOperation): RequiredAction {
  const action = requiredActions.find((each) => each === detail.action);
  if (action) return action;
  throw new PostroomError({ code: "invalid-input", message: "The step that was asked for is not known to this version." });
}

function requireSecret({ sealedSecret }: ClaimedOperation): Buffer {
  if (sealedSecret) return sealedSecret;
  throw new PostroomError({ code: "invalid-input", message: "The secret that belongs to this work is gone. Do it once more." });
}
