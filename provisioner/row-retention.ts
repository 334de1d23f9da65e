import type { Database } from "./database.ts";
import type { Limits } from "./limits.ts";
import type { Log } from "./log.ts";
import { RepeatedPass } from "./repeated-pass.ts";

/** Which rows go: those whose `at` is so many hours ago. `key` are the columns that say one row. */
export interface KeptRows {
  readonly table: "audit_entry" | "idempotency_key";
  readonly key: string;
  readonly at: string;
  readonly hours: number;
  /** For the log. */
  readonly what: string;
}

/** The audit trail, as long as the operator wants to keep it. @param days at least 30, below which the database itself lets nothing go */
export const auditEntriesOf = (days: number): KeptRows => ({ table: "audit_entry", key: "id", at: "at", hours: days * 24, what: "audit entries" });

/** What requests that create were answered: long enough for whoever sends one again. */
export const idempotencyKeys: KeptRows = { table: "idempotency_key", key: "tenant_id, user_id, key", at: "created_at", hours: 24, what: "idempotency keys" };

/** Takes rows away that are older than they are to be kept. */
export class RowRetention {
  readonly #database: Database;
  readonly #kept: KeptRows;
  readonly #limits: Limits["rowRetention"];
  readonly #log: Log;
  readonly #pass: RepeatedPass<number>;

  constructor(database: Database, kept: KeptRows, limits: Limits["rowRetention"], log: Log) {
    this.#database = database;
    this.#kept = kept;
    this.#limits = limits;
    this.#log = log;
    this.#pass = new RepeatedPass({ intervalMs: limits.intervalMs, work: (signal) => this.#removeAll(signal), failure: `old ${kept.what} could not be removed; tried again later`, log });
  }

  start(): void {
    this.#pass.start({ atOnce: true });
  }

  /** Removes what is too old, in batches that hold nobody up. @returns rows removed */
  sweep(): Promise<number> {
    return this.#pass.run();
  }

  close(): Promise<void> {
    return this.#pass.close();
  }

  async #removeAll(signal: AbortSignal): Promise<number> {
    const { table, key, at, hours, what } = this.#kept;
    let removed = 0;
    for (;;) {
      const { rowCount } = await this.#database.query(
        `DELETE FROM ${table} WHERE (${key}) IN (
           SELECT ${key} FROM ${table} WHERE ${at} < now() - $1 * interval '1 hour' ORDER BY ${at} LIMIT $2)`,
        [hours, this.#limits.batchRows],
      );
      removed += rowCount ?? 0;
      if (signal.aborted || (rowCount ?? 0) < this.#limits.batchRows) break;
    }
    if (removed > 0) this.#log.info({ removed, hours }, `old ${what} removed`);
    return removed;
  }
}
