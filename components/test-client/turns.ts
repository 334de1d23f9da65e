/** How long a turn takes at least, so that work goes on, and at most. */
const leastMs = 2;
const mostMs = 8;
/** Who is called later than this has others to wait for: the page, or other programs of the machine. */
const lateMs = 12;
const growMs = 0.5;

/**
 * How long work that never ends may hold the page at a time: the longer, the sooner its turns come. Where they come late there is more to
 * do than there is time for, and turns become short at once; then they grow little by little. So what else the page does, and
 * the machine, is never waiting for long.
 */
export class Turns {
  #turnMs = mostMs;
  #dueMs = 0;

  /** A turn begins. @returns how long it may take */
  begin(nowMs: number): number {
    this.#turnMs = nowMs - this.#dueMs > lateMs ? Math.max(leastMs, this.#turnMs / 2) : Math.min(mostMs, this.#turnMs + growMs);
    return this.#turnMs;
  }

  /** A turn has ended. @param dueMs when the next one is to begin */
  end(dueMs: number): void {
    this.#dueMs = dueMs;
  }
}
