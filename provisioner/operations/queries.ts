import type { OperationKind } from "#contracts/operations/operation.ts";
import type { PartContext } from "#server/operations/part-context.ts";
import type { OperationClaim } from "#server/operations/queries.ts";
import type { Database } from "../database.ts";

/** An operation, and the right to do it until somebody else claims it. */
export interface ClaimedOperation extends OperationClaim {
  readonly kind: OperationKind;
  readonly attempts: number;
  readonly context: PartContext;
  readonly tenantSlug: string;
  readonly parameters: unknown;
  readonly position: Record<string, unknown>;
  readonly isCancelRequested: boolean;
}

/** Claims operations of these kinds that are due, whoever has waited longest first. */
export async function claimOperations(database: Database, { claimedBy, claimMs, limit, kinds }: { claimedBy: string; claimMs: number; limit: number; kinds: readonly string[] }): Promise<ClaimedOperation[]> {
  const { rows } = await database.query(
    `WITH due AS MATERIALIZED (
       SELECT id FROM operation WHERE ended_at IS NULL AND next_attempt_at <= now() + interval '5 milliseconds' AND (claimed_until IS NULL OR claimed_until < now())
         AND kind = ANY ($4)
       ORDER BY next_attempt_at LIMIT $3 FOR UPDATE SKIP LOCKED)
     UPDATE operation o SET claimed_by = $1, claimed_until = now() + $2 * interval '1 millisecond', claim_epoch = o.claim_epoch + 1
     FROM due, address_space s, tenant t WHERE o.id = due.id AND s.id = o.space_id AND t.id = o.tenant_id
     RETURNING o.id, o.claim_epoch AS epoch, o.kind, o.attempts, o.parameters, o.position, o.cancel_requested_by IS NOT NULL AS "isCancelRequested", t.slug AS "tenantSlug",
       json_build_object('tenant', json_build_object('id', t.id), 'space', json_build_object('id', s.id, 'slug', s.slug, 'name', s.name),
         'person', json_build_object('userId', o.requested_by_id, 'email', o.requested_by, 'address', o.requested_from)) AS context`,
    [claimedBy, claimMs, limit, kinds],
  );
  return rows.map((row: Omit<ClaimedOperation, "claimedBy">) => ({ ...row, claimedBy }));
}

/** Gives an operation back, to be gone on with in `delayMs`. */
export async function giveBackOperation(database: Database, { id, claimedBy, epoch }: OperationClaim, { attempts, delayMs, reason }: { attempts: number; delayMs: number; reason: string | null }): Promise<void> {
  await database.query(
    `UPDATE operation SET claimed_by = NULL, claimed_until = NULL, attempts = $4, next_attempt_at = now() + $5 * interval '1 millisecond', reason = $6
     WHERE id = $1 AND claimed_by = $2 AND claim_epoch = $3`,
    [id, claimedBy, epoch, attempts, delayMs, reason],
  );
}

/** Forgets operations that ended so long ago. @returns how many went */
export async function forgetOperations(database: Database, keptDays: number, limit: number): Promise<number> {
  const { rowCount } = await database.query(
    "DELETE FROM operation WHERE id IN (SELECT id FROM operation WHERE ended_at < now() - $1 * interval '1 day' LIMIT $2)",
    [keptDays, limit],
  );
  return rowCount ?? 0;
}
