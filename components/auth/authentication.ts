import type Keycloak from "keycloak-js";
import { PostroomError } from "#contracts/errors.ts";
import type { PublicConfig } from "#contracts/public-config.ts";
import { expectLoginAnswer, hasLoginAnswer, restoreLoginAnswer } from "./login-answer.ts";

export type AuthenticationState =
  | { readonly status: "starting" }
  | { readonly status: "waiting"; readonly title: string; readonly explanation: string }
  | { readonly status: "refused"; readonly explanation: string }
  | { readonly status: "signed-in" };

const probeTimeoutMs = 5_000;
const configTimeoutMs = 10_000;
const firstRetryMs = 1_000;
const lastRetryMs = 15_000;
/** A token is refreshed when it would expire within this time, so that no request leaves with a stale one. */
const minValiditySeconds = 30;
/** A login this fresh that the server still refuses would be refused again: asking Keycloak once more would loop. */
const loopGuardMs = 20_000;

/**
 * The person's login: starts keycloak-js (authorization code with PKCE), keeps the token fresh, and says in words what
 * is wrong while the console or Keycloak does not answer, trying again by itself. The token stays in memory.
 */
class Authentication {
  #state: AuthenticationState = { status: "starting" };
  readonly #listeners = new Set<() => void>();
  #keycloak: Keycloak | undefined;
  #started = false;
  #signedInAt = 0;
  #retryMs = firstRetryMs;
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getState = (): AuthenticationState => this.#state;

  /** Begins the login once; later calls do nothing. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    void this.#attempt();
  }

  /** Tries again now instead of when the back-off ends. */
  readonly retryNow = (): void => {
    clearTimeout(this.#timer);
    this.#retryMs = firstRetryMs;
    void this.#attempt();
  };

  /**
   * A token that is valid for some time yet.
   * @throws PostroomError unavailable when Keycloak does not answer and the token has run out
   */
  async token(): Promise<string> {
    const keycloak = this.#keycloak;
    if (keycloak?.token === undefined) throw new PostroomError({ code: "unauthenticated", message: "You are not logged in." });
    try {
      await keycloak.updateToken(minValiditySeconds);
    } catch (cause) {
      if (keycloak.isTokenExpired(0)) {
        throw new PostroomError(
          { code: "unavailable", message: "The login service does not answer, so your login could not be renewed. It is tried again by itself." },
          { cause },
        );
      }
    }
    return keycloak.token;
  }

  /** Sends the person to the login page and back here; for answers that say the login is no longer good. */
  loginAgain(): void {
    if (Date.now() - this.#signedInAt < loopGuardMs) {
      this.#set({ status: "refused", explanation: "The console does not accept the login it was just given. Its clock or its address of the login service may be wrong." });
      return;
    }
    expectLoginAnswer();
    void this.#keycloak?.login();
  }

  readonly startOver = (): void => {
    location.assign("/");
  };

  /** A page of Keycloak where people look after their own account. */
  accountUrl(page: "signing-in" | "device-activity"): string {
    return `${this.#keycloak?.authServerUrl}/realms/${encodeURIComponent(this.#keycloak?.realm ?? "")}/account/account-security/${page}`;
  }

  async logOut(): Promise<void> {
    sessionStorage.clear();
    await this.#keycloak?.logout({ redirectUri: `${location.origin}/` });
  }

  async #attempt(): Promise<void> {
    try {
      const config = await loadConfig();
      await probe(config);
      await this.#logIn(config);
      this.#retryMs = firstRetryMs;
    } catch (error) {
      if (error instanceof LoginRefused) {
        this.#set({ status: "refused", explanation: error.message });
        return;
      }
      const outage = error instanceof Outage ? error : new Outage("The login did not work", "The login service answered with something unexpected.");
      this.#set({ status: "waiting", title: outage.title, explanation: outage.message });
      this.#timer = setTimeout(() => void this.#attempt(), this.#retryMs);
      this.#retryMs = Math.min(this.#retryMs * 2, lastRetryMs);
    }
  }

  async #logIn(config: PublicConfig): Promise<void> {
    const keycloak = new (await loadKeycloak())({ url: config.keycloakUrl, realm: config.realm, clientId: config.clientId });
    this.#keycloak = keycloak;
    try {
      if (hasLoginAnswer()) restoreLoginAnswer();
      else expectLoginAnswer();
      const signedIn = await keycloak.init({ onLoad: "login-required", pkceMethod: "S256", checkLoginIframe: false });
      if (!signedIn) return;
    } catch (error) {
      const answer = error as { error?: string; error_description?: string } | undefined;
      if (typeof answer?.error === "string") {
        throw new LoginRefused(`The login service refused the login: ${answer.error_description ?? answer.error}.`);
      }
      throw error;
    }
    this.#signedInAt = Date.now();
    this.#set({ status: "signed-in" });
  }

  #set(state: AuthenticationState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

class Outage extends Error {
  readonly title: string;

  constructor(title: string, explanation: string) {
    super(explanation);
    this.title = title;
  }
}

class LoginRefused extends Error {}

/** keycloak-js as the login page has loaded it, so that its bytes come once. */
async function loadKeycloak(): Promise<typeof Keycloak> {
  const script = "/login/keycloak.js";
  const loaded = (await import(/* turbopackIgnore: true */ script)) as { readonly default: typeof Keycloak };
  return loaded.default;
}

async function loadConfig(): Promise<PublicConfig> {
  try {
    const response = await fetch("/api/config", { signal: AbortSignal.timeout(configTimeoutMs) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return (await response.json()) as PublicConfig;
  } catch {
    throw new Outage("The console does not answer", "Its server is starting, stopped, or cannot be reached from here.");
  }
}

/** A browser that is sent to a dead login service shows an error page of its own; so the service is asked for a sign of life first. */
async function probe(config: PublicConfig): Promise<void> {
  if (hasLoginAnswer()) return;
  try {
    await fetch(`${config.keycloakUrl}/realms/${encodeURIComponent(config.realm)}`, {
      mode: "no-cors",
      cache: "no-store",
      signal: AbortSignal.timeout(probeTimeoutMs),
    });
  } catch {
    throw new Outage("The login service does not answer", "Keycloak is starting, stopped, or cannot be reached from here.");
  }
}

export const authentication = new Authentication();
