import type { JWTPayload } from "jose";
import { jwtVerify } from "jose/jwt/verify";
import { type HttpAnswer, httpRequest } from "./http-client.ts";
import { KeySet, KeysUnavailable } from "./key-set.ts";
import { WorkQueue } from "./work-queue.ts";

const requestTimeoutMs = 5000;
const parallelGrants = 16;
const waitingGrants = 2000;
const maxTokenCharacters = 16 * 1024;
const clockToleranceSeconds = 30;
const algorithms = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"];

/** An access token that passed: whose it is and how long it is good. */
export interface VerifiedToken {
  /** Client id that the token was issued to. */
  readonly azp: string;
  readonly expiresAtMs: number;
}

/** Keycloak could not be asked; the login may be right. */
export class KeycloakUnavailable extends Error {
  override name = "KeycloakUnavailable";
}

/** The login or token is not valid. */
export class LoginRefused extends Error {
  override name = "LoginRefused";
}

/** The realm as the gateway needs it: the client-credentials grant, and its public keys. */
export class Keycloak {
  readonly #issuer: string;
  readonly #tokenUrl: string;
  readonly #keys: KeySet;
  readonly #now: () => number;
  readonly #grants = new WorkQueue(parallelGrants, waitingGrants);
  /** Why the keys cannot be had at the moment; null when they can. */
  keysProblem: string | null = "The keys were not fetched yet.";

  /** @param now milliseconds since the epoch; the machine's clock unless a test moves it */
  constructor(url: string, realm: string, now: () => number = Date.now) {
    this.#now = now;
    this.#issuer = `${url.replace(/\/$/, "")}/realms/${encodeURIComponent(realm)}`;
    this.#tokenUrl = `${this.#issuer}/protocol/openid-connect/token`;
    this.#keys = new KeySet(`${this.#issuer}/protocol/openid-connect/certs`, requestTimeoutMs);
  }

  /** Fetches the keys when they are not there, for the health page. */
  async checkKeys(): Promise<void> {
    try {
      await this.#keys.ensure();
      this.keysProblem = null;
    } catch {
      this.keysProblem = "Keycloak's public keys cannot be fetched; tokens cannot be checked.";
    }
  }

  /**
   * Gets a token for an application with its secret.
   *
   * @throws LoginRefused when Keycloak says no, KeycloakUnavailable when it says nothing
   */
  async grant(login: string, secret: string): Promise<VerifiedToken> {
    let answer: HttpAnswer;
    let body: unknown;
    try {
      [answer, body] = await this.#grants.run(async () => {
        const granted = await httpRequest(
          this.#tokenUrl,
          {
            "content-type": "application/x-www-form-urlencoded",
            authorization: `Basic ${Buffer.from(`${encodeURIComponent(login)}:${encodeURIComponent(secret)}`).toString("base64")}`,
          },
          "grant_type=client_credentials",
          AbortSignal.timeout(requestTimeoutMs),
        );
        return [granted, await granted.json()] as const;
      });
    } catch (cause) {
      throw new KeycloakUnavailable("Keycloak did not answer.", { cause });
    }
    if (answer.status === 400 || answer.status === 401) throw new LoginRefused("Keycloak does not accept the secret.");
    if (answer.status !== 200) throw new KeycloakUnavailable(`Keycloak answered ${answer.status}.`);
    const token = (body as { access_token?: unknown }).access_token;
    if (typeof token !== "string") throw new KeycloakUnavailable("Keycloak's answer holds no token.");
    return this.verify(token);
  }

  /**
   * Checks an access token: signature by one of the realm's keys with an algorithm of the list, issuer, type, expiry.
   *
   * @throws LoginRefused or KeycloakUnavailable
   */
  async verify(token: string): Promise<VerifiedToken> {
    if (token.length > maxTokenCharacters) throw new LoginRefused("The token is too long.");
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, this.#keys.keyOf, { currentDate: new Date(this.#now()), issuer: this.#issuer, algorithms, clockTolerance: clockToleranceSeconds, requiredClaims: ["exp"] }));
    } catch (cause) {
      if (cause instanceof KeysUnavailable) throw new KeycloakUnavailable("Keycloak's public keys cannot be fetched.", { cause });
      throw new LoginRefused("The token is not valid.", { cause });
    }
    if (payload.typ !== "Bearer") throw new LoginRefused("The token is no access token.");
    if (typeof payload.azp !== "string") throw new LoginRefused("The token does not say whom it was issued to.");
    return { azp: payload.azp, expiresAtMs: payload.exp! * 1000 };
  }
}
