/** How often, and how fast, a message is sent. */
export interface Repetition {
  readonly count: number;
  /** Messages a second; null for as fast as they are taken. */
  readonly perSecond: number | null;
}

export const maxCount = 1_000_000;
export const maxPerSecond = 10_000;

/** Says when the messages of one run are due: evenly, whatever the moments at which it is asked. */
export class SendRun {
  readonly count: number;
  readonly #perSecond: number | null;
  readonly #beganMs: number;
  /** Messages sent so far. */
  sent = 0;

  constructor({ count, perSecond }: Repetition, nowMs: number) {
    this.count = count;
    this.#perSecond = perSecond;
    this.#beganMs = nowMs;
  }

  get isDone(): boolean {
    return this.sent >= this.count;
  }

  /** How many more messages should have been sent by now; what credit held up is caught up with. */
  due(nowMs: number): number {
    if (this.#perSecond === null) return this.count - this.sent;
    const byNow = 1 + Math.floor(((nowMs - this.#beganMs) * this.#perSecond) / 1000);
    return Math.min(this.count, byNow) - this.sent;
  }
}
