import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { explainAddress } from "#contracts/addresses/explain-address.ts";
import type { Cause, Finding } from "#contracts/addresses/explanation.ts";
import { refusal, TestClient } from "#gateway/test-support/client.ts";
import { readAddressFacts } from "#server/addresses/explanation-queries.ts";
import { openDatabase, type Database } from "#server/db/database.ts";
import { createLog } from "#server/log.ts";
import { startProvisioner, type Provisioner } from "../provisioner.ts";
import { limits } from "../limits.ts";
import { testLog } from "../testing/env.ts";
import { eventually } from "../testing/eventually.ts";
import { startOwnArtemis, type OwnArtemis } from "../testing/own-artemis.ts";
import { startRealGateway, type RealGateway } from "../testing/real-gateway.ts";
import { createTestBed, type TestBed } from "../testing/test-bed.ts";

// Each cause that the console explains, produced for real: a broker, a gateway, a provisioner that samples every second, and a
// client that nobody here wrote. What is said is read as the console reads it, under row level security.

const secret = "explained-by-a-test";
const seenMs = 30_000;
let bed: TestBed;
let artemis: OwnArtemis;
let gateway: RealGateway;
let provisioner: Provisioner;
let database: Database;
let login: string;
let tenantId: string;

const isReady = async (): Promise<boolean> => Object.values(await provisioner.health()).every(({ ok }) => ok);

beforeAll(async () => {
  bed = await createTestBed();
  artemis = await startOwnArtemis();
  gateway = await startRealGateway(bed.platform, "main", { BROKER_URLS: artemis.url });
  provisioner = await startProvisioner({
    env: bed.env({ BROKER_URLS: artemis.url, GATEWAY_MANAGEMENT_URLS: gateway.url, STATISTICS_INTERVAL_SECONDS: "1" }), log: testLog,
    // A busy machine's late pass is no gap, behind which what was counted stands in no history.
    limits: { ...limits, reconcile: { ...limits.reconcile, failedAfterTries: 2 }, statistics: { ...limits.statistics, gapIntervals: 15 } },
  });
  database = openDatabase({ url: bed.database.consoleUrl, poolSize: 2, log: createLog("silent") });
  tenantId = (await bed.sql.query<{ id: string }>("SELECT id FROM tenant WHERE slug = $1", [bed.tenant])).rows[0]!.id;
  await bed.sql.query(
    `INSERT INTO address_plan (id, class_id, type, name, description, "order", stored_bytes, max_message_bytes, max_delivery_attempts, max_consumers, when_full)
     VALUES ('queue-tiny', 'tiny', 'queue', 'Tiny', '', 1, 65536, 16384, 3, 5, 'reject'), ('anycast-broken', 'broken', 'anycast', 'Broken', '', 2, NULL, 0, NULL, 1, NULL),
       ('anycast-one', 'one', 'anycast', 'One', '', 3, NULL, 16384, NULL, 1, NULL)`,
  );
  await bed.createAddresses(["waiting", "hoarded", "rejecting", "expiring", "guarded"], "queue-small");
  await bed.createAddresses(["filled", "sized"], "queue-tiny");
  await bed.createAddresses(["news"], "topic-small");
  await bed.createAddresses(["calls"], "anycast-small");
  await bed.createAddresses(["crowded"], "anycast-one");
  login = await bed.createCredential("app", secret);
  const reader = await bed.createCredential("reader", secret);
  await bed.sql.query("UPDATE credential SET permissions = $2 WHERE login = $1", [reader, JSON.stringify([{ operations: ["recv"], pattern: "guarded" }])]);
  await eventually(async () => [...(await bed.rows()), ...(await bed.rows("credential"))], (rows) => rows.every(({ phase }) => phase === "Active"));
  await eventually(isReady, Boolean);
});
afterAll(async () => {
  await database?.close();
  await provisioner?.stop();
  await gateway?.[Symbol.asyncDispose]();
  await artemis?.[Symbol.asyncDispose]();
  await bed?.[Symbol.asyncDispose]();
});

