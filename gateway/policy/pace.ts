export interface PaceLimits {
  readonly perSecond: number;
  /** Turns that may come at once, after a time without any. */
  readonly atOnce: number;
  /** The longest wait for one turn, in ms: a crowd whose turn comes too late would give up and come again. */
  readonly maxWaitMs: number;
  /** Shorter waits add up before somebody waits, so that a pause is worth its costs; 0 unless told. */
  readonly leastWaitMs?: number;
}

/** Gives out turns at an even pace, on the model of the generic cell rate algorithm (ITU-T I.371, annex A). */
export class Pace {
  readonly #intervalMs: number;
  readonly #creditMs: number;
  readonly #maxWaitMs: number;
  readonly #leastWaitMs: number;
  #nextMs = 0;

  constructor({ perSecond, atOnce, maxWaitMs, leastWaitMs = 0 }: PaceLimits) {
    this.#intervalMs = 1000 / perSecond;
    this.#creditMs = atOnce * this.#intervalMs;
    this.#maxWaitMs = maxWaitMs;
    this.#leastWaitMs = leastWaitMs;
  }

  /** Takes so many turns. @returns how long it is until the last of them, in ms */
  waitMs(turns = 1, nowMs = Date.now()): number {
    this.#nextMs = Math.min(Math.max(this.#nextMs, nowMs - this.#creditMs) + turns * this.#intervalMs, nowMs + this.#maxWaitMs);
    const waitMs = Math.max(0, this.#nextMs - nowMs);
    return waitMs < this.#leastWaitMs ? 0 : waitMs;
  }
}
