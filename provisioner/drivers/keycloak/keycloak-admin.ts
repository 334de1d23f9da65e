import { z } from "zod";
import { PostroomError } from "#contracts/errors.ts";
import { backOffMs } from "../../back-off.ts";
import type { Limits } from "../../limits.ts";
import { PartAwayError } from "../../part-away-error.ts";
import { Semaphore } from "../../semaphore.ts";
import type { WorkWindow } from "../../work-window.ts";
import type { PartEvents } from "../part.ts";

export interface KeycloakOptions {
  /** Without a slash at the end. */
  readonly url: string;
  readonly realm: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface KeycloakAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

const tokenSchema = z.object({ access_token: z.string(), expires_in: z.number() });
const refusalSchema = z.object({ errorMessage: z.string().optional(), error: z.string().optional(), error_description: z.string().optional() });
const tryBackOff = { firstMs: 100, maxMs: 1_000 };

/** Keycloak's admin REST API, asked as the service account of the client `provisioner`, a bounded number of requests at a time. */
export class KeycloakAdmin {
  readonly title = "Keycloak";
  readonly #options: KeycloakOptions;
  readonly #limits: Limits["keycloak"];
  readonly #events: PartEvents;
  readonly #requests: Semaphore;
  #token: { value: string; validUntilMs: number } | undefined;
  #fetchingToken: Promise<string> | undefined;
  #reason: string | undefined = "has not been asked yet";

  constructor(options: KeycloakOptions, limits: Limits, events: PartEvents = {}) {
    this.#options = options;
    this.#limits = limits.keycloak;
    this.#events = events;
    this.#requests = new Semaphore(limits.keycloak.maxInFlight, limits.keycloak.maxWaiting);
  }

  /** Why Keycloak cannot be used; undefined while it answers. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /**
   * One request below `/admin/realms/<realm>`; refusals are answered, not thrown.
   * @throws PartAwayError when Keycloak did not (verifiably) do it
   */
  async request(method: string, path: string, body: unknown, window: WorkWindow): Promise<KeycloakAnswer> {
    return this.#requests.run(async () => {
      for (let attempt = 1; ; attempt++) {
        const response = await this.#tryAdmin(method, path, body, window).catch((error: unknown) => {
          if (attempt >= this.#limits.tries || window.signal.aborted) throw error;
          return undefined;
        });
        if (response) return response;
        await delay(backOffMs(attempt, tryBackOff), window.signal);
      }
    });
  }

  async #tryAdmin(method: string, path: string, body: unknown, window: WorkWindow): Promise<KeycloakAnswer> {
    const url = `${this.#options.url}/admin/realms/${encodeURIComponent(this.#options.realm)}${path}`;
    const send = async (token: string) =>
      this.#fetch(url, { method, headers: { authorization: `Bearer ${token}`, "content-type": "application/json" }, body: body === undefined ? undefined : JSON.stringify(body) }, window);
    const response = await send(await this.#validToken(window));
    if (response.status !== 401) return response;
    // The token was revoked, or Keycloak was set up anew: one fresh token, then it is a refusal.
    this.#token = undefined;
    return send(await this.#validToken(window));
  }

  #validToken(window: WorkWindow): Promise<string> {
    if (this.#token && performance.now() < this.#token.validUntilMs) return Promise.resolve(this.#token.value);
    this.#fetchingToken ??= this.#requestToken(window).finally(() => (this.#fetchingToken = undefined));
    return this.#fetchingToken;
  }

  async #requestToken(window: WorkWindow): Promise<string> {
    const { url, realm, clientId, clientSecret } = this.#options;
    const response = await this.#fetch(
      `${url}/realms/${encodeURIComponent(realm)}/protocol/openid-connect/token`,
      { method: "POST", body: new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret }) },
      window,
    );
    this.expectSuccess(response, `to log in as ${clientId}`);
    const token = tokenSchema.parse(JSON.parse(response.body));
    this.#token = {
      value: token.access_token,
      validUntilMs: performance.now() + Math.max(1, token.expires_in - this.#limits.tokenLeewaySeconds) * 1000,
    };
    return token.access_token;
  }

  async #fetch(url: string, init: RequestInit, window: WorkWindow): Promise<KeycloakAnswer> {
    if (performance.now() > window.notAfterMs) throw new PartAwayError(this.title, "was not asked in time", "time-out");
    try {
      const response = await fetch(url, { ...init, redirect: "error", signal: AbortSignal.any([window.signal, AbortSignal.timeout(this.#limits.requestMs)]) });
      const body = await response.text();
      if (response.status >= 500) throw new Error(`status ${response.status}`);
      this.#set(undefined);
      return { status: response.status, headers: response.headers, body };
    } catch (error) {
      const timedOut = (error as Error).name === "TimeoutError";
      const reason = timedOut ? `did not answer within ${this.#limits.requestMs / 1000} s` : `does not answer (${causeOf(error)})`;
      if (!window.signal.aborted) this.#set(reason);
      throw new PartAwayError(this.title, reason, timedOut ? "time-out" : "unavailable", { cause: error });
    }
  }

  #set(reason: string | undefined): void {
    const wasConnected = this.#reason === undefined;
    this.#reason = reason;
    if (reason === undefined && !wasConnected) this.#events.onConnected?.();
    if (reason !== undefined && wasConnected) this.#events.onDisconnected?.(reason);
  }

  /** @param what completes "Keycloak refused …" @throws PostroomError when the answer is a refusal */
  expectSuccess(response: KeycloakAnswer, what: string): void {
    if (response.status >= 200 && response.status < 300) return;
    const code = response.status === 401 || response.status === 403 ? "forbidden" : response.status === 429 ? "rate-limited" : "invalid-input";
    throw new PostroomError({ code, message: `Keycloak refused ${what} (${response.status}): ${refusalOf(response.body)}` });
  }
}

function refusalOf(body: string): string {
  try {
    const parsed = refusalSchema.parse(JSON.parse(body));
    return parsed.errorMessage ?? parsed.error_description ?? parsed.error ?? "no reason given";
  } catch {
    return "no reason given";
  }
}

function causeOf(error: unknown): string {
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  return cause?.code ?? cause?.message ?? (error as Error).message;
}

function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
