import { PostroomError } from "#contracts/errors.ts";

const limits = {
  /** Requests of one space that wait at once in this process. */
  waiting: 200,
  waitMs: 15_000,
} as const;

/**
 * Runs the changes that take from one space's quota one at a time in this process, before they take a database connection:
 * the lock in the database alone would let a burst in one space hold the whole pool, and other tenants wait for it.
 */
export class QuotaTurns {
  /** Those who wait, first come, first served; a space without an entry is free. */
  readonly #waitingOf = new Map<string, (() => void)[]>();

  /** @throws PostroomError `rate-limited` when too many wait, or the wait takes too long; nothing has been done then */
  async run<T>(spaceId: string, work: () => Promise<T>): Promise<T> {
    const waiting = this.#waitingOf.get(spaceId);
    if (waiting) await turnIn(waiting);
    else this.#waitingOf.set(spaceId, []);
    try {
      return await work();
    } finally {
      const next = this.#waitingOf.get(spaceId)?.shift();
      if (next) next();
      else this.#waitingOf.delete(spaceId);
    }
  }
}

async function turnIn(waiting: (() => void)[]): Promise<void> {
  if (waiting.length >= limits.waiting) throw tooBusy();
  await new Promise<void>((resolve, reject) => {
    const turn = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      waiting.splice(waiting.indexOf(turn), 1);
      reject(tooBusy());
    }, limits.waitMs);
    waiting.push(turn);
  });
}

function tooBusy(): PostroomError {
  return new PostroomError({
    code: "rate-limited",
    message: "Very many changes are being made in this space at once, and this one has not been made. Try again in a moment.",
  });
}
