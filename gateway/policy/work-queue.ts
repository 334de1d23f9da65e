/** Runs at most `width` jobs at a time and lets at most `depth` wait; more are refused at once. */
export class WorkQueue {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #width: number;
  readonly #depth: number;

  constructor(width: number, depth: number) {
    this.#width = width;
    this.#depth = depth;
  }

  /** @throws RangeError when too many wait already */
  async run<T>(job: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#width) {
      if (this.#waiting.length >= this.#depth) throw new RangeError("Too much is waiting.");
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    } else {
      this.#running += 1;
    }
    try {
      return await job();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
