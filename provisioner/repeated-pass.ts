import type { Log } from "./log.ts";

export interface RepeatedPassOptions<T> {
  readonly intervalMs: number;
  /** One pass. @param signal aborted when the pass is closed; work that is short may go on to its end */
  readonly work: (signal: AbortSignal) => Promise<T>;
  /** What the log says of a pass that failed; the next one is tried all the same. */
  readonly failure: string;
  readonly log: Log;
}

/** Work that is done again and again, at an interval and whenever it is asked for, and never twice at a time. */
export class RepeatedPass<T> {
  readonly #options: RepeatedPassOptions<T>;
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<T> | undefined;

  constructor(options: RepeatedPassOptions<T>) {
    this.#options = options;
  }

  /** @param atOnce also begins a pass now, and not only when the first interval is over */
  start({ atOnce = false } = {}): void {
    const { intervalMs, failure, log } = this.#options;
    const begin = () => void this.run().catch((error: Error) => log.warn({ error: error.message }, failure));
    this.#timer = setInterval(begin, intervalMs);
    if (atOnce) begin();
  }

  /** Begins a pass, or joins the one under way. @throws what the work throws */
  run(): Promise<T> {
    this.#running ??= this.#options.work(this.#stop.signal).finally(() => (this.#running = undefined));
    return this.#running;
  }

  /** Begins none any more; resolves when the one under way has ended. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.#running?.catch(() => undefined);
  }
}
