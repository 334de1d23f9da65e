import { PostroomError } from "#contracts/errors.ts";
import type { Invitation } from "#contracts/members/member.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Person } from "../auth/verify-token.ts";
import { sealSecret } from "../credentials/seal-secret.ts";
import { hashOfInvitation } from "../members/invitation-token.ts";
import { generateOneTimePassword } from "../members/one-time-password.ts";
import { insertOperation } from "../members/queries.ts";
import type { Services } from "../services.ts";
import type { PersonContext } from "../trpc/procedures.ts";
import { bindInvitation, findInvitation, findInvitedMember, findStartOfAccount, isMember, type FoundInvitation } from "./queries.ts";

/** What the invitation is for. @throws PostroomError `not-found`, with one text for one that never was, was used or has expired */
export async function getInvitation(services: Services, token: string): Promise<Invitation> {
  const { tenant, tenantName, email, role, expiresAt } = await requireInvitation(services, token);
  return { tenant, tenantName, email, role, expiresAt: expiresAt.toISOString() };
}

/**
 * Asks for an account for somebody new, with a password that is in the answer and nowhere else. Works once for an invitation:
 * a second caller gets no second password.
 * @param address network address of the caller, for the audit trail
 * @throws PostroomError `not-found`, `conflict` when it was asked for already
 */
export async function startAccount(services: Services, token: string, address: string | undefined): Promise<{ oneTimePassword: string }> {
  const { tenantId, memberId, email, name } = await requireInvitation(services, token);
  const oneTimePassword = generateOneTimePassword();
  await services.database.withTenant(tenantId, "", async (client) => {
    await client.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`postroom-members:${tenantId}`}, 0))`;
    const earlier = await findStartOfAccount(client, memberId);
    if (earlier) {
      throw new PostroomError({
        code: "conflict",
        message: earlier.reason ?? "With this invitation an account was asked for already, and its password was shown then. Ask a tenant-admin for a new one.",
      });
    }
    await insertOperation(client, { tenantId, memberId, userId: null, email, name, kind: "start-account", sealedSecret: sealSecret(oneTimePassword, services.sealingKey) });
    const person: Pick<Person, "userId" | "email" | "address"> = { userId: "", email, address };
    await recordAudit(client, { tenantId, person: person as Person }, { action: "member:start-account", objectType: "member", objectName: email });
  });
  return { oneTimePassword };
}

/** How the account of {@link startAccount} comes along: `Done` when the person can log in. @throws PostroomError `not-found` */
export async function getAccountProgress(services: Services, token: string): Promise<{ phase: "Pending" | "Done" | "Failed"; reason: string | null }> {
  const hash = hashOfInvitation(token);
  const member = await services.database.withInvitation(hash, (client) => findInvitedMember(client, hash, new Date()));
  if (!member) throw noInvitation();
  if (member.state === "active") return { phase: "Done", reason: null };
  const operation = await services.database.withTenant(member.tenantId, "", (client) => findStartOfAccount(client, member.id));
  return { phase: operation?.phase === "Failed" ? "Failed" : "Pending", reason: operation?.reason ?? null };
}

/** Makes the caller the member that the invitation is for. @throws PostroomError `not-found`, `conflict` for somebody who is a member already */
export async function acceptInvitation({ services, person }: PersonContext, token: string): Promise<{ tenant: string }> {
  const found = await requireInvitation(services, token);
  await services.database.withTenant(found.tenantId, person.userId, async (client) => {
    if (await isMember(client, found.tenantId, person.userId)) {
      throw new PostroomError({ code: "conflict", message: `You (${person.email}) are a member of ${found.tenantName} already. If the invitation is for somebody else, log out first.` });
    }
    if (!(await bindInvitation(client, hashOfInvitation(token), person.userId, new Date()))) throw noInvitation();
    await recordAudit(client, { tenantId: found.tenantId, person }, {
      action: "member:accept",
      objectType: "member",
      objectName: found.email,
      before: { state: "invited" },
      after: { state: "active", role: found.role, account: person.email },
    });
  });
  return { tenant: found.tenant };
}

async function requireInvitation(services: Services, token: string): Promise<FoundInvitation> {
  const hash = hashOfInvitation(token);
  const found = await services.database.withInvitation(hash, (client) => findInvitation(client, hash, new Date()));
  if (found) return found;
  throw noInvitation();
}

function noInvitation(): PostroomError {
  return new PostroomError({ code: "not-found", message: "This invitation cannot be used: it was accepted, taken back, or is older than seven days. Ask who invited you for a new one." });
}
