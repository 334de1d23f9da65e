import { createLocalJWKSet, errors, type FlattenedJWSInput, type JSONWebKeySet, type JWSHeaderParameters } from "jose";
import { z } from "zod";
import { PostroomError } from "#contracts/errors.ts";
import type { Log } from "../log.ts";

/** How often Keycloak is asked for its keys, and how long they serve. */
const limits = {
  fetchTimeoutMs: 5_000,
  /** Between two fetches that unknown key ids ask for: a flood of forged tokens costs Keycloak no more than this. */
  cooldownMs: 30_000,
  /** Between two attempts while there is no key at all. */
  coldRetryMs: 1_000,
  /** Keys older than this are fetched again, so that a key that Keycloak has disabled is refused soon. */
  refreshAfterMs: 5 * 60_000,
  /** Keys held serve this long while Keycloak does not answer; its access tokens live far shorter. */
  staleAfterMs: 60 * 60_000,
  maxKeys: 32,
} as const;

const keySetSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(limits.maxKeys) });

type FindKey = ReturnType<typeof createLocalJWKSet>;

/** The realm's public keys, kept in memory. */
export interface KeySet {
  /** The key for a token; `jku`, `x5u` and `jwk` headers are never followed. @throws PostroomError unavailable, jose errors */
  find(header?: JWSHeaderParameters, token?: FlattenedJWSInput): ReturnType<FindKey>;
  /** Whether tokens can be verified now, fetching keys when there are none. Never throws. */
  check(): Promise<{ ok: boolean; reason?: string }>;
}

export interface KeySetOptions {
  /** Address of the realm's JSON Web Key Set (RFC 7517). */
  readonly url: string;
  readonly log: Log;
  readonly fetch?: typeof fetch;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** The time that Keycloak has for an answer. */
  readonly fetchTimeoutMs?: number;
}

/** A key set that survives Keycloak's absence: cached keys go on serving, a cold start fails closed and recovers by itself. */
export function createKeySet({ url, log, fetch: fetchImpl = fetch, now = Date.now, fetchTimeoutMs = limits.fetchTimeoutMs }: KeySetOptions): KeySet {
  let held: { find: FindKey; fetchedAt: number } | undefined;
  let lastAttemptAt = Number.NEGATIVE_INFINITY;
  let lastFailure: unknown;
  let running: Promise<void> | undefined;

  /** Never rejects: keys held go on serving. */
  async function fetchKeys(): Promise<void> {
    try {
      const response = await fetchImpl(url, { signal: AbortSignal.timeout(fetchTimeoutMs), redirect: "error" });
      if (!response.ok) throw new Error(`Keycloak answered ${response.status} when asked for its keys.`);
      const keys = keySetSchema.parse(await response.json());
      held = { find: createLocalJWKSet(keys as JSONWebKeySet), fetchedAt: now() };
      lastFailure = undefined;
    } catch (error) {
      lastFailure = error;
      log.warn({ err: error, url }, "The keys of Keycloak could not be fetched.");
    }
  }

  /** One fetch at a time, and none within the cool-down of the former. */
  function refresh(cooldownMs: number): Promise<void> {
    if (running) return running;
    if (now() - lastAttemptAt < cooldownMs) return Promise.resolve();
    lastAttemptAt = now();
    running = fetchKeys().finally(() => {
      running = undefined;
    });
    return running;
  }

  async function current(): Promise<FindKey> {
    const ageMs = held ? now() - held.fetchedAt : Number.POSITIVE_INFINITY;
    if (ageMs > limits.staleAfterMs) {
      held = undefined;
      await refresh(limits.coldRetryMs);
    } else if (ageMs > limits.refreshAfterMs) {
      void refresh(limits.cooldownMs);
    }
    if (!held) {
      throw new PostroomError(
        {
          code: "unavailable",
          message: "The login service does not answer, so logins cannot be checked at the moment. Try again in a minute; nothing was changed.",
        },
        { cause: lastFailure },
      );
    }
    return held.find;
  }

  return {
    async find(header, token) {
      const findKey = await current();
      try {
        return await findKey(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        const fetchedBefore = held?.fetchedAt;
        await refresh(limits.cooldownMs);
        if (!held || held.fetchedAt === fetchedBefore) throw error;
        return held.find(header, token);
      }
    },
    async check() {
      try {
        await current();
        return lastFailure === undefined ? { ok: true } : { ok: true, reason: "Keycloak does not answer; the keys held still serve." };
      } catch {
        return { ok: false, reason: "Keycloak does not answer, and no keys are held to check logins with." };
      }
    },
  };
}
