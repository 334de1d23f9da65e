export interface PaceLimits {
  readonly perSecond: number;
  /** Turns that may come at once, after a time without any. */
  readonly atOnce: number;
  /** The longest wait for one turn, in ms: a crowd whose turn comes too late would give up and come again. */
  readonly maxWaitMs: number;
}

/** Gives out turns at an even pace, on the model of the generic cell rate algorithm (ITU-T I.371, annex A). */
export class Pace {
  readonly #intervalMs: number;
  readonly #creditMs: number;
  readonly #maxWaitMs: number;
  #nextMs = 0;

  constructor({ perSecond, atOnce, maxWaitMs }: PaceLimits) {
    this.#intervalMs = 1000 / perSecond;
    this.#creditMs = atOnce * this.#intervalMs;
    this.#maxWaitMs = maxWaitMs;
  }

  /** Takes a turn. @returns how long it is until that turn, in ms */
  waitMs(nowMs = Date.now()): number {
    this.#nextMs = Math.min(Math.max(this.#nextMs, nowMs - this.#creditMs) + this.#intervalMs, nowMs + this.#maxWaitMs);
    return Math.max(0, this.#nextMs - nowMs);
  }
}
