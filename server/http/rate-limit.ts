/** How much one sender may ask: at most `burst` calls at once, and `perSecond` in the long run. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

/** Calls of the API. A screen makes a few in a second; many people may sit behind one address. */
export const apiRateLimits = {
  person: { perSecond: 50, burst: 600 },
  address: { perSecond: 200, burst: 2_000 },
} as const satisfies Record<string, RateLimit>;

/** Senders remembered at once. Beyond that the one that was quiet for longest is forgotten, which only does it good. */
const maxSenders = 20_000;

interface Bucket {
  left: number;
  atMs: number;
}

/** Counts calls by sender, as token buckets. Each console counts for itself, so several let through as many times as much. */
export class RateLimiter {
  readonly #limit: RateLimit;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  /** @param now milliseconds that never go back, given by tests */
  constructor(limit: RateLimit, now: () => number = () => performance.now()) {
    this.#limit = limit;
    this.#now = now;
  }

  /** @returns 0 when the calls may be made, else the whole seconds after which they may; then nothing is counted */
  take(sender: string, calls = 1): number {
    const { perSecond, burst } = this.#limit;
    const now = this.#now();
    const bucket = this.#buckets.get(sender) ?? { left: burst, atMs: now };
    bucket.left = Math.min(burst, bucket.left + ((now - bucket.atMs) / 1000) * perSecond);
    bucket.atMs = now;
    // Put last: the first of the map is the one that was quiet for longest.
    this.#buckets.delete(sender);
    this.#buckets.set(sender, bucket);
    if (this.#buckets.size > maxSenders) for (const quiet of this.#buckets.keys()) {
      this.#buckets.delete(quiet);
      break;
    }
    const cost = Math.min(calls, burst);
    if (bucket.left < cost) return Math.max(1, Math.ceil((cost - bucket.left) / perSecond));
    bucket.left -= cost;
    return 0;
  }
}
