import { createHash } from "node:crypto";
import { z } from "zod";
import { PostroomError } from "#contracts/errors.ts";
import type { Limits } from "../../limits.ts";
import { PartAwayError } from "../../part-away-error.ts";
import type { WorkWindow } from "../../work-window.ts";
import type { ApplicationLogin, IdentityDriver } from "../identity-driver.ts";
import type { PartEvents } from "../part.ts";
import { KeycloakAdmin, type KeycloakOptions } from "./keycloak-admin.ts";

const foundClientsSchema = z.array(
  z.object({ id: z.string(), clientId: z.string(), enabled: z.boolean(), secret: z.string().optional(), attributes: z.record(z.string(), z.string()).default({}) }),
);
type FoundClient = z.infer<typeof foundClientsSchema>[number];

/** Attributes by which Keycloak takes a second secret, where its feature `client-secret-rotation` is on (docs/adr/0004). */
const rotated = { secret: "client.secret.rotated", madeAt: "client.secret.rotated.creation.time", endsAt: "client.secret.rotated.expiration.time" } as const;

/** A real Keycloak: logins of applications as confidential clients. */
export class KeycloakDriver implements IdentityDriver {
  readonly title = "Keycloak";
  readonly #admin: KeycloakAdmin;

  constructor(options: KeycloakOptions, limits: Limits, events: PartEvents = {}) {
    this.#admin = new KeycloakAdmin(options, limits, events);
  }

  get connected(): boolean {
    return this.#admin.reason === undefined;
  }

  get reason(): string | undefined {
    return this.#admin.reason;
  }

  start(): void {}

  async close(): Promise<void> {}

  async probe(window: WorkWindow): Promise<void> {
    await this.#admin.request("GET", "/clients?max=1", undefined, window).then(
      () => undefined,
      () => undefined, // its reason is kept
    );
  }

  async ensureLogin({ login, secret, previous = null }: ApplicationLogin, window: WorkWindow): Promise<void> {
    const client = confidentialClient(login, secret);
    const made = await this.#admin.request("POST", "/clients", client, window);
    if (made.status !== 409) return this.#admin.expectSuccess(made, `to make the client ${login}`);
    const found = await this.#findClient(login, window);
    if (found === undefined) throw new PartAwayError(this.title, `says that the client ${login} exists and then does not find it`);
    const changed = { ...client, id: found.id, attributes: { ...client.attributes, ...secretBeside(found, previous) } };
    this.#admin.expectSuccess(await this.#admin.request("PUT", `/clients/${found.id}`, changed, window), `to change the client ${login}`);
  }

  async endPreviousSecret(login: string, window: WorkWindow): Promise<void> {
    const found = await this.#findClient(login, window);
    if (found === undefined || !found.attributes[rotated.secret]) return;
    const ended = await this.#admin.request("DELETE", `/clients/${found.id}/client-secret/rotated`, undefined, window);
    if (ended.status !== 404) this.#admin.expectSuccess(ended, `to end the former secret of the client ${login}`);
  }

  async removeLogin(login: string, window: WorkWindow): Promise<void> {
    const found = await this.#findClient(login, window);
    if (found === undefined) return;
    const removed = await this.#admin.request("DELETE", `/clients/${found.id}`, undefined, window);
    if (removed.status !== 404) this.#admin.expectSuccess(removed, `to remove the client ${login}`);
  }

  async hasLogin(login: string, window: WorkWindow): Promise<boolean> {
    return (await this.#findClient(login, window)) !== undefined;
  }

  async isLoginEnabled(login: string, window: WorkWindow): Promise<boolean> {
    return (await this.#findClient(login, window))?.enabled === true;
  }

  async #findClient(login: string, window: WorkWindow): Promise<FoundClient | undefined> {
    const response = await this.#admin.request("GET", `/clients?clientId=${encodeURIComponent(login)}&search=false`, undefined, window);
    this.#admin.expectSuccess(response, `to look for the client ${login}`);
    const found = foundClientsSchema.safeParse(JSON.parse(response.body));
    if (!found.success) throw new PostroomError({ code: "internal", message: "Keycloak answered a search for clients in a form that is not known." });
    return found.data.find(({ clientId }) => clientId === login);
  }
}

/** The secret that is to work beside the client's own, if it is one that Keycloak has; a try that was cut off may have moved it already. */
function secretBeside({ secret, attributes }: FoundClient, previous: ApplicationLogin["previous"]): Record<string, string> {
  const known = [secret, attributes[rotated.secret]].find((each) => each !== undefined && previous?.hash === createHash("sha256").update(each).digest("base64"));
  if (!previous || known === undefined) return { [rotated.secret]: "", [rotated.madeAt]: "", [rotated.endsAt]: "" };
  return { [rotated.secret]: known, [rotated.madeAt]: String(Math.floor(Date.now() / 1000)), [rotated.endsAt]: String(Math.floor(previous.untilMs / 1000)) };
}

/** A client with a service account that can do nothing but get tokens for itself with its secret. */
function confidentialClient(login: string, secret: string): { readonly attributes: Readonly<Record<string, string>>; readonly [field: string]: unknown } {
  return {
    clientId: login,
    secret,
    enabled: true,
    protocol: "openid-connect",
    clientAuthenticatorType: "client-secret",
    publicClient: false,
    serviceAccountsEnabled: true,
    standardFlowEnabled: false,
    implicitFlowEnabled: false,
    directAccessGrantsEnabled: false,
    fullScopeAllowed: false,
    // Gateways read who a token was issued to and when it ends. A realm's usual scopes would have Keycloak look for roles and more each time.
    defaultClientScopes: [],
    optionalClientScopes: [],
    // The signature is most of what a token costs Keycloak: with RSA keys three to four times as much as all the rest.
    attributes: { "access.token.signed.response.alg": "ES256" },
    redirectUris: [],
    webOrigins: [],
  };
}
