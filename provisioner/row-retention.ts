import type { Database } from "../database.ts";
import type { Limits } from "../limits.ts";
import type { Log } from "../log.ts";

/** Takes entries of the audit trail away that are older than the operator wants to keep them. */
export class AuditRetention {
  readonly #database: Database;
  readonly #days: number;
  readonly #limits: Limits["auditRetention"];
  readonly #log: Log;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<number> | undefined;
  #stopped = false;

  /** @param days at least 30, below which the database itself lets nothing go */
  constructor(database: Database, days: number, limits: Limits["auditRetention"], log: Log) {
    this.#database = database;
    this.#days = days;
    this.#limits = limits;
    this.#log = log;
  }

  start(): void {
    const sweep = () => void this.sweep().catch((error: Error) => this.#log.warn({ error: error.message }, "old audit entries could not be removed; tried again later"));
    this.#timer = setInterval(sweep, this.#limits.intervalMs);
    sweep();
  }

  /** Removes what is too old, in batches that hold nobody up. @returns entries removed */
  sweep(): Promise<number> {
    this.#sweeping ??= this.#removeAll().finally(() => (this.#sweeping = undefined));
    return this.#sweeping;
  }

  async close(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#sweeping?.catch(() => undefined);
  }

  async #removeAll(): Promise<number> {
    let removed = 0;
    for (;;) {
      const { rowCount } = await this.#database.query(
        `DELETE FROM audit_entry WHERE id IN (
           SELECT id FROM audit_entry WHERE at < now() - $1 * interval '1 day' ORDER BY at LIMIT $2)`,
        [this.#days, this.#limits.batchRows],
      );
      removed += rowCount ?? 0;
      if (this.#stopped || (rowCount ?? 0) < this.#limits.batchRows) break;
    }
    if (removed > 0) this.#log.info({ removed, days: this.#days }, "old audit entries removed");
    return removed;
  }
}
