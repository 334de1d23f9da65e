import { backOffMs } from "../back-off.ts";
import type { Log } from "../log.ts";
import type { Outcome, Written } from "./queries.ts";

interface Waiter {
  readonly outcome: Outcome;
  readonly done: (isDue: boolean) => void;
}

const tries = 5;
const backOff = { firstMs: 50, maxMs: 1_000 };

export interface OutcomeWriterOptions {
  readonly write: (outcomes: readonly Outcome[]) => Promise<Written>;
  /** Rows under way: when there are few, nobody gains by waiting for others. */
  readonly underWay: () => number;
  readonly fewRows: number;
  /** How long the first outcome waits for others while many rows are under way. */
  readonly gatherMs: number;
  readonly log: Log;
}

/**
 * Writes outcomes as they come: at once while few rows are under way, else gathered, and those that come while a write is
 * under way together in the next one. So one address waits for nothing, and ten thousand cost few statements. Bounded by the
 * rows that are claimed.
 */
export class OutcomeWriter {
  readonly #options: OutcomeWriterOptions;
  #waiting: Waiter[] = [];
  #writing = false;
  #refused = 0;

  constructor(options: OutcomeWriterOptions) {
    this.#options = options;
  }

  /** Outcomes refused since the start because somebody else had claimed the row. */
  get refused(): number {
    return this.#refused;
  }

  /**
   * Resolves when the outcome is written, was refused, or could not be written; then the claim runs out by itself.
   * @returns whether the row is due again at once
   */
  write(outcome: Outcome): Promise<boolean> {
    return new Promise((done) => {
      this.#waiting.push({ outcome, done });
      if (!this.#writing) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      const { underWay, fewRows, gatherMs } = this.#options;
      if (underWay() > fewRows) await new Promise((resolve) => setTimeout(resolve, gatherMs));
      const batch = this.#waiting;
      this.#waiting = [];
      const due = await this.#writeBatch(batch.map(({ outcome }) => outcome));
      for (const { outcome, done } of batch) done(due.has(outcome.claim.id));
    }
    this.#writing = false;
  }

  async #writeBatch(outcomes: readonly Outcome[]): Promise<ReadonlySet<string>> {
    const { write, log } = this.#options;
    for (let attempt = 1; attempt <= tries; attempt++) {
      try {
        const { lost, due } = await write(outcomes);
        if (lost.length > 0) {
          this.#refused += lost.length;
          log.warn({ rows: lost.length, example: lost[0] }, "late writes were refused: the rows were claimed by somebody else meanwhile");
        }
        return new Set(due);
      } catch (error) {
        log.warn({ error: (error as Error).message, rows: outcomes.length, attempt }, "outcomes could not be written");
        if (attempt < tries) await new Promise((resolve) => setTimeout(resolve, backOffMs(attempt, backOff)));
      }
    }
    return new Set();
  }
}
