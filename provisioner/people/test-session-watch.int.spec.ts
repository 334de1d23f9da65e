import { createPrivateKey, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { decodeJwt, SignJWT } from "jose";
import rhea from "rhea";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocket } from "ws";
import { ticketAlgorithm, ticketAudience, ticketIssuer } from "#contracts/test-client/ticket.ts";
import { eventOf, TestClient } from "#gateway/test-support/client.ts";
import { personToken } from "#platform/test-platform.ts";
import { openDatabase, type Database } from "../database.ts";
import { KeycloakAdmin } from "../drivers/keycloak/keycloak-admin.ts";
import { KeycloakPeople } from "../drivers/keycloak-people/keycloak-people.ts";
import { limits } from "../limits.ts";
import { startProvisioner, type Provisioner } from "../provisioner.ts";
import { testLog } from "../testing/env.ts";
import { startRealGateway, type RealGateway } from "../testing/real-gateway.ts";
import { createTestBed, type TestBed } from "../testing/test-bed.ts";
import { openWorkWindow } from "../work-window.ts";
import { TestSessionWatch } from "./test-session-watch.ts";

/** Passes are begun by the tests, and each looks at everybody. */
const byHand = { ...limits.testSessions, intervalMs: 3_600_000, dueMs: 0 };

let bed: TestBed;
let gateway: RealGateway;
let provisioner: Provisioner;
let database: Database;
let admin: KeycloakAdmin;
let ticketKey: ReturnType<typeof createPrivateKey>;
const made: string[] = [];
const window = () => openWorkWindow(20_000);

beforeAll(async () => {
  bed = await createTestBed();
  const env = bed.env();
  admin = new KeycloakAdmin({ url: env.KEYCLOAK_URL, realm: env.KEYCLOAK_REALM, clientId: env.KEYCLOAK_CLIENT_ID, clientSecret: env.KEYCLOAK_CLIENT_SECRET }, limits);
  database = openDatabase(env.DATABASE_URL, limits.database, () => undefined);
  ticketKey = createPrivateKey(await readFile(bed.platform.env.console.TICKET_PRIVATE_KEY_FILE!, "utf8"));
  gateway = await startRealGateway(bed.platform, "main", { WEBSOCKET_PORT: "0" });
  provisioner = await startProvisioner({ env: bed.env({ GATEWAY_MANAGEMENT_URLS: gateway.url }), log: testLog, limits: { ...limits, testSessions: byHand } });
  await gateway.running.opened;
});
afterAll(async () => {
  await provisioner?.stop();
  for (const userId of made) await admin.request("DELETE", `/users/${userId}`, undefined, window());
  await database?.end();
  await gateway?.[Symbol.asyncDispose]();
  await bed?.[Symbol.asyncDispose]();
});

interface Developer {
  readonly userId: string;
  readonly email: string;
  readonly password: string;
}

async function newDeveloper(): Promise<Developer> {
  const email = `nina-${randomUUID()}@people.test`;
  const password = randomUUID();
  const answer = await admin.request(
    "POST", "/users",
    { username: email, email, emailVerified: true, firstName: "Nina", lastName: "New", enabled: true, credentials: [{ type: "password", value: password, temporary: false }] },
    window(),
  );
  const userId = answer.headers.get("location")!.split("/").at(-1)!;
  made.push(userId);
  await bed.sql.query("INSERT INTO membership (tenant_id, user_id, email, role) SELECT id, $2, $3, 'developer' FROM tenant WHERE slug = $1", [bed.tenant, userId, email]);
  return { userId, email, password };
}

/** A login as the console has it, noted as the console notes it when a test session is opened. */
async function logIn({ userId, email, password }: Developer): Promise<string> {
  const { sid } = decodeJwt(await personToken(email, password));
  await bed.sql.query(
    `INSERT INTO test_session (tenant_id, user_id, login_session_id, email, ends_at) SELECT id, $2, $3, $4, now() + interval '30 minutes' FROM tenant WHERE slug = $1`,
    [bed.tenant, userId, sid, email],
  );
  return sid as string;
}

/** @param sid login at Keycloak that the ticket was given to; empty when it names none, as one of an older console */
async function openWebSocket({ email }: Developer, sid = ""): Promise<TestClient> {
  const now = Math.floor(Date.now() / 1000);
  const token = await new SignJWT({ space: bed.space, session_ends_at: now + 1_800, login_session: sid, permissions: [{ operations: ["send", "recv"], pattern: "calls" }] })
    .setProtectedHeader({ alg: ticketAlgorithm }).setIssuer(ticketIssuer).setAudience(ticketAudience).setSubject(email).setJti(randomUUID())
    .setIssuedAt(now).setExpirationTime(now + 30).sign(ticketKey);
  const details = { connection_details: rhea.websocket_connect(WebSocket as never)(`ws://127.0.0.1:${gateway.running.ports.webSocket}/amqp`, ["amqp"], {} as never) };
  return TestClient.connect({ ...details, username: email, token } as never);
}

const errorOf = (client: TestClient) => eventOf(client.connection, "connection_error").then(() => client.connection.error);
const noted = async ({ userId }: Developer) => (await bed.sql.query("SELECT 1 FROM test_session WHERE user_id = $1", [userId])).rowCount;
const age = ({ userId }: Developer) => bed.sql.query("UPDATE test_session SET opened_at = opened_at - interval '5 minutes' WHERE user_id = $1", [userId]);

