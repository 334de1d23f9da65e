import { backOffMs } from "../back-off.ts";
import type { Log } from "../log.ts";
import type { Outcome } from "./queries.ts";

interface Waiter {
  readonly outcome: Outcome;
  readonly done: () => void;
}

const tries = 5;
const backOff = { firstMs: 50, maxMs: 1_000 };

/**
 * Writes outcomes as they come: the first at once, those that come while a write is under way together in the next one. So
 * one address waits for nothing, and ten thousand cost few statements. Bounded by the rows that are claimed.
 */
export class OutcomeWriter {
  readonly #write: (outcomes: readonly Outcome[]) => Promise<string[]>;
  readonly #log: Log;
  #waiting: Waiter[] = [];
  #writing = false;
  #refused = 0;

  /** @param write stores outcomes and returns the ids whose claim was lost */
  constructor(write: (outcomes: readonly Outcome[]) => Promise<string[]>, log: Log) {
    this.#write = write;
    this.#log = log;
  }

  /** Outcomes refused since the start because somebody else had claimed the row. */
  get refused(): number {
    return this.#refused;
  }

  /** Resolves when the outcome is written, was refused, or could not be written; then the claim runs out by itself. */
  write(outcome: Outcome): Promise<void> {
    return new Promise((done) => {
      this.#waiting.push({ outcome, done });
      if (!this.#writing) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#writeBatch(batch.map(({ outcome }) => outcome));
      for (const { done } of batch) done();
    }
    this.#writing = false;
  }

  async #writeBatch(outcomes: readonly Outcome[]): Promise<void> {
    for (let attempt = 1; attempt <= tries; attempt++) {
      try {
        const lost = await this.#write(outcomes);
        if (lost.length > 0) {
          this.#refused += lost.length;
          this.#log.warn({ rows: lost.length, example: lost[0] }, "late writes were refused: the rows were claimed by somebody else meanwhile");
        }
        return;
      } catch (error) {
        this.#log.warn({ error: (error as Error).message, rows: outcomes.length, attempt }, "outcomes could not be written");
        if (attempt < tries) await new Promise((resolve) => setTimeout(resolve, backOffMs(attempt, backOff)));
      }
    }
  }
}