const connect = (name = "app") => TestClient.connect({ port: gateway.running.ports.amqp as number, username: login.replace(/app$/, name), password: secret, container_id: `${name}-1` });

async function findingsOf(name: string): Promise<Finding[]> {
  const { id } = (await bed.row(name))!;
  const [facts] = await database.withTenant(tenantId, "test", (client) => readAddressFacts(client, [id]));
  return explainAddress(facts!);
}

/**
 * The finding once it says so, and no others stand beside it than are told. What it is concluded from comes from brokers, gateways and
 * their journals, each at its own time, and a pass may come between two messages.
 */
async function explained(name: string, cause: Cause, expected: { readonly summary?: string | RegExp; readonly others?: readonly Cause[] } = {}): Promise<Finding> {
  const { summary, others } = expected;
  const isSo = (finding: Finding) => finding.cause === cause && (typeof summary === "string" ? finding.summary === summary : (summary?.test(finding.summary) ?? true));
  const areOthersSo = (seen: Finding[]) => others === undefined || isDeepStrictEqual(seen.flatMap((each) => (each.cause === cause ? [] : [each.cause])), others);
  const findings = await eventually(() => findingsOf(name), (seen) => seen.some(isSo) && areOthersSo(seen), seenMs);
  return findings.find(isSo)!;
}

async function sendAll(client: TestClient, address: string, count: number, message: object = {}): Promise<void> {
  const sender = await client.sender(address);
  for (let index = 0; index < count; index += 1) expect(await client.send(sender, { body: index, ...message })).toBe("accepted");
}

it("no consumer: how many messages wait, and since when nobody takes them", async () => {
  const before = new Date().toISOString();
  {
    await using client = await connect();
    await sendAll(client, "waiting", 3);
  }
  const { since } = await explained("waiting", "no-consumer", { summary: "3 messages wait, and no consumer is attached", others: [] });
  expect(since! >= before, `${since} is after ${before}`).toBe(true);
});

it("a consumer without credit: who holds back", async () => {
  await using client = await connect();
  await sendAll(client, "hoarded", 2);
  await client.receiver({ source: { address: "hoarded" }, credit_window: 0 });
  const { evidence } = await explained("hoarded", "no-credit", { summary: "2 messages wait, and its 1 consumer asked for no more (no credit)", others: [] });
  expect(evidence.map(({ text }) => text)).toContain(`${login} (container app-1) has credit 0.`);
});

it("rejected: by whom, why, and where the messages went", async () => {
  await using client = await connect();
  await sendAll(client, "rejecting", 2);
  const receiver = await client.receiver({ source: { address: "rejecting" }, autoaccept: false, credit_window: 0 });
  receiver.add_credit(2);
  await eventually(() => client.received.length, (count) => count === 2);
  for (const { delivery } of client.received) delivery!.reject({ condition: "app:bad", description: "not wanted" });
  // Brokers may count it a pass before the gateway is asked who it was.
  const { evidence, step } = await explained("rejecting", "rejected", { summary: `${login} rejected 2 messages` });
  expect(evidence[0]?.text).toBe(`${login} (container app-1) rejected, 2 times: not wanted`);
  expect(step.place).toBe("dead-letters");
  await explained("rejecting", "dead-lettered", { summary: "2 messages became dead letters" });
});

it("expired by time to live", async () => {
  await using client = await connect();
  await sendAll(client, "expiring", 2, { ttl: 1 });
  // Artemis looks at them when a consumer comes past.
  await client.receiver("expiring");
  await explained("expiring", "expired", { summary: "2 messages expired before a consumer took them" });
});

