import { backOffMs } from "../back-off.ts";
import type { Log } from "../log.ts";

export interface LaneOptions<Row> {
  /** For the log. */
  readonly name: string;
  /** Most rows under way at a time. */
  readonly maxRows: number;
  /** New rows are claimed when so many places are free: few for a short wait, many for few claims. */
  readonly claimWhenFree: number;
  readonly pollMs: number;
  /** Claims at most `limit` due rows. */
  readonly claim: (limit: number) => Promise<Row[]>;
  /**
   * Works on one row, and writes down how it ended; resolves with whether it is due again at once; must not throw.
   * @param claimedMs when the claim was asked for, in milliseconds of `performance.now()`
   */
  readonly work: (row: Row, claimedMs: number) => Promise<boolean>;
  readonly log: Log;
}

const claimBackOff = { firstMs: 100, maxMs: 5_000 };

/**
 * Claims and works without end: woken by announcements, by rows whose time comes, and by a poll. Rows are worked on side by
 * side and new ones are claimed as soon as enough places are free, so that one that hangs holds up no other.
 */
export class Lane<Row> {
  readonly #options: LaneOptions<Row>;
  readonly #underWay = new Set<Promise<void>>();
  #isAwake = true;
  #wakeUp: (() => void) | undefined;
  #ended: (() => void) | undefined;
  #timer: { at: number; handle: NodeJS.Timeout } | undefined;
  #stopped = false;
  #running: Promise<void> | undefined;

  constructor(options: LaneOptions<Row>) {
    this.#options = options;
  }

  get underWay(): number {
    return this.#underWay.size;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Looks for due rows at once. */
  wake(): void {
    this.#isAwake = true;
    this.#wakeUp?.();
  }

  /** Looks for due rows in `delayMs`; of several such wishes the earliest counts, since looking tells of the others. */
  wakeIn(delayMs: number): void {
    const at = performance.now() + delayMs;
    if (this.#stopped || delayMs > this.#options.pollMs || (this.#timer && this.#timer.at <= at)) return;
    clearTimeout(this.#timer?.handle);
    this.#timer = {
      at,
      handle: setTimeout(() => {
        this.#timer = undefined;
        this.wake();
      }, delayMs),
    };
  }

  /** Claims nothing more. Resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer?.handle);
    this.#wakeUp?.();
    await this.#running;
    await Promise.all(this.#underWay);
  }

  async #run(): Promise<void> {
    const { name, maxRows, claimWhenFree, pollMs, claim, log } = this.#options;
    let failures = 0;
    while (!this.#stopped) {
      const free = maxRows - this.#underWay.size;
      if (free < claimWhenFree) {
        await this.#nextEnd();
        continue;
      }
      this.#isAwake = false;
      try {
        const claimedMs = performance.now();
        const rows = await claim(free);
        failures = 0;
        for (const row of rows) this.#begin(row, claimedMs);
        // A full claim means that there is more; anything else is announced, or found by the poll.
        if (rows.length === free) this.#isAwake = true;
        else await this.#sleep(pollMs);
      } catch (error) {
        failures++;
        log.warn({ lane: name, error: (error as Error).message }, "due rows could not be claimed");
        this.#isAwake = false;
        await this.#sleep(backOffMs(failures, claimBackOff));
      }
    }
  }

  #begin(row: Row, claimedMs: number): void {
    const working = this.#workOn(row, claimedMs).finally(() => {
      this.#underWay.delete(working);
      this.#ended?.();
    });
    this.#underWay.add(working);
  }

  async #workOn(row: Row, claimedMs: number): Promise<void> {
    if (await this.#options.work(row, claimedMs)) this.wake();
  }

  /** Waits until a row under way has ended. */
  #nextEnd(): Promise<void> {
    return new Promise((resolve) => {
      this.#ended = resolve;
    });
  }

  /** Waits for the time or until woken. */
  async #sleep(ms: number): Promise<void> {
    if (this.#stopped || this.#isAwake) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wakeUp = undefined;
  }
}
