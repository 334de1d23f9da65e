const windowMs = 60_000;
/** Failures of one login from one source in a window. */
export const maxFailuresPerLogin = 20;
/** Failures of all logins from one source in a window. */
export const maxFailuresPerSource = 100;
const maxSources = 50_000;

/** Delay of every refused login, so that guessing is slow and takes the same time whatever was wrong. */
export const failureDelayMs = 1000;

interface Failures {
  count: number;
  sinceMs: number;
}

/**
 * Counts failed logins per source and login, and turns away who fails too often, before Keycloak is asked. A source is an
 * address of the network; the login is part of the key, so that one client with a wrong secret behind a shared address does
 * not lock out the others, and a bound over all logins of a source catches guessing across names. What is turned away is
 * not counted again, so that a flood neither prolongs its own wait nor drives other sources out of the count.
 */
export class LoginGate {
  readonly #failures = new Map<string, Failures>();

  /** @returns how long the source must wait, in ms; 0 when it may try */
  waitMs(source: string, login: string, nowMs = Date.now()): number {
    return Math.max(
      this.#wait(`${source}\n${login}`, maxFailuresPerLogin, nowMs),
      this.#wait(source, maxFailuresPerSource, nowMs),
    );
  }

  failed(source: string, login: string, nowMs = Date.now()): void {
    this.#count(`${source}\n${login}`, nowMs);
    this.#count(source, nowMs);
  }

  #wait(key: string, most: number, nowMs: number): number {
    const failures = this.#failures.get(key);
    if (failures === undefined || failures.count < most) return 0;
    return Math.max(0, failures.sinceMs + windowMs - nowMs);
  }

  #count(key: string, nowMs: number): void {
    const failures = this.#failures.get(key);
    if (failures !== undefined && nowMs - failures.sinceMs < windowMs) {
      failures.count += 1;
      return;
    }
    this.#failures.delete(key);
    if (this.#failures.size >= maxSources) this.#failures.delete(this.#failures.keys().next().value!);
    this.#failures.set(key, { count: 1, sinceMs: nowMs });
  }
}
