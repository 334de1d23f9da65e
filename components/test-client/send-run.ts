import type { FileLine } from "./variables.ts";

/** How often, and how fast, a message is sent. */
export interface Repetition {
  /** Messages in all; null when only the duration ends the run. */
  readonly count: number | null;
  /** Messages a second; null for as fast as they are taken. */
  readonly perSecond: number | null;
  /** After how long no more are sent; null for never. */
  readonly durationSeconds: number | null;
  /** One message for each line; they end the run as a count does. */
  readonly lines?: readonly FileLine[] | undefined;
}

export const once: Repetition = { count: 1, perSecond: null, durationSeconds: null };
export const maxCount = 10_000_000;
export const maxPerSecond = 10_000;
export const maxDurationSeconds = 30 * 60;

/** Says when the messages of one run are due: evenly, whatever the moments at which it is asked. */
export class SendRun {
  /** Messages in all; infinite when only the duration ends the run. */
  readonly count: number;
  readonly #repetition: Repetition;
  readonly #beganMs: number;
  /** Messages sent so far. */
  sent = 0;

  constructor(repetition: Repetition, nowMs: number) {
    this.#repetition = repetition;
    this.#beganMs = nowMs;
    this.count = Math.min(repetition.count ?? Number.POSITIVE_INFINITY, repetition.lines?.length ?? Number.POSITIVE_INFINITY);
  }

  isDone(nowMs: number): boolean {
    const { durationSeconds } = this.#repetition;
    return this.sent >= this.count || (durationSeconds !== null && nowMs - this.#beganMs >= durationSeconds * 1000);
  }

  /** How many more messages should have been sent by now; what credit held up is caught up with. */
  due(nowMs: number): number {
    const { perSecond } = this.#repetition;
    if (this.isDone(nowMs)) return 0;
    if (perSecond === null) return this.count - this.sent;
    const byNow = 1 + Math.floor(((nowMs - this.#beganMs) * perSecond) / 1000);
    return Math.min(this.count, byNow) - this.sent;
  }

  /** The line of the file that the next message is made with. */
  nextLine(): FileLine | undefined {
    return this.#repetition.lines?.[this.sent];
  }
}
