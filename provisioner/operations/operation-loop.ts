import { PostroomError } from "#contracts/errors.ts";
import type { ChangeNotice } from "#contracts/changes.ts";
import type { OperationKind } from "#contracts/operations/operation.ts";
import type { Database as TenantDatabase } from "#server/db/database.ts";
import { endOperation } from "#server/operations/queries.ts";
import { backOffMs } from "../back-off.ts";
import type { Database } from "../database.ts";
import type { Limits } from "../limits.ts";
import type { Log } from "../log.ts";
import { Lane } from "../reconcile/lane.ts";
import { openWorkWindow, type WorkWindow } from "../work-window.ts";
import { claimOperations, forgetOperations, giveBackOperation, type ClaimedOperation } from "./queries.ts";
import type { DonePart } from "./write-part.ts";

/** Does one part and writes it down; undefined when the claim is lost. @throws PostroomError when it can never be done */
export type PartWork = (operation: ClaimedOperation, window: WorkWindow) => Promise<DonePart | undefined>;

export interface OperationLoopOptions {
  readonly database: Database;
  /** Transactions under row level security of one tenant. */
  readonly tenantDatabase: TenantDatabase;
  readonly work: Partial<Record<OperationKind, PartWork>>;
  readonly claimedBy: string;
  readonly limits: Limits;
  readonly log: Log;
}

/**
 * Does durable operations part by part. One is given back after a slice of time, so that the others get their turn; a killed
 * provisioner's are taken over when its claim has run out, and go on where the last part was written down.
 */
export class OperationLoop {
  readonly #options: OperationLoopOptions;
  readonly #lane: Lane<ClaimedOperation>;
  #isStopping = false;
  #forgetting: NodeJS.Timeout | undefined;

  constructor(options: OperationLoopOptions) {
    this.#options = options;
    const { database, claimedBy, limits, log } = options;
    this.#lane = new Lane({
      name: "operations",
      maxRows: limits.operations.atOnce,
      claimWhenFree: 1,
      pollMs: limits.reconcile.pollMs,
      log,
      claim: (limit) => claimOperations(database, { claimedBy, claimMs: limits.reconcile.claimMs, limit, kinds: Object.keys(options.work) }),
      work: (operation, claimedMs) => this.#work(operation, claimedMs),
    });
  }

  start(): void {
    const { database, limits: { operations }, log } = this.#options;
    this.#lane.start();
    this.#forgetting = setInterval(() => {
      forgetOperations(database, operations.keptDays, operations.forgottenAtOnce).catch((error: Error) => log.warn({ error: error.message }, "old operations could not be removed"));
    }, operations.forgetMs);
  }

  /** Looks for work at once. */
  wake(): void {
    this.#lane.wake();
  }

  /** To be called for each announced change of a row. */
  onChange({ table, due }: ChangeNotice): void {
    if (table === "operation" && due) this.wake();
  }

  /** Claims nothing more; what is under way ends after its part. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#forgetting);
    await this.#lane.stop();
  }

  async #work(claimed: ClaimedOperation, claimedMs: number): Promise<boolean> {
    const { database, tenantDatabase, work, limits, log } = this.#options;
    const part = work[claimed.kind];
    // Only known kinds are claimed.
    if (part === undefined) return false;
    const sliceEnd = performance.now() + limits.operations.sliceMs;
    let operation = claimed;
    let heldSinceMs = claimedMs;
    const end = (phase: "Failed" | "Cancelled", reason: string | null) =>
      tenantDatabase.withTenant(operation.context.tenant.id, operation.context.person.userId, (client) => endOperation(client, operation, phase, reason));
    try {
      for (;;) {
        if (operation.isCancelRequested) {
          await end("Cancelled", null);
          return false;
        }
        const written = await part(operation, openWorkWindow(limits.reconcile.rowMs, undefined, false, heldSinceMs));
        if (written === undefined || written.hasEnded) return false;
        heldSinceMs = written.renewedMs;
        operation = { ...operation, attempts: 0, position: written.position ?? {}, isCancelRequested: written.isCancelRequested };
        if (operation.isCancelRequested) continue;
        if (!this.#isStopping && performance.now() < sliceEnd) continue;
        await giveBackOperation(database, operation, { attempts: 0, delayMs: 0, reason: null });
        return true;
      }
    } catch (error) {
      const attempts = operation.attempts + 1;
      const isFinal = error instanceof PostroomError && !passing.has(error.code);
      log.warn({ operation: operation.id, kind: operation.kind, error: (error as Error).message }, "a part of an operation could not be done");
      const reason = error instanceof PostroomError ? error.message : "Something went wrong inside Postroom; its log says more. It is tried again.";
      const delayMs = backOffMs(attempts, limits.reconcile.backOff);
      await (isFinal ? end("Failed", reason) : giveBackOperation(database, operation, { attempts, delayMs, reason })).catch((failure: Error) => {
        // The claim runs out by itself, and the part is done once more.
        log.warn({ operation: operation.id, error: failure.message }, "the state of an operation could not be written");
      });
      this.#lane.wakeIn(delayMs + 10);
      return false;
    }
  }
}

const passing: ReadonlySet<string> = new Set(["unavailable", "time-out", "internal", "rate-limited"]);
