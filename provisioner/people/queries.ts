import { memberOperationKinds, type MemberOperationKind } from "#contracts/members/member.ts";
import type { Database } from "../database.ts";

/** A piece of work for a member, and the right to do it until somebody else claims it. */
export interface ClaimedOperation {
  readonly id: string;
  readonly epoch: string;
  readonly attempts: number;
  readonly tenantId: string;
  readonly memberId: string;
  readonly userId: string | null;
  readonly email: string;
  readonly name: string;
  readonly kind: MemberOperationKind;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly sealedSecret: Buffer | null;
  readonly createdAt: Date;
}

/** Claims work that is due, the oldest first, and for one e-mail address, in whatever tenant, only the oldest. */
export async function claimOperations(database: Database, options: { claimedBy: string; claimMs: number; limit: number }): Promise<ClaimedOperation[]> {
  const { rows } = await database.query(
    `WITH due AS MATERIALIZED (
       SELECT id FROM member_operation o
       WHERE phase = 'Pending' AND next_attempt_at <= now() + interval '5 milliseconds' AND (claimed_until IS NULL OR claimed_until < now())
         AND NOT EXISTS (
           SELECT 1 FROM member_operation e
           WHERE (e.member_id = o.member_id OR lower(e.email) = lower(o.email)) AND e.phase = 'Pending' AND (e.created_at, e.id) < (o.created_at, o.id))
       ORDER BY created_at LIMIT $3 FOR UPDATE SKIP LOCKED)
     UPDATE member_operation o SET claimed_by = $1, claimed_until = now() + $2 * interval '1 millisecond', claim_epoch = o.claim_epoch + 1
     FROM due WHERE o.id = due.id
     RETURNING o.id, o.claim_epoch AS epoch, o.attempts, o.tenant_id AS "tenantId", o.member_id AS "memberId", o.user_id AS "userId", o.email, o.name, o.kind, o.detail,
       o.sealed_secret AS "sealedSecret", o.created_at AS "createdAt"`,
    [options.claimedBy, options.claimMs, options.limit],
  );
  return (rows as ClaimedOperation[]).filter(({ kind }) => memberOperationKinds.includes(kind));
}

/** How a piece of work ended, or that it waits. */
export type OperationOutcome =
  | { readonly phase: "Done"; readonly reason: null }
  | { readonly phase: "Failed"; readonly reason: string }
  | { readonly phase: "Pending"; readonly reason: string; readonly attempts: number; readonly delayMs: number };

/**
 * Writes down how it ended, if the claim still holds, with an entry of the audit trail, and forgets the sealed secret.
 * @returns whether the claim still held
 */
export async function writeOperation(database: Database, claimedBy: string, { id, epoch }: ClaimedOperation, outcome: OperationOutcome): Promise<boolean> {
  if (outcome.phase === "Pending") {
    const { rowCount } = await database.query(
      `UPDATE member_operation SET claimed_by = NULL, claimed_until = NULL, reason = $4, attempts = $5, next_attempt_at = now() + $6 * interval '1 millisecond'
       WHERE id = $1 AND claimed_by = $2 AND claim_epoch = $3`,
      [id, claimedBy, epoch, outcome.reason, outcome.attempts, outcome.delayMs],
    );
    return rowCount === 1;
  }
  const { rowCount } = await database.query(
    `WITH ended AS (
       UPDATE member_operation SET phase = $4, reason = $5, ended_at = now(), claimed_by = NULL, claimed_until = NULL, sealed_secret = NULL
       WHERE id = $1 AND claimed_by = $2 AND claim_epoch = $3 RETURNING tenant_id, email, kind)
     INSERT INTO audit_entry (id, tenant_id, actor_id, actor_email, source, action, object_type, object_name, outcome, after)
     SELECT uuidv7(), tenant_id, '', 'postroom', 'provisioner', 'member:' || kind, 'member', email, $6, CASE WHEN $5::text IS NULL THEN NULL ELSE jsonb_build_object('reason', $5::text) END FROM ended`,
    [id, claimedBy, epoch, outcome.phase, outcome.reason, outcome.phase === "Done" ? "done" : "failed"],
  );
  return rowCount === 1;
}

/** Gives the account to the member who waits for it. @returns false when the member is gone, or has an account already */
export async function bindMember(database: Database, { memberId }: ClaimedOperation, userId: string): Promise<boolean> {
  const { rowCount } = await database.query(
    `UPDATE membership SET user_id = $2, state = 'active'
     WHERE id = $1 AND ((state = 'invited' AND user_id IS NULL) OR user_id = $2)`,
    [memberId, userId],
  );
  return rowCount === 1;
}

/** Whether the member is in the list at all. */
export async function isMemberThere(database: Database, memberId: string): Promise<boolean> {
  return (await database.query("SELECT 1 FROM membership WHERE id = $1", [memberId])).rowCount === 1;
}

/** Until when the member's invitation can be accepted; undefined when it cannot any more. */
export async function invitationEnd(database: Database, memberId: string): Promise<Date | undefined> {
  const { rows } = await database.query<{ ends: Date }>(
    "SELECT invitation_expires_at AS ends FROM membership WHERE id = $1 AND state = 'invited' AND invitation_expires_at > now()",
    [memberId],
  );
  return rows[0]?.ends;
}

/** In how many tenants the person is, whether active or not, and in how many active. */
export async function countMemberships(database: Database, userId: string): Promise<{ all: number; active: number; otherTenants: (tenantId: string) => boolean }> {
  const { rows } = await database.query<{ tenant_id: string; state: string }>("SELECT tenant_id, state FROM membership WHERE user_id = $1", [userId]);
  return {
    all: rows.length,
    active: rows.filter(({ state }) => state === "active").length,
    otherTenants: (tenantId) => rows.some((row) => row.tenant_id !== tenantId),
  };
}

/** Slug of the tenant, for links and logs. */
export async function tenantSlugOf(database: Database, tenantId: string): Promise<string> {
  const { rows } = await database.query<{ slug: string }>("SELECT slug FROM tenant WHERE id = $1", [tenantId]);
  return rows[0]?.slug ?? "";
}