it.each([
  ["disabled", "Your login has ended. Log in again to go on.", ({ userId }: Developer) => admin.request("PUT", `/users/${userId}`, { enabled: false }, window())],
  ["signed out everywhere", "Your login has ended. Log in again to go on.", ({ userId }: Developer) => admin.request("POST", `/users/${userId}/logout`, {}, window())],
  ["signed out of this login", "Your login has ended. Log in again to go on.", (_person: Developer, sid: string) => admin.request("DELETE", `/sessions/${sid}`, undefined, window())],
  ["deleted", "Your login has ended. Log in again to go on.", ({ userId }: Developer) => admin.request("DELETE", `/users/${userId}`, undefined, window())],
  ["made a viewer", "Your access to this tenant has ended.", ({ userId }: Developer) => bed.sql.query("UPDATE membership SET role = 'viewer' WHERE user_id = $1", [userId])],
])("ends what is open in the test client of somebody who was %s outside of Postroom, and of nobody else", async (_word, description, end) => {
  const [out, bystander] = await Promise.all([newDeveloper(), newDeveloper()]);
  const [sid] = await Promise.all([logIn(out), logIn(bystander)]);
  await using client = await openWebSocket(out, sid);
  await using other = await openWebSocket(bystander);
  expect(await provisioner.testSessions.check()).toBe(0);
  expect([client, other].map(({ connection }) => connection.is_open())).toEqual([true, true]);

  await end(out, sid);
  const error = errorOf(client);
  expect(await provisioner.testSessions.check()).toBe(1);
  expect(await error).toMatchObject({ condition: "amqp:connection:forced", description });
  expect(other.connection.is_open()).toBe(true);

  // With a ticket of before somebody is in once more, until the next pass; then no ticket can be out any longer.
  await using late = await openWebSocket(out);
  const lateError = errorOf(late);
  await age(out);
  expect(await provisioner.testSessions.check()).toBe(1);
  expect(await lateError).toMatchObject({ description });
  expect([await noted(out), await noted(bystander)]).toEqual([0, 1]);
});

it("ends what one login of a person has open, and leaves the other's: two browsers; a ticket that names no login goes with either", async () => {
  const person = await newDeveloper();
  const [out, stays] = [await logIn(person), await logIn(person)];
  await using client = await openWebSocket(person, out);
  await using other = await openWebSocket(person, stays);
  await using unnamed = await openWebSocket(person);
  await admin.request("DELETE", `/sessions/${out}`, undefined, window());
  const errors = Promise.all([errorOf(client), errorOf(unnamed)]);
  expect(await provisioner.testSessions.check()).toBe(1);
  for (const error of await errors) expect(error).toMatchObject({ description: "Your login has ended. Log in again to go on." });
  expect(other.connection.is_open()).toBe(true);
  await bed.sql.query("UPDATE membership SET role = 'viewer' WHERE user_id = $1", [person.userId]);
  const last = errorOf(other);
  await provisioner.testSessions.check();
  expect(await last).toMatchObject({ description: "Your access to this tenant has ended." });
});

it("ends nothing while Keycloak does not answer, and makes it good when it does", async () => {
  const person = await newDeveloper();
  await logIn(person);
  await using client = await openWebSocket(person);
  await admin.request("PUT", `/users/${person.userId}`, { enabled: false }, window());
  const env = bed.env();
  const away = new KeycloakPeople(new KeycloakAdmin({ url: "http://127.0.0.1:9", realm: env.KEYCLOAK_REALM, clientId: env.KEYCLOAK_CLIENT_ID, clientSecret: env.KEYCLOAK_CLIENT_SECRET }, limits));
  const closed: string[] = [];
  const watch = new TestSessionWatch({ database, people: away, gateways: { closeConnections: async ({ login }) => void closed.push(login) }, limits: byHand, log: testLog });
  expect(await watch.check()).toBe(0);
  expect(closed).toEqual([]);
  expect(client.connection.is_open()).toBe(true);
  const error = errorOf(client);
  await provisioner.testSessions.check();
  expect(await error).toMatchObject({ description: "Your login has ended. Log in again to go on." });
});

it("asks Keycloak once about a person, however many provisioners look and logins are open, and not again before it is due", async () => {
  await bed.sql.query("DELETE FROM test_session");
  const people = await Promise.all(Array.from({ length: 6 }, newDeveloper));
  await Promise.all(people.map(logIn));
  await Promise.all(people.map(logIn));
  await bed.sql.query("UPDATE test_session SET checked_at = now() - interval '1 minute'");
  const asked: string[] = [];
  const real = new KeycloakPeople(admin);
  const counting = { loginSessionsOf: (userId: string, workWindow: ReturnType<typeof window>) => (asked.push(userId), real.loginSessionsOf(userId, workWindow)) };
  const watches = Array.from({ length: 4 }, () => new TestSessionWatch({ database, people: counting, gateways: { closeConnections: async () => undefined }, limits: { ...byHand, dueMs: 60_000 }, log: testLog }));
  expect(await Promise.all(watches.map((watch) => watch.check()))).toEqual([0, 0, 0, 0]);
  expect(asked.length).toBeLessThanOrEqual(2 * people.length);
  expect(new Set(asked)).toEqual(new Set(people.map(({ userId }) => userId)));
  const before = asked.length;
  await Promise.all(watches.map((watch) => watch.check()));
  expect(asked.length).toBe(before);
});

it("forgets sessions that are over without asking anybody", async () => {
  const person = await newDeveloper();
  await logIn(person);
  await bed.sql.query("UPDATE test_session SET opened_at = opened_at - interval '1 hour', ends_at = ends_at - interval '1 hour' WHERE user_id = $1", [person.userId]);
  const watch = new TestSessionWatch({ database, people: { loginSessionsOf: () => Promise.reject(new Error("was asked")) }, gateways: { closeConnections: () => Promise.reject(new Error("was closed")) }, limits: byHand, log: testLog });
  expect(await watch.check()).toBe(0);
  expect(await noted(person)).toBe(0);
});
