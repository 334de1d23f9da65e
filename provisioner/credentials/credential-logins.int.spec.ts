import { once } from "node:events";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { eventOf, TestClient } from "#gateway/test-support/client.ts";
import { openDatabase, type Database } from "../database.ts";
import { KeycloakAdmin } from "../drivers/keycloak/keycloak-admin.ts";
import { KeycloakDriver } from "../drivers/keycloak/keycloak-driver.ts";
import { limits } from "../limits.ts";
import { startProvisioner, type Provisioner } from "../provisioner.ts";
import { testLog } from "../testing/env.ts";
import { eventually } from "../testing/eventually.ts";
import { startRealGateway, type RealGateway } from "../testing/real-gateway.ts";
import { createTestBed, type TestBed } from "../testing/test-bed.ts";
import { openWorkWindow } from "../work-window.ts";
import { CredentialLogins } from "./credential-logins.ts";

/** Passes are begun by the tests, and each looks at every login in use. */
const byHand = { ...limits.credentialLogins, intervalMs: 3_600_000, dueMs: 0 };
const description = "The login of this credential was disabled or deleted in Keycloak.";

let bed: TestBed;
let gateway: RealGateway;
let provisioner: Provisioner;
let database: Database;
let keycloak: ConstructorParameters<typeof KeycloakAdmin>[0];
let admin: KeycloakAdmin;
const window = () => openWorkWindow(20_000);

beforeAll(async () => {
  bed = await createTestBed();
  const env = bed.env();
  keycloak = { url: env.KEYCLOAK_URL, realm: env.KEYCLOAK_REALM, clientId: env.KEYCLOAK_CLIENT_ID, clientSecret: env.KEYCLOAK_CLIENT_SECRET };
  admin = new KeycloakAdmin(keycloak, limits);
  database = openDatabase(env.DATABASE_URL, limits.database, () => undefined);
  gateway = await startRealGateway(bed.platform, "main");
  provisioner = await startProvisioner({ env: bed.env({ GATEWAY_MANAGEMENT_URLS: gateway.url }), log: testLog, limits: { ...limits, credentialLogins: byHand } });
  await gateway.running.opened;
});
afterAll(async () => {
  await provisioner?.stop();
  await database?.end();
  await gateway?.[Symbol.asyncDispose]();
  await bed?.[Symbol.asyncDispose]();
});

async function newCredential(name: string): Promise<string> {
  const login = await bed.createCredential(name, "a-secret");
  await eventually(() => bed.row(name, "credential"), (row) => row?.phase === "Active");
  return login;
}

const logIn = (username: string) => TestClient.connect({ port: gateway.running.ports.amqp!, username, password: "a-secret" });
const errorOf = (client: TestClient) => eventOf(client.connection, "connection_error").then(() => client.connection.error);

async function clientPath(login: string): Promise<string> {
  const { body } = await admin.request("GET", `/clients?clientId=${encodeURIComponent(login)}`, undefined, window());
  return `/clients/${z.array(z.object({ id: z.string() })).length(1).parse(JSON.parse(body))[0]!.id}`;
}

it.each([
  ["disabled", (path: string) => admin.request("PUT", path, { enabled: false }, window())],
  ["deleted", (path: string) => admin.request("DELETE", path, undefined, window())],
])("ends what an application has open whose client was %s in Keycloak itself, also when it comes back, and nobody else's", async (word, end) => {
  const [login, other] = await Promise.all([newCredential(`out-${word}`), newCredential(`by-${word}`)]);
  await using client = await logIn(login);
  await using bystander = await logIn(other);
  expect(await provisioner.credentialLogins.check()).toBe(0);
  expect([client, bystander].map(({ connection }) => connection.is_open())).toEqual([true, true]);

  expect((await end(await clientPath(login))).status).toBe(204);
  const error = errorOf(client);
  expect(await provisioner.credentialLogins.check()).toBe(1);
  expect(await error).toMatchObject({ condition: "amqp:connection:forced", description });
  expect(bystander.connection.is_open()).toBe(true);

  // The gateway remembers for a while that the secret passed: who comes back meanwhile is out with the next pass.
  await using late = await logIn(login);
  const lateError = errorOf(late);
  expect(await provisioner.credentialLogins.check()).toBe(1);
  expect(await lateError).toMatchObject({ description });
  expect(bystander.connection.is_open()).toBe(true);
});

it("ends the connection and its links when the access token that it logged in with has run out", async () => {
  const login = await newCredential("token");
  await bed.createAddresses(["calls"], "anycast-small");
  await eventually(() => bed.row("calls"), (row) => row?.phase === "Active");
  expect((await admin.request("PUT", await clientPath(login), { attributes: { "access.token.lifespan": "15" } }, window())).status).toBe(204);
  const answer = await fetch(`${keycloak.url}/realms/${keycloak.realm}/protocol/openid-connect/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "client_credentials", client_id: login, client_secret: "a-secret" }),
    signal: AbortSignal.timeout(10_000),
  });
  const { access_token: token, expires_in: seconds } = z.object({ access_token: z.string(), expires_in: z.number() }).parse(await answer.json());
  expect(seconds).toBeLessThanOrEqual(15);
  await using client = await TestClient.connect({ port: gateway.running.ports.amqp!, username: login, token } as never);
  const ended = once(client.connection, "connection_error", { signal: AbortSignal.timeout(50_000) });
  await client.receiver("calls");
  await ended;
  expect(client.connection.error).toMatchObject({ condition: "amqp:unauthorized-access" });
});

it("ends nothing while Keycloak does not answer, and makes it good when it does", async () => {
  const login = await newCredential("away");
  await using client = await logIn(login);
  await admin.request("PUT", await clientPath(login), { enabled: false }, window());
  const closed: string[] = [];
  const gateways = { loginsInUse: async () => [login], closeConnections: async ({ login: each }: { login: string }) => void closed.push(each) };
  const blind = new CredentialLogins({ database, identity: new KeycloakDriver({ ...keycloak, url: "http://127.0.0.1:9" }, limits), gateways, limits: { ...byHand, dueMs: 60_000 }, log: testLog });
  expect(await blind.check()).toBe(0);
  expect(closed).toEqual([]);
  expect(client.connection.is_open()).toBe(true);
  const error = errorOf(client);
  expect(await provisioner.credentialLogins.check()).toBe(1);
  expect(await error).toMatchObject({ description });
});

it("asks Keycloak about logins in use only, once each, however many provisioners look, and not again before it is due", async () => {
  const [used] = await Promise.all([newCredential("in-use"), newCredential("at-rest")]);
  await bed.sql.query("UPDATE credential SET login_checked_at = NULL");
  const asked: string[] = [];
  const real = new KeycloakDriver(keycloak, limits);
  const identity = { isLoginEnabled: (login: string, workWindow: ReturnType<typeof window>) => (asked.push(login), real.isLoginEnabled(login, workWindow)) };
  const gateways = { loginsInUse: async () => [used], closeConnections: () => Promise.reject(new Error("was closed")) };
  const watches = Array.from({ length: 4 }, () => new CredentialLogins({ database, identity, gateways, limits: { ...byHand, dueMs: 3_600_000 }, log: testLog }));
  expect(await Promise.all(watches.map((watch) => watch.check()))).toEqual([0, 0, 0, 0]);
  expect(await Promise.all(watches.map((watch) => watch.check()))).toEqual([0, 0, 0, 0]);
  expect(asked).toEqual([used]);
});
