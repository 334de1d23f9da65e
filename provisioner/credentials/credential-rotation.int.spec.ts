import { afterAll, beforeAll, expect, it } from "vitest";
import { TestClient } from "#gateway/test-support/client.ts";
import { limits } from "../limits.ts";
import { startProvisioner, type Provisioner } from "../provisioner.ts";
import { testLog } from "../testing/env.ts";
import { eventually } from "../testing/eventually.ts";
import { startRealGateway, type RealGateway } from "../testing/real-gateway.ts";
import { createTestBed, type TestBed } from "../testing/test-bed.ts";

let bed: TestBed;
let gateway: RealGateway;
let provisioner: Provisioner;

beforeAll(async () => {
  bed = await createTestBed();
  gateway = await startRealGateway(bed.platform);
  provisioner = await startProvisioner({
    env: bed.env({ GATEWAY_MANAGEMENT_URLS: gateway.url }),
    log: testLog,
    limits: { ...limits, credentialUse: { ...limits.credentialUse, intervalMs: 100, writeMs: 0 } },
  });
  await gateway.running.opened;
});
afterAll(async () => {
  await provisioner?.stop();
  await gateway?.[Symbol.asyncDispose]();
  await bed?.[Symbol.asyncDispose]();
});

const settled = (name: string) => eventually(() => bed.row(name, "credential"), (row) => row?.phase === "Active" && row.observed_generation === row.generation);
const logIn = (username: string, password: string) => TestClient.connect({ port: gateway.running.ports.amqp!, username, password });
/** What a program does that fetches its tokens itself. */
async function tokenOf(login: string, secret: string): Promise<{ status: number; token: string }> {
  const { url, realm } = bed.platform.keycloak;
  const answer = await fetch(`${url}/realms/${realm}/protocol/openid-connect/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "client_credentials", client_id: login, client_secret: secret }),
    signal: AbortSignal.timeout(10_000),
  });
  const { access_token: token = "" } = (await answer.json()) as { access_token?: string };
  return { status: answer.status, token };
}
const logInByToken = async (login: string, secret: string) => TestClient.connect({ port: gateway.running.ports.amqp!, username: login, token: (await tokenOf(login, secret)).token } as never);
const ended = (client: TestClient) => eventually(async () => client.connection.is_open(), (isOpen) => !isOpen);

it("takes the old secret beside the new one until the overlap ends, and then closes only the connections that used it", async () => {
  const login = await bed.createCredential("shop", "the-first-secret");
  await settled("shop");
  await using before = await logIn(login, "the-first-secret");
  await bed.rotateCredential("shop", "the-second-secret", 3_600);
  await settled("shop");
  await using old = await logIn(login, "the-first-secret");
  await using fresh = await logIn(login, "the-second-secret");
  await expect(logIn(login, "a-wrong-secret")).rejects.toBeDefined();
  for (const client of [before, old, fresh]) expect(client.connection.is_open()).toBe(true);

  await bed.sql.query("UPDATE credential SET previous_secret_until = now() WHERE name = 'shop'");
  await Promise.all([ended(before), ended(old)]);
  expect(fresh.connection.is_open()).toBe(true);
  await settled("shop");
  await expect(logIn(login, "the-first-secret")).rejects.toBeDefined();
  await using again = await logIn(login, "the-second-secret");
  expect(again.connection.is_open()).toBe(true);
  const { rows } = await bed.sql.query("SELECT action, object_name, source FROM audit_entry WHERE action = 'credential:end-previous-secret'");
  expect(rows).toEqual([{ action: "credential:end-previous-secret", object_name: "main/shop", source: "provisioner" }]);
});

it("gives tokens for either secret during the overlap to programs that fetch their own, and for the new one alone after it", async () => {
  const login = await bed.createCredential("fetcher", "the-first-secret");
  await settled("fetcher");
  await bed.rotateCredential("fetcher", "the-second-secret", 3_600);
  await settled("fetcher");
  await using old = await logInByToken(login, "the-first-secret");
  await using fresh = await logInByToken(login, "the-second-secret");
  expect([old, fresh].map(({ connection }) => connection.is_open())).toEqual([true, true]);
  expect((await tokenOf(login, "a-wrong-secret")).status).toBe(401);

  // A second rotation leaves the one before, and no older one.
  await bed.rotateCredential("fetcher", "the-third-secret", 3_600);
  await settled("fetcher");
  const statuses = async () => Promise.all(["the-first-secret", "the-second-secret", "the-third-secret"].map(async (secret) => (await tokenOf(login, secret)).status));
  expect(await statuses()).toEqual([401, 200, 200]);

  await bed.sql.query("UPDATE credential SET previous_secret_until = now() WHERE name = 'fetcher'");
  const isOver = "SELECT 1 FROM credential WHERE name = 'fetcher' AND previous_secret_until IS NULL AND observed_generation = generation";
  await eventually(() => bed.sql.query(isOver), ({ rowCount }) => rowCount === 1);
  expect(await statuses()).toEqual([401, 401, 200]);
});

it("ends the old secret at once when no overlap is asked for", async () => {
  const login = await bed.createCredential("leaked", "the-leaked-secret");
  await settled("leaked");
  await using thief = await logIn(login, "the-leaked-secret");
  await bed.rotateCredential("leaked", "the-safe-secret", 0);
  await ended(thief);
  await settled("leaked");
  await expect(logIn(login, "the-leaked-secret")).rejects.toBeDefined();
  expect((await tokenOf(login, "the-leaked-secret")).status).toBe(401);
  await using owner = await logIn(login, "the-safe-secret");
  expect(owner.connection.is_open()).toBe(true);
});

it("notes connections and last use of a credential, and of no other", async () => {
  const login = await bed.createCredential("used", "a-secret");
  await bed.createCredential("unused", "a-secret");
  await Promise.all([settled("used"), settled("unused")]);
  const use = async (name: string) => (await bed.sql.query<{ connections: number; last_used_at: Date | null }>("SELECT connections, last_used_at FROM credential WHERE name = $1", [name])).rows[0]!;
  {
    await using one = await logIn(login, "a-secret");
    await using two = await logIn(login, "a-secret");
    expect([one, two].every(({ connection }) => connection.is_open())).toBe(true);
    const seen = await eventually(() => use("used"), ({ connections }) => connections === 2);
    expect(seen.last_used_at).toBeInstanceOf(Date);
  }
  await eventually(() => use("used"), ({ connections }) => connections === 0);
  expect(await use("unused")).toEqual({ connections: 0, last_used_at: null });
});
