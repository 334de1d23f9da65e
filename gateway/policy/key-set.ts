import { JWKSNoMatchingKey } from "jose/errors";
import { createLocalJWKSet } from "jose/jwks/local";
import { httpRequest } from "./http-client.ts";

const maxAgeMs = 10 * 60_000;
/** So long keys that are fresh are not fetched again for a token whose key is not among them. */
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
  #fetchedAtMs = 0;
  #fetching: Promise<LocalKeys> | null = null;

  constructor(url: string, timeoutMs: number) {
    this.#url = url;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * The key that a token names, in the form in which jose asks for it.
   *
   * @throws KeysUnavailable, or JWKSNoMatchingKey when the token names none of them
   */
  readonly keyOf = async (...named: Parameters<LocalKeys>): Promise<Awaited<ReturnType<LocalKeys>>> => {
    const keys = await this.#fresh(maxAgeMs);
    try {
      return await keys(...named);
    } catch (error) {
      if (!(error instanceof JWKSNoMatchingKey)) throw error;
      return (await this.#fresh(coolDownMs))(...named);
    }
  };

  /** Fetches the keys if there are none yet. @throws KeysUnavailable */
  async ensure(): Promise<void> {
    await this.#fresh(Number.POSITIVE_INFINITY);
  }

  async #fresh(mostMs: number): Promise<LocalKeys> {
    if (this.#keys !== null && Date.now() - this.#fetchedAtMs < mostMs) return this.#keys;
    this.#fetching ??= this.#fetch().finally(() => (this.#fetching = null));
    return this.#fetching;
  }

  async #fetch(): Promise<LocalKeys> {
    try {
      const answer = await httpRequest(this.#url, { accept: "application/json" }, null, AbortSignal.timeout(this.#timeoutMs));
      if (answer.status !== 200) throw new Error(`The answer was ${answer.status}.`);
      this.#keys = createLocalJWKSet((await answer.json()) as Parameters<typeof createLocalJWKSet>[0]);
      this.#fetchedAtMs = Date.now();
      return this.#keys;
    } catch (cause) {
      throw new KeysUnavailable(`The public keys at ${this.#url} cannot be fetched.`, { cause });
    }
  }
}
