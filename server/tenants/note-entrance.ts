import { PostroomError } from "#contracts/errors.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Person } from "../auth/verify-token.ts";
import type { Services } from "../services.ts";
import { storeLastLogin, type FoundTenant } from "./queries.ts";

/** One visit: requests of somebody from outside within this time are one entry of the audit trail. */
const visitMs = 3_600_000;
const maxRememberedVisits = 10_000;

/** Visits of this process by person and tenant, with their ends. After a restart a visit is recorded once more, never less. */
const visits = new WeakMap<Services, Map<string, number>>();

/**
 * Keeps what a request says of its sender: a member's last login, and the visit of somebody who enters by a platform role,
 * which the tenant's admin sees in the audit trail.
 * @throws PostroomError `unauthenticated` for a login from before the member was signed out everywhere
 */
export async function noteEntrance({ services, person }: { services: Services; person: Person }, tenant: FoundTenant): Promise<void> {
  const [membership] = tenant.memberships;
  if (membership) {
    requireLoginAfter(person, membership.signedOutAt);
    const { loggedInAt } = person;
    if (loggedInAt === undefined || (membership.lastLoginAt !== null && membership.lastLoginAt >= loggedInAt)) return;
    await services.database.withTenant(tenant.id, person.userId, (client) => storeLastLogin(client, membership.id, loggedInAt));
    return;
  }
  const held = visits.get(services) ?? new Map<string, number>();
  visits.set(services, held);
  const key = `${person.userId} ${tenant.id}`;
  const now = Date.now();
  if ((held.get(key) ?? 0) > now) return;
  await services.database.withTenant(tenant.id, person.userId, (client) =>
    recordAudit(client, { tenantId: tenant.id, person }, { action: "tenant:enter", objectType: "tenant", objectName: tenant.slug, outcome: "done", after: { roles: [...person.platformRoles] } }),
  );
  if (held.size >= maxRememberedVisits) held.clear();
  held.set(key, now + visitMs);
}

/** @throws PostroomError `unauthenticated` */
export function requireLoginAfter(person: Person, signedOutAt: Date | null): void {
  if (signedOutAt === null || (person.loggedInAt !== undefined && person.loggedInAt >= signedOutAt)) return;
  throw new PostroomError({ code: "unauthenticated", message: "You were signed out everywhere. Log in again to go on." });
}
