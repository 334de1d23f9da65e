import { randomBytes } from "node:crypto";
import type { PlatformFile } from "../../../platform/platform-file.ts";

const requestMilliseconds = 10_000;

export interface ApplicationLogin {
  readonly user: string;
  readonly password: string;
}

/** Logins of applications as the provisioner makes them in Keycloak: confidential clients that may get tokens for themselves. */
export class ApplicationLogins implements AsyncDisposable {
  readonly #platform: PlatformFile;
  readonly #ids: string[] = [];
  #token: { readonly value: string; readonly untilMs: number } | undefined;

  constructor(platform: PlatformFile) {
    this.#platform = platform;
  }

  /** @param user `<tenant>.<space>.<name>`. @throws Error when Keycloak refuses */
  async create(user: string): Promise<ApplicationLogin> {
    const password = randomBytes(32).toString("base64url");
    const client = { clientId: user, secret: password, enabled: true, protocol: "openid-connect", clientAuthenticatorType: "client-secret", publicClient: false, serviceAccountsEnabled: true, standardFlowEnabled: false, directAccessGrantsEnabled: false, fullScopeAllowed: false, defaultClientScopes: [], optionalClientScopes: [], attributes: { "access.token.signed.response.alg": "ES256" } };
    let made = await this.#admin("POST", "", client);
    if (made.status === 409) {
      const left = (await (await this.#admin("GET", `?clientId=${encodeURIComponent(user)}`)).json()) as { id: string }[];
      await this.#admin("DELETE", `/${left[0]!.id}`);
      made = await this.#admin("POST", "", client);
    }
    if (made.status !== 201) throw new Error(`Keycloak did not make the client ${user}: ${made.status} ${await made.text()}`);
    this.#ids.push(made.headers.get("location")!.split("/").at(-1)!);
    return { user, password };
  }

  /** An access token of the application, as it would get it itself. */
  async token({ user, password }: ApplicationLogin): Promise<string> {
    const { url, realm } = this.#platform.keycloak;
    const response = await fetch(`${url}/realms/${realm}/protocol/openid-connect/token`, {
      method: "POST",
      body: new URLSearchParams({ grant_type: "client_credentials", client_id: user, client_secret: password }),
      signal: AbortSignal.timeout(requestMilliseconds),
    });
    if (!response.ok) throw new Error(`Keycloak gave no token for ${user}: ${response.status} ${await response.text()}`);
    return ((await response.json()) as { access_token: string }).access_token;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of this.#ids.splice(0)) await this.#admin("DELETE", `/${id}`);
  }

  async #admin(method: string, path: string, body?: unknown): Promise<Response> {
    const { url, realm } = this.#platform.keycloak;
    return fetch(`${url}/admin/realms/${realm}/clients${path}`, {
      method,
      headers: { authorization: `Bearer ${await this.#adminToken()}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(requestMilliseconds),
    });
  }

  async #adminToken(): Promise<string> {
    if (this.#token && this.#token.untilMs > Date.now()) return this.#token.value;
    const { KEYCLOAK_CLIENT_ID: user, KEYCLOAK_CLIENT_SECRET: password } = this.#platform.env.provisioner;
    this.#token = { value: await this.token({ user: user!, password: password! }), untilMs: Date.now() + 120_000 };
    return this.#token.value;
  }
}