it("no permission: who tried, and not any more once they were let in", async () => {
  {
    await using client = await connect("reader");
    expect(await refusal(client.sender("guarded"))).toMatchObject({ condition: "amqp:unauthorized-access" });
  }
  const { summary, evidence, step } = await explained("guarded", "no-permission");
  expect(summary).toBe(`${login.replace(/app$/, "reader")} tried to send without the permission`);
  expect(evidence[0]?.text).toContain("(container reader-1) refused as sender: This login may not send to guarded.");
  expect(step.place).toBe("credentials");
  await bed.sql.query("UPDATE credential SET permissions = '[{\"operations\": [\"send\"], \"pattern\": \"*\"}]', generation = generation + 1, next_attempt_at = now() WHERE name = 'reader'");
  await eventually(() => bed.row("reader", "credential"), (row) => row!.observed_generation === row!.generation);
  await using client = await connect("reader");
  await client.sender("guarded");
  await eventually(() => findingsOf("guarded"), (seen) => seen.every(({ cause }) => cause !== "no-permission"), seenMs);
});

it("full: what it holds, and that senders are refused", async () => {
  await using client = await connect();
  const sender = await client.sender("filled");
  await eventually(() => client.send(sender, { body: "x".repeat(10_000) }), (outcome) => outcome === "rejected");
  await explained("filled", "full", { summary: /^It is full: it holds the 64 KiB that its plan allows, and \d+ messages? (was|were) refused$/, others: ["no-consumer"] });
});

it("the size limit: that a message is larger than the address allows", async () => {
  await using client = await connect();
  const sender = await client.sender("sized");
  const cut = new Promise((resolve) => sender.once("sender_close" as never, resolve as never));
  sender.send({ body: "x".repeat(20_000) });
  await cut;
  await explained("sized", "too-large", { summary: "1 message was refused as larger than the 16 KiB that it allows" });
});

it("anycast without consumer, and with more consumers than it may have", async () => {
  await using client = await connect();
  await client.sender("calls");
  await explained("calls", "no-consumer", { summary: "1 sender waits, and no consumer is attached" });
  await client.receiver("crowded");
  expect(await refusal(client.receiver("crowded"))).toMatchObject({ condition: "amqp:resource-limit-exceeded" });
  await explained("crowded", "consumer-limit", { summary: "Consumers were turned away: it has 1 consumer, and 1 is allowed" });
});

it("a topic without subscription: how many messages reached nobody", async () => {
  await using client = await connect();
  await sendAll(client, "news", 4);
  await explained("news", "no-subscription", { summary: "Nobody is subscribed, so 4 messages reached nobody" });
});

it("provisioning failed: with the reason of the part that refused", async () => {
  await bed.createAddresses(["broken"], "anycast-broken");
  const { evidence } = await explained("broken", "not-set-up", { summary: "It could not be set up" });
  expect(evidence[0]?.text).toMatch(/refused|maxMessageBytes/);
});

it("a closed tenant", async () => {
  await bed.sql.query("UPDATE tenant SET suspended_at = now(), suspension_reason = 'Unpaid' WHERE id = $1", [tenantId]);
  expect((await explained("waiting", "tenant-closed")).evidence[0]?.text).toContain("is suspended: Unpaid");
  await bed.sql.query("UPDATE tenant SET suspended_at = NULL, suspension_reason = '' WHERE id = $1", [tenantId]);
});

it("gateways away, then the broker away: since when, and nothing is concluded from numbers that are not known", async () => {
  await gateway.stop();
  expect(await explained("calls", "gateways-down", { others: [] })).toMatchObject({ since: expect.any(String) });
  await gateway.start();
  await eventually(() => findingsOf("waiting"), (seen) => seen.some(({ cause }) => cause === "no-consumer"), seenMs);
  await artemis.kill();
  await explained("waiting", "broker-down", { summary: "Its broker main does not answer, so messages can neither be sent nor received", others: [] });
  expect((await findingsOf("calls")).map(({ cause }) => cause)).not.toContain("broker-down");
});
