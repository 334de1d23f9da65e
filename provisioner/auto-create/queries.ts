import type { PartContext } from "#server/operations/part-context.ts";
import type { Database } from "../database.ts";

/** The space that gateways call `<tenant>.<space>`; undefined when there is none, or nobody is let in. */
export async function findOpenSpace(database: Database, spaceId: string): Promise<Pick<PartContext, "tenant" | "space"> | undefined> {
  const [tenantSlug, spaceSlug] = spaceId.split(".");
  const { rows } = await database.query<Pick<PartContext, "tenant" | "space">>(
    `SELECT json_build_object('id', t.id) AS tenant, json_build_object('id', s.id, 'slug', s.slug, 'name', s.name) AS space
     FROM tenant t JOIN address_space s ON s.tenant_id = t.id
     WHERE t.slug = $1 AND s.slug = $2 AND t.suspended_at IS NULL AND t.delete_at IS NULL`,
    [tenantSlug, spaceSlug],
  );
  return rows[0];
}

export interface AwaitedRow {
  readonly id: string;
  readonly phase: string;
  readonly reason: string | null;
}

/** Those of the addresses that are still there. */
export async function readAwaited(database: Database, ids: readonly string[]): Promise<AwaitedRow[]> {
  const { rows } = await database.query<AwaitedRow>("SELECT id, phase, reason FROM address WHERE id = ANY ($1::uuid[])", [ids]);
  return rows;
}

/** An address that no link and no message has been at for as long as its rule says. */
export interface UnusedAddress {
  readonly id: string;
  readonly generation: number;
  /** `<tenant>.<space>/<name>` */
  readonly gatewayName: string;
}

/**
 * Addresses made by rules that nobody has used for the time of their rule, as far as is known without a gap: while a broker or
 * gateway that they depend on was not sampled all that time, they count as used.
 * @param gateways names of all gateways
 */
export async function findUnused(database: Database, gateways: readonly string[], limit: number): Promise<UnusedAddress[]> {
  const { rows } = await database.query<UnusedAddress>(
    `SELECT a.id, a.generation, t.slug || '.' || s.slug || '/' || a.name AS "gatewayName"
     FROM auto_create_rule r
       JOIN address a ON a.auto_create_rule_id = r.id
       JOIN address_statistics n ON n.address_id = a.id
       JOIN address_space s ON s.id = a.space_id
       JOIN tenant t ON t.id = a.tenant_id,
       LATERAL (SELECT now() - r.delete_unused_minutes * interval '1 minute' AS at) since
     WHERE r.delete_unused_minutes IS NOT NULL AND a.phase = 'Active' AND a.observed_generation = a.generation
       AND n.sampled_at < since.at AND (n.changed_at IS NULL OR n.changed_at < since.at)
       AND n.senders = 0 AND n.receivers = 0 AND n.depth = 0 AND n.dead_letters = 0
       AND NOT EXISTS (SELECT FROM address o WHERE o.topic_id = a.id)
       AND NOT EXISTS (
         SELECT FROM unnest($1::text[] || CASE WHEN a.broker IS NULL THEN '{}' ELSE ARRAY['broker:' || a.broker] END) AS needed (source)
         WHERE NOT EXISTS (
           SELECT FROM statistics_coverage c
           WHERE c.source = needed.source AND c.from_at <= since.at AND c.holds_until > now()))
     ORDER BY n.changed_at NULLS FIRST LIMIT $2`,
    [gateways.map((name) => `gateway:${name}`), limit],
  );
  return rows;
}

/** Asks for the end of an unused address, with its entry of the audit trail, unless it changed since it was found. */
export async function endUnused(database: Database, { id, generation }: UnusedAddress): Promise<boolean> {
  const { rowCount } = await database.query(
    `WITH ended AS (
       UPDATE address a SET phase = 'Terminating', only_if_empty = true, reason = 'Nobody has used it for as long as its rule says.',
         generation = a.generation + 1, attempts = 0, next_attempt_at = now()
       FROM auto_create_rule r
       WHERE a.id = $1 AND a.generation = $2 AND a.phase = 'Active' AND r.id = a.auto_create_rule_id AND r.delete_unused_minutes IS NOT NULL
         AND NOT EXISTS (SELECT FROM address o WHERE o.topic_id = a.id)
       RETURNING a.tenant_id, a.space_id, a.name, a.type, a.plan_id, r.pattern, r.delete_unused_minutes)
     INSERT INTO audit_entry (id, tenant_id, actor_id, actor_email, source, action, object_type, object_name, outcome, before)
     SELECT uuidv7(), e.tenant_id, '', 'postroom', 'provisioner', 'address:delete-unused', 'address', s.slug || '/' || e.name, 'accepted',
       jsonb_build_object('type', e.type, 'planId', e.plan_id, 'rule', e.pattern, 'unusedMinutes', e.delete_unused_minutes)
     FROM ended e JOIN address_space s ON s.id = e.space_id`,
    [id, generation],
  );
  return rowCount === 1;
}

/**
 * Calls the deletion of an unused address off, since there is something in it after all; with its entry of the audit trail.
 * Only while the claim holds; the claimed work then ends without an outcome of its own, and the row is set up anew.
 */
export async function keepAfterAll(database: Database, { id, epoch, generation }: { readonly id: string; readonly epoch: string; readonly generation: number }): Promise<void> {
  await database.query(
    `WITH kept AS (
       UPDATE address SET phase = 'Configuring', only_if_empty = false, reason = NULL, generation = generation + 1, attempts = 0, next_attempt_at = now()
       WHERE id = $1 AND claim_epoch = $2 AND generation = $3 AND phase = 'Terminating' AND only_if_empty
       RETURNING tenant_id, space_id, name)
     INSERT INTO audit_entry (id, tenant_id, actor_id, actor_email, source, action, object_type, object_name, outcome)
     SELECT uuidv7(), k.tenant_id, '', 'postroom', 'provisioner', 'address:keep-used', 'address', s.slug || '/' || k.name, 'accepted'
     FROM kept k JOIN address_space s ON s.id = k.space_id`,
    [id, epoch, generation],
  );
}
