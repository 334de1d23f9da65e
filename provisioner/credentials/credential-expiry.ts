import type { Database } from "../database.ts";
import type { Limits } from "../limits.ts";
import type { Log } from "../log.ts";

/** Ends credentials whose time has come: each goes the way of one that a person deletes, which closes its connections. */
export class CredentialExpiry {
  readonly #database: Database;
  readonly #limits: Limits["credentialExpiry"];
  readonly #log: Log;
  readonly #onExpired: () => void;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<number> | undefined;

  /** @param onExpired called when there is something to end */
  constructor(database: Database, limits: Limits["credentialExpiry"], log: Log, onExpired: () => void) {
    this.#database = database;
    this.#limits = limits;
    this.#log = log;
    this.#onExpired = onExpired;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.sweep().catch((error: Error) => this.#log.warn({ error: error.message }, "expired credentials could not be ended; tried again at once"));
    }, this.#limits.intervalMs);
  }

  /** Ends what has expired, with an entry of the audit trail for each. @returns credentials ended */
  sweep(): Promise<number> {
    this.#sweeping ??= this.#endExpired().finally(() => (this.#sweeping = undefined));
    return this.#sweeping;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping?.catch(() => undefined);
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
    const ended = rowCount ?? 0;
    if (ended > 0) {
      this.#log.info({ ended }, "credentials have expired");
      this.#onExpired();
    }
    return ended;
  }
}
