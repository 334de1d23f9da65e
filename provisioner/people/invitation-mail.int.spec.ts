import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestConsole, type TestClient, type TestConsole } from "#server/testing/test-console.ts";
import { openDatabase, type Database } from "../database.ts";
import { Mailer } from "../drivers/mail/mailer.ts";
import { KeycloakAdmin } from "../drivers/keycloak/keycloak-admin.ts";
import { KeycloakPeople } from "../drivers/keycloak-people/keycloak-people.ts";
import { parseEnv, type Env } from "../env.ts";
import { limits } from "../limits.ts";
import { createLog } from "../log.ts";
import { eventually } from "../testing/eventually.ts";
import { loadPlatform } from "#platform/test-platform.ts";
import { PeopleLoop } from "./people-loop.ts";

interface Received {
  readonly to: string[];
  readonly text: string;
}

let app: TestConsole;
let owner: TestClient;
let admin: TestClient;
let database: Database;
let env: Env;

beforeAll(async () => {
  app = await startTestConsole({ INVITATIONS_BY_MAIL: true });
  [owner, admin] = await Promise.all([app.client("owner@acme.test"), app.client("admin@postroom.test")]);
  const platform = await loadPlatform();
  env = parseEnv({ ...(platform.env.provisioner as Record<string, string>), DATABASE_URL: app.database.provisionerUrl });
  database = openDatabase(env.DATABASE_URL, limits.database, () => undefined);
});
afterAll(async () => {
  await database?.end();
  await app?.[Symbol.asyncDispose]();
});

/** A real SMTP server that keeps what it takes, on a free port or the one given. */
async function mailServer(options: SMTPServerOptions = {}, port = 0): Promise<{ port: number; received: Received[] } & AsyncDisposable> {
  const received: Received[] = [];
  const server = new SMTPServer({
    authMethods: ["PLAIN", "LOGIN"],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) => (username === "postroom" && password === "p@ss" ? done(null, { user: username }) : done(new Error("Wrong password"))),
    onData: (stream, { envelope }, done) => {
      let text = "";
      stream.setEncoding("utf8").on("data", (part: string) => (text += part));
      stream.on("end", () => {
        // Lines that quoted-printable has broken, put together again.
        received.push({ to: envelope.rcptTo.map(({ address }) => address), text: text.replaceAll("=\r\n", "").replaceAll("=3D", "=") });
        done();
      });
    },
    ...options,
  });
  server.on("error", () => undefined);
  server.listen(port, "127.0.0.1");
  await once(server.server, "listening");
  return { port: (server.server.address() as AddressInfo).port, received, [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** A provisioner's loop that sends to this port. */
function startLoop(port: number): AsyncDisposable {
  const admission = { url: env.KEYCLOAK_URL, realm: env.KEYCLOAK_REALM, clientId: env.KEYCLOAK_CLIENT_ID, clientSecret: env.KEYCLOAK_CLIENT_SECRET };
  const loop = new PeopleLoop({
    database,
    people: new KeycloakPeople(new KeycloakAdmin(admission, limits)),
    mailer: new Mailer({ SMTP_URL: new URL(`smtp://postroom:p%40ss@127.0.0.1:${port}`), MAIL_FROM: "Postroom <postroom@example.test>" }, limits.mail),
    sealingKey: env.SEALING_PRIVATE_KEY_FILE,
    closeTestSessions: async () => undefined,
    claimedBy: randomUUID(),
    limits: { ...limits, reconcile: { ...limits.reconcile, pollMs: 50, backOff: { firstMs: 50, maxMs: 200 } } },
    log: createLog("silent"),
  });
  loop.start();
  return { [Symbol.asyncDispose]: () => loop.stop(1_000) };
}

const tenant = "acme";
const operationOf = async (email: string) => (await owner.members.list.query({ tenant })).find((member) => member.email === email)?.operation;

describe("an invitation by e-mail", () => {
  it("reaches the person with the link that lets in, which is in no answer, and says who invites to what", async () => {
    await using server = await mailServer();
    await using loops = new AsyncDisposableStack();
    loops.use(startLoop(server.port));
    const { member, link } = await owner.members.invite.mutate({ tenant, email: "nina@people.test", name: "Nina New", role: "developer" });
    expect(link).toBeNull();
    const [mail] = await eventually(async () => server.received, (received) => received.length > 0);
    expect(mail!.to).toEqual(["nina@people.test"]);
    expect(mail!.text).toMatch(/^From: Postroom <postroom@example\.test>/m);
    expect(mail!.text).toMatch(/^Subject: Invitation to Acme on Postroom/m);
    expect(mail!.text).toContain("owner@acme.test invites you to the tenant Acme on Postroom, as developer");
    const token = new RegExp(`${app.origin}/invitation#([\\w-]{43})`).exec(mail!.text)?.[1];
    expect(await (await app.client(null)).invitations.open.mutate({ token: token! })).toMatchObject({ tenant, email: member.email, role: "developer" });
    await eventually(() => operationOf(member.email), (operation) => operation === null);
    expect((await app.admin.query("SELECT sealed_secret FROM member_operation WHERE kind = 'send-invitation'")).rows).toEqual([{ sealed_secret: null }]);
    expect(server.received).toHaveLength(1);
  });

  it("waits with the reason while the mail server is away, and goes out when it is back", async () => {
    const { port } = await (async () => {
      await using server = await mailServer();
      return { port: server.port };
    })();
    await using loops = new AsyncDisposableStack();
    loops.use(startLoop(port));
    await owner.members.invite.mutate({ tenant, email: "wait@people.test", name: "Wim Wait", role: "viewer" });
    const waiting = await eventually(() => operationOf("wait@people.test"), (operation) => operation?.reason != null);
    expect(waiting).toMatchObject({ kind: "send-invitation", phase: "Pending", reason: expect.stringContaining("Waiting for the mail server, which does not answer") });
    await using server = await mailServer({}, port);
    const [mail] = await eventually(async () => server.received, (received) => received.length > 0);
    expect(mail!.to).toEqual(["wait@people.test"]);
  });

  it("fails in words when the mail server refuses the address for good", async () => {
    await using server = await mailServer({ onRcptTo: (_address, _session, done) => done(Object.assign(new Error("No such person"), { responseCode: 550 })) });
    await using loops = new AsyncDisposableStack();
    loops.use(startLoop(server.port));
    await owner.members.invite.mutate({ tenant, email: "nobody@people.test", name: "Noah Nobody", role: "viewer" });
    const failed = await eventually(() => operationOf("nobody@people.test"), (operation) => operation?.phase === "Failed");
    expect(failed?.reason).toBe("The mail server refused the mail to nobody@people.test (550). Check the address, or ask who runs this installation.");
  });

  it("goes to the first admin of a new tenant too", async () => {
    await using server = await mailServer();
    await using loops = new AsyncDisposableStack();
    loops.use(startLoop(server.port));
    const created = await admin.tenants.create.mutate({ slug: "initech", name: "Initech", maxSpaces: 1, spacePlanId: "team", admin: { email: "bill@initech.test", name: "Bill Lumbergh" } });
    expect(created.link).toBeNull();
    const [mail] = await eventually(async () => server.received, (received) => received.length > 0);
    expect(mail!.text).toContain("admin@postroom.test invites you to the tenant Initech on Postroom, as tenant-admin");
  });
});
