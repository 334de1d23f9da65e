import type { Database } from "../database.ts";
import type { Limits } from "../limits.ts";
import type { Log } from "../log.ts";
import { RepeatedPass } from "../repeated-pass.ts";

/**
 * Ends what credentials have when its time has come: the credential itself, which goes the way of one that a person deletes, and
 * the secret that a rotation replaced, which gateways are then told to take no longer. Either closes the connections concerned.
 */
export class CredentialExpiry {
  readonly #database: Database;
  readonly #limits: Limits["credentialExpiry"];
  readonly #log: Log;
  readonly #onExpired: () => void;
  readonly #pass: RepeatedPass<number>;

  /** @param onExpired called when there is something to end */
  constructor(database: Database, limits: Limits["credentialExpiry"], log: Log, onExpired: () => void) {
    this.#database = database;
    this.#limits = limits;
    this.#log = log;
    this.#onExpired = onExpired;
    this.#pass = new RepeatedPass({ intervalMs: limits.intervalMs, work: () => this.#endAll(), failure: "expired credentials could not be ended; tried again at once", log });
  }

  start(): void {
    this.#pass.start();
  }

  /** Ends what has expired, with an entry of the audit trail for each. @returns credentials and secrets ended */
  sweep(): Promise<number> {
    return this.#pass.run();
  }

  close(): Promise<void> {
    return this.#pass.close();
  }

  async #endAll(): Promise<number> {
    const ended = (await this.#endExpired()) + (await this.#endPreviousSecrets());
    if (ended > 0) {
      this.#log.info({ ended }, "credentials or replaced secrets have expired");
      this.#onExpired();
    }
    return ended;
  }

  async #endExpired(): Promise<number> {
    const { rowCount } = await this.#database.query(
      `WITH due AS (
         SELECT id FROM credential WHERE expires_at <= now() AND phase <> 'Terminating' ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED),
       ended AS (
         UPDATE credential c SET phase = 'Terminating', reason = 'It has expired.', sealed_secret = NULL, generation = generation + 1, attempts = 0, next_attempt_at = now()
         FROM due WHERE c.id = due.id RETURNING c.tenant_id, c.space_id, c.name, c.login, c.expires_at)
       INSERT INTO audit_entry (id, tenant_id, actor_id, actor_email, source, action, object_type, object_name, outcome, before)
       SELECT uuidv7(), e.tenant_id, '', 'postroom', 'provisioner', 'credential:expire', 'credential', s.slug || '/' || e.name, 'accepted',
         jsonb_build_object('login', e.login, 'expiresAt', e.expires_at)
       FROM ended e JOIN address_space s ON s.id = e.space_id`,
      [this.#limits.batchRows],
    );
    return rowCount ?? 0;
  }

  /** Not before gateways know of the rotation: they close connections by the hash that they are told no more. */
  async #endPreviousSecrets(): Promise<number> {
    const { rowCount } = await this.#database.query(
      `WITH due AS (
         SELECT id FROM credential WHERE previous_secret_until <= now() AND phase <> 'Terminating' AND observed_generation = generation
         ORDER BY previous_secret_until LIMIT $1 FOR UPDATE SKIP LOCKED),
       ended AS (
         UPDATE credential c SET previous_secret_hash = NULL, previous_secret_until = NULL, generation = generation + 1, attempts = 0, next_attempt_at = now()
         FROM due WHERE c.id = due.id RETURNING c.tenant_id, c.space_id, c.name, c.login)
       INSERT INTO audit_entry (id, tenant_id, actor_id, actor_email, source, action, object_type, object_name, outcome, before)
       SELECT uuidv7(), e.tenant_id, '', 'postroom', 'provisioner', 'credential:end-previous-secret', 'credential', s.slug || '/' || e.name, 'accepted',
         jsonb_build_object('login', e.login)
       FROM ended e JOIN address_space s ON s.id = e.space_id`,
      [this.#limits.batchRows],
    );
    return rowCount ?? 0;
  }
}
