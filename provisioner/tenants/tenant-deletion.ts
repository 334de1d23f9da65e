import type { Database } from "../database.ts";
import type { Limits } from "../limits.ts";
import type { Log } from "../log.ts";
import { RepeatedPass } from "../repeated-pass.ts";

/**
 * Deletes tenants whose grace is over, step by step, each of which can be repeated and shared by several provisioners: first the
 * wish that all spaces end, which the reconciler carries out; then the members, whose accounts are disabled in Keycloak where they
 * are in no other tenant; the tenant's row goes last.
 */
export class TenantDeletion {
  readonly #database: Database;
  readonly #log: Log;
  readonly #onSpacesEnding: () => void;
  readonly #pass: RepeatedPass<void>;

  /** @param onSpacesEnding called when there are spaces to end */
  constructor(database: Database, limits: Limits["tenantDeletion"], log: Log, onSpacesEnding: () => void) {
    this.#database = database;
    this.#log = log;
    this.#onSpacesEnding = onSpacesEnding;
    this.#pass = new RepeatedPass({ intervalMs: limits.intervalMs, work: () => this.#sweep(), failure: "tenants could not be deleted; tried again soon", log });
  }

  start(): void {
    this.#pass.start();
  }

  /** One step for each tenant whose time has come. */
  sweep(): Promise<void> {
    return this.#pass.run();
  }

  close(): Promise<void> {
    return this.#pass.close();
  }

  async #sweep(): Promise<void> {
    const ending = await this.#database.query(
      `UPDATE address_space s SET phase = 'Terminating', reason = NULL, generation = s.generation + 1, attempts = 0, next_attempt_at = now()
       FROM tenant t WHERE t.id = s.tenant_id AND t.delete_at <= now() AND s.phase <> 'Terminating'`,
    );
    if ((ending.rowCount ?? 0) > 0) this.#onSpacesEnding();
    await this.#database.query(
      `WITH gone AS (
         DELETE FROM membership m USING tenant t
         WHERE t.id = m.tenant_id AND t.delete_at <= now() AND NOT EXISTS (SELECT 1 FROM address_space s WHERE s.tenant_id = t.id)
         RETURNING m.tenant_id, m.id, m.user_id, m.email, m.name)
       INSERT INTO member_operation (tenant_id, member_id, user_id, email, name, kind)
       SELECT tenant_id, id, user_id, email, name, 'match-access' FROM gone WHERE user_id IS NOT NULL`,
    );
    const { rows } = await this.#database.query<{ slug: string }>(
      `WITH gone AS (
         DELETE FROM tenant t WHERE t.delete_at <= now()
           AND NOT EXISTS (SELECT 1 FROM address_space s WHERE s.tenant_id = t.id)
           AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.tenant_id = t.id)
           AND NOT EXISTS (SELECT 1 FROM member_operation o WHERE o.tenant_id = t.id AND o.phase = 'Pending')
         RETURNING t.slug, t.name),
       noted AS (
         INSERT INTO audit_entry (id, actor_id, actor_email, source, action, object_type, object_name, outcome, before)
         SELECT uuidv7(), '', 'postroom', 'provisioner', 'tenant:delete', 'tenant', slug, 'done', jsonb_build_object('name', name) FROM gone)
       SELECT slug FROM gone`,
    );
    for (const { slug } of rows) this.#log.info({ tenant: slug }, "tenant deleted");
  }
}
