import { z } from "zod";
import { PostroomError } from "#contracts/errors.ts";
import type { Log } from "../log.ts";

/** How soon the end of a login in Keycloak counts here, and what asking may cost. */
export const loginWatchLimits = {
  /** A login that Keycloak has confirmed within this is not asked about. */
  freshMs: 20_000,
  /** Beyond this the call waits for Keycloak's answer; before, Keycloak is asked beside it. */
  waitAfterMs: 45_000,
  /** The same for what goes on without further calls, and so has to begin with a login that holds now. */
  waitAtOnceAfterMs: 1_000,
  timeoutMs: 2_000,
  /** Between two questions about one login while Keycloak does not answer. */
  retryMs: 10_000,
  /** Keycloak refuses a token at its end as well, so none is shown to it so shortly before. */
  lastQuestionMs: 5_000,
  questionsAtOnce: 32,
  logins: 10_000,
} as const;

/** An access token that has been verified. */
export interface VerifiedToken {
  readonly token: string;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  /** Realm roles that the token names and that must not have been taken away. */
  readonly roles: readonly string[];
}

interface Login {
  confirmedAtMs: number;
  askedAtMs: number;
  hasEnded: boolean;
  question?: Promise<void>;
}

const userInfoSchema = z.object({ realm_access: z.object({ roles: z.array(z.string()) }).optional() });

/**
 * Notices logins that Keycloak has ended while their access token is still good: somebody disabled, deleted, signed out or robbed
 * of a role in Keycloak itself. Asks the UserInfo endpoint (OpenID Connect Core 1.0, section 5.3) with the caller's own token.
 */
export class LoginWatch {
  readonly #logins = new Map<string, Login>();
  readonly #url: string;
  readonly #log: Log;
  readonly #now: () => number;
  #questions = 0;

  /** @param options `url` of the UserInfo endpoint; `now` in milliseconds since the epoch */
  constructor({ url, log, now = Date.now }: { url: string; log: Log; now?: () => number }) {
    this.#url = url;
    this.#log = log;
    this.#now = now;
  }

  /**
   * Returns for a login that Keycloak has confirmed within a minute, or that it cannot be asked about: while Keycloak does not
   * answer, a token is good until its end.
   * @param options `atOnce` for a confirmation of this second
   * @throws PostroomError `unauthenticated` once Keycloak has ended the login
   */
  async confirm(verified: VerifiedToken, { atOnce = false }: { atOnce?: boolean } = {}): Promise<void> {
    const now = this.#now();
    const login = this.#find(verified, now);
    const ageMs = now - login.confirmedAtMs;
    const waitAfterMs = atOnce ? loginWatchLimits.waitAtOnceAfterMs : loginWatchLimits.waitAfterMs;
    if (!login.hasEnded && ageMs >= Math.min(loginWatchLimits.freshMs, waitAfterMs) && verified.expiresAtMs - now >= loginWatchLimits.lastQuestionMs) {
      const wasAnswered = login.askedAtMs <= login.confirmedAtMs;
      if (!login.question && (wasAnswered || now - login.askedAtMs >= loginWatchLimits.retryMs) && this.#questions < loginWatchLimits.questionsAtOnce) {
        login.question = this.#ask(login, verified, now);
      }
      if (ageMs >= waitAfterMs) await login.question;
    }
    if (login.hasEnded) throw new PostroomError({ code: "unauthenticated", message: "Your login was ended. Log in again to go on." });
  }

  #find({ token, issuedAtMs }: VerifiedToken, now: number): Login {
    // The signature tells tokens apart and is worth nothing by itself.
    const key = token.slice(token.lastIndexOf(".") + 1);
    const login = this.#logins.get(key) ?? { confirmedAtMs: Math.min(issuedAtMs, now), askedAtMs: Number.NEGATIVE_INFINITY, hasEnded: false };
    this.#logins.delete(key);
    this.#logins.set(key, login);
    if (this.#logins.size > loginWatchLimits.logins) this.#logins.delete(this.#logins.keys().next().value as string);
    return login;
  }

  /** Never rejects. */
  async #ask(login: Login, { token, roles }: VerifiedToken, now: number): Promise<void> {
    login.askedAtMs = now;
    this.#questions += 1;
    try {
      const response = await fetch(this.#url, {
        headers: { authorization: `Bearer ${token}` },
        redirect: "error",
        signal: AbortSignal.timeout(loginWatchLimits.timeoutMs),
      });
      if (response.ok) {
        const { realm_access: told } = userInfoSchema.parse(await response.json());
        login.hasEnded = told !== undefined && roles.some((role) => !told.roles.includes(role));
        login.confirmedAtMs = now;
        return;
      }
      await response.body?.cancel();
      if (response.status === 401) login.hasEnded = true;
      else this.#log.warn({ status: response.status }, "Keycloak does not say whether a login still holds; it does until its token ends.");
    } catch (error) {
      this.#log.warn({ err: error }, "Keycloak could not be asked whether a login still holds; it does until its token ends.");
    } finally {
      this.#questions -= 1;
      login.question = undefined;
    }
  }
}
