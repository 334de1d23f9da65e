import { setTimeout as delay } from "node:timers/promises";
import { JWKSNoMatchingKey } from "jose/errors";
import { createLocalJWKSet } from "jose/jwks/local";
import { httpRequest } from "./http-client.ts";

const maxAgeMs = 10 * 60_000;
/** Between two fetches: tokens that name keys which do not exist cost Keycloak no more than this. */
const coolDownMs = 1000;

type LocalKeys = ReturnType<typeof createLocalJWKSet>;

/** The keys cannot be had. */
export class KeysUnavailable extends Error {
  override name = "KeysUnavailable";
}

/** The public keys at a URL: fetched when they are first needed, have grown old, or miss one that a token names. */
export class KeySet {
  readonly #url: string;
  readonly #timeoutMs: number;
  #keys: LocalKeys | null = null;
  /** When the last fetch began. */
  #fetchedAtMs = Number.NEGATIVE_INFINITY;
  /** A fetch that has not begun yet: it waits for the one before it and for the cool-down. */
  #next: Promise<LocalKeys> | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(url: string, timeoutMs: number) {
    this.#url = url;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * The key that a token names, in the form in which jose asks for it. Keycloak may make a key with the very token that names it,
   * so only keys that were asked for after the token came say that there is none.
   *
   * @throws KeysUnavailable, or JWKSNoMatchingKey when the token names none of them
   */
  readonly keyOf = async (...named: Parameters<LocalKeys>): Promise<Awaited<ReturnType<LocalKeys>>> => {
    const cameAtMs = performance.now();
    const keys = await this.#since(cameAtMs - maxAgeMs);
    try {
      return await keys(...named);
    } catch (error) {
      if (!(error instanceof JWKSNoMatchingKey)) throw error;
      return (await this.#since(cameAtMs))(...named);
    }
  };

  /** Fetches the keys if there are none yet. @throws KeysUnavailable */
  async ensure(): Promise<void> {
    if (this.#keys === null) await this.#since(performance.now());
  }

  /** Keys that were asked for at this moment or later, in ms of `performance.now()`. */
  async #since(momentMs: number): Promise<LocalKeys> {
    if (this.#keys !== null && this.#fetchedAtMs >= momentMs) return this.#keys;
    this.#next ??= this.#fetchNext();
    return this.#next;
  }

  async #fetchNext(): Promise<LocalKeys> {
    await this.#last;
    if (this.#keys !== null) await delay(this.#fetchedAtMs + coolDownMs - performance.now());
    const fetching = this.#fetch();
    this.#next = null;
    this.#last = fetching.catch(() => undefined);
    return fetching;
  }

  async #fetch(): Promise<LocalKeys> {
    const beganAtMs = performance.now();
    try {
      const answer = await httpRequest(this.#url, { accept: "application/json" }, null, AbortSignal.timeout(this.#timeoutMs));
      if (answer.status !== 200) throw new Error(`The answer was ${answer.status}.`);
      this.#keys = createLocalJWKSet((await answer.json()) as Parameters<typeof createLocalJWKSet>[0]);
      this.#fetchedAtMs = beganAtMs;
      return this.#keys;
    } catch (cause) {
      throw new KeysUnavailable(`The public keys at ${this.#url} cannot be fetched.`, { cause });
    }
  }
}
