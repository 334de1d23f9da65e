import type { KeyObject } from "node:crypto";
import type { ChangeNotice } from "#contracts/changes.ts";
import type { Database } from "../database.ts";
import type { PeopleDriver } from "../drivers/people-driver.ts";
import type { Limits } from "../limits.ts";
import type { Log } from "../log.ts";
import { Lane } from "../reconcile/lane.ts";
import { openWorkWindow, type WorkWindow } from "../work-window.ts";
import { doMemberWork, type MemberParts } from "./member-work.ts";
import { claimOperations, writeOperation, type ClaimedOperation, type OperationOutcome } from "./queries.ts";
import { outcomeOfError } from "./work-outcome.ts";

export interface PeopleLoopOptions {
  readonly database: Database;
  readonly people: PeopleDriver;
  readonly mailer: MemberParts["mailer"];
  readonly sealingKey: KeyObject;
  readonly closeTestSessions: MemberParts["closeTestSessions"];
  readonly claimedBy: string;
  readonly limits: Limits;
  readonly log: Log;
}

/** Does for members, in Keycloak or by e-mail, what the console asked for: claimed, repeated while either is away, written down. */
export class PeopleLoop {
  readonly #options: PeopleLoopOptions;
  readonly #lane: Lane<ClaimedOperation>;
  readonly #stop = new AbortController();

  constructor(options: PeopleLoopOptions) {
    this.#options = options;
    const { database, claimedBy, limits, log } = options;
    this.#lane = new Lane({
      name: "members",
      maxRows: limits.people.operations,
      claimWhenFree: 1,
      pollMs: limits.reconcile.pollMs,
      log,
      claim: (limit) => claimOperations(database, { claimedBy, claimMs: limits.reconcile.claimMs, limit }),
      work: (operation, claimedMs) => this.#work(operation, openWorkWindow(limits.reconcile.rowMs, this.#stop.signal, false, claimedMs)),
    });
  }

  start(): void {
    this.#lane.start();
  }

  /** Looks for work at once. */
  wake(): void {
    this.#lane.wake();
  }

  /** To be called for each announced change of a row. */
  onChange({ table }: ChangeNotice): void {
    if (table === "member_operation") this.wake();
  }

  /** Claims nothing more; what is under way after `graceMs` is given up and given back. */
  async stop(graceMs: number): Promise<void> {
    const timer = setTimeout(() => this.#stop.abort(), graceMs);
    await this.#lane.stop();
    clearTimeout(timer);
  }

  async #work(operation: ClaimedOperation, window: WorkWindow): Promise<boolean> {
    const { database, claimedBy, log } = this.#options;
    let outcome: OperationOutcome = { phase: "Done", reason: null };
    try {
      await doMemberWork(operation, this.#options, window);
    } catch (error) {
      outcome = this.#outcomeOf(operation, error);
      if (outcome.phase === "Pending") this.#lane.wakeIn(outcome.delayMs + 10);
      log[outcome.phase === "Pending" ? "debug" : "warn"]({ operation: operation.id, kind: operation.kind, error: (error as Error).message }, "a member's work could not be done");
    }
    await writeOperation(database, claimedBy, operation, outcome).catch((error: unknown) => {
      // The claim runs out by itself, and the work is done once more.
      log.warn({ operation: operation.id, error: (error as Error).message }, "the end of a member's work could not be written");
    });
    // The next wish for the same member was not claimed beside this one.
    return outcome.phase !== "Pending";
  }

  #outcomeOf({ attempts }: ClaimedOperation, error: unknown): OperationOutcome {
    if (this.#stop.signal.aborted) return { phase: "Pending", reason: "Waiting for the provisioner, which is being restarted.", attempts, delayMs: 0 };
    return outcomeOfError(attempts, error, this.#options.limits.reconcile);
  }
}
