import type { EventContext, Receiver } from "rhea";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventOf, TestClient } from "#gateway/test-support/client.ts";
import { openDatabase } from "../database.ts";
import { limits } from "../limits.ts";
import { startProvisioner, type Provisioner } from "../provisioner.ts";
import { testLog } from "../testing/env.ts";
import { eventually } from "../testing/eventually.ts";
import { startRealGateway, type RealGateway } from "../testing/real-gateway.ts";
import { createTestBed, type TestBed } from "../testing/test-bed.ts";
import { rollUp, takeLease } from "./queries.ts";
import { StatisticsSampler } from "./sampler.ts";

const secret = "known-traffic-of-a-test";
let bed: TestBed;
let gateway: RealGateway;
let provisioner: Provisioner;
let login: string;

const isReady = async (): Promise<boolean> => Object.values(await provisioner.health()).every(({ ok }) => ok);

beforeAll(async () => {
  bed = await createTestBed();
  gateway = await startRealGateway(bed.platform);
  // The test says when: its passes are the only ones.
  provisioner = await startProvisioner({
    env: bed.env({ GATEWAY_MANAGEMENT_URLS: gateway.url, STATISTICS_INTERVAL_SECONDS: "300" }), log: testLog,
    limits: { ...limits, statistics: { ...limits.statistics, oldestPerPass: 1 } },
  });
  await bed.createAddresses(["orders", "idle"], "queue-small");
  await bed.createAddresses(["news"], "topic-small");
  await bed.createAddresses(["bulletin"], "topic-small");
  await bed.createSubscriptions("bulletin", ["reader"]);
  await bed.createAddresses(["calls"], "anycast-small");
  await bed.createAddresses(["ticks"], "multicast-small");
  login = await bed.createCredential("app", secret);
  await eventually(async () => [...(await bed.rows()), ...(await bed.rows("credential"))], (rows) => rows.every(({ phase }) => phase === "Active"));
  await eventually(isReady, Boolean);
});
afterAll(async () => {
  await provisioner?.stop();
  await gateway?.[Symbol.asyncDispose]();
  await bed?.[Symbol.asyncDispose]();
});

const connect = () => TestClient.connect({ port: gateway.running.ports.amqp as number, username: login, password: secret });

async function sendAll(client: TestClient, address: string, count: number, message: object = {}): Promise<void> {
  const sender = await client.sender(address);
  for (let index = 0; index < count; index += 1) expect(await client.send(sender, { body: index, ...message })).toBe("accepted");
}

/** Takes so many and settles each in its way; ends when the gateway has answered the detach, behind all outcomes. */
async function settleAll(client: TestClient, address: string, settle: readonly ((context: EventContext) => void)[]): Promise<void> {
  const receiver: Receiver = await client.receiver({ source: { address }, autoaccept: false, credit_window: 0 });
  receiver.add_credit(settle.length);
  const taken = client.received;
  await eventually(() => taken.length, (count) => count === settle.length);
  for (const [index, context] of taken.splice(0).entries()) settle[index]?.(context);
  const closed = eventOf(receiver, "receiver_close");
  receiver.close();
  await closed;
}

const accept = ({ delivery }: EventContext) => void delivery!.accept();
const reject = ({ delivery }: EventContext) => void delivery!.reject({ condition: "app:bad", description: "not wanted" });
const release = ({ delivery }: EventContext) => void delivery!.release({ delivery_failed: false } as never);
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

const numbersOf = async (name: string) =>
  (
    await bed.sql.query(
      `SELECT depth::int, dead_letters::int AS dead, senders, receivers, total_in::int AS "in", total_out::int AS "out", total_acknowledged::int AS acknowledged,
         total_rejected::int AS rejected, total_refused::int AS refused, total_released::int AS released, total_expired::int AS expired, total_dead_lettered::int AS dead_lettered
       FROM address_statistics WHERE name = $1`,
      [name],
    )
  ).rows[0] as Record<string, number>;

const nothing = { depth: 0, dead: 0, senders: 0, receivers: 0, in: 0, out: 0, acknowledged: 0, rejected: 0, refused: 0, released: 0, expired: 0, dead_lettered: 0 };

/** Passes until the brokers have told their last; what they never say is one too many. */
async function sampledAs(name: string, numbers: Partial<typeof nothing>): Promise<void> {
  const expected = { ...nothing, ...numbers };
  const seen = await eventually(async () => {
    await provisioner.sampler.pass();
    return numbersOf(name);
  }, (found) => JSON.stringify(found) === JSON.stringify(expected), 15_000).catch(() => numbersOf(name));
  expect(seen, name).toEqual(expected);
}

test("every number is the truth, to the message, with a restart of the gateway in the middle", async () => {
  await provisioner.sampler.pass();
  {
    await using client = await connect();
    // Expired ones stand first, so that the receiver comes past them.
    await sendAll(client, "orders", 3, { ttl: 1 });
    await sendAll(client, "orders", 10);
    const presettled = await client.sender({ target: { address: "orders" }, snd_settle_mode: 1 });
    for (let index = 0; index < 5; index += 1) presettled.send({ body: index });
    // One behind them in the same session, whose outcome says that they have come too.
    await sendAll(client, "orders", 1);
    await settleAll(client, "orders", [...times(4, accept), reject]);
  }
  {
    await using client = await connect();
    await client.receiver({ source: { address: "calls" } });
    await client.receiver({ source: { address: "ticks" } });
    await client.receiver({ source: { address: "news" } });
    await sendAll(client, "calls", 3);
    await sendAll(client, "ticks", 4);
    await sendAll(client, "news", 2);
    await client.take(9);
    await sendAll(client, "bulletin", 6);
    await settleAll(client, "reader", [...times(2, accept), reject]);
  }
  const before = { in: 19, out: 5, acknowledged: 4, rejected: 1, expired: 3, dead_lettered: 1, dead: 1, depth: 11 };
  await sampledAs("orders", before);
  await gateway.stop();
  await gateway.start();
  await eventually(isReady, Boolean);
  await gateway.running.opened;
  {
    await using client = await connect();
    await settleAll(client, "orders", [...times(2, accept), reject, release]);
    await sendAll(client, "orders", 2);
  }
  await sampledAs("orders", { ...before, in: 21, out: 9, acknowledged: 6, rejected: 2, released: 1, dead_lettered: 2, dead: 2, depth: 10 });
  await sampledAs("calls", { in: 3, out: 3, acknowledged: 3 });
  await sampledAs("ticks", { in: 4, out: 4, acknowledged: 4 });
  await sampledAs("news", { in: 2, out: 2, acknowledged: 2 });
  await sampledAs("reader", { in: 6, out: 3, acknowledged: 2, rejected: 1, dead_lettered: 1, dead: 1, depth: 3 });
  await sampledAs("bulletin", { in: 6, depth: 3 });
  await sampledAs("idle", {});
});

const oldest = async () => (await bed.sql.query<{ name: string; at: Date | null }>("SELECT name, oldest_at AS at FROM address_statistics WHERE depth > 0 AND name IN ('orders', 'reader') ORDER BY name")).rows;

test("since when the first message of a queue and of a subscription waits is known, though its sender said nothing of it, one queue after the other", async () => {
  const beganAt = Date.now() - performance.now();
  const rows = await eventually(async () => {
    await provisioner.sampler.pass();
    return oldest();
  }, (found) => found.every(({ at }) => at !== null));
  expect(rows.map(({ name }) => name)).toEqual(["orders", "reader"]);
  for (const { at } of rows) expect(at!.getTime()).toBeGreaterThan(beganAt);
  for (const { at } of rows) expect(at!.getTime()).toBeLessThanOrEqual(Date.now());
});

const idle = async () => (await bed.sql.query("SELECT xmin FROM address_statistics WHERE name = 'idle'")).rows[0];

test("what does not change writes nothing, and who is attached is counted", async () => {
  const held = await idle();
  await using client = await connect();
  await client.sender("idle");
  await client.sender("orders");
  await client.receiver({ source: { address: "orders" }, credit_window: 0 });
  await eventually(async () => {
    await provisioner.sampler.pass();
    return numbersOf("orders");
  }, ({ senders, receivers }) => senders === 1 && receivers === 1);
  expect(await numbersOf("idle")).toMatchObject({ senders: 1 });
  expect(await idle()).not.toEqual(held);
  const settled = await idle();
  expect(await provisioner.sampler.pass()).toMatchObject({ addresses: 7 });
  expect(await idle()).toEqual(settled);
});

test("history says what was counted, rolls up to the same sums, and another provisioner does not sample meanwhile", async () => {
  const database = openDatabase(bed.variables.DATABASE_URL as string, limits.database, () => undefined);
  try {
    const other = new StatisticsSampler({ database, brokers: [], gateways: [], holder: "other", intervalMs: 10_000, limits, log: testLog });
    expect(await other.pass()).toBeUndefined();
    const holder = (await bed.sql.query<{ held_by: string }>("SELECT held_by FROM statistics_lease")).rows[0]!.held_by;
    const lease = (await takeLease(database, holder, 60_000, 10_000))!;
    // As if the bucket of this moment had ended.
    await rollUp(database, lease, -3_600_000);
    await rollUp(database, lease, -3_600_000);
    const sums = async (table: string) =>
      (await bed.sql.query(`SELECT sum(count_in)::int AS "in", sum(count_out)::int AS "out", sum(count_acknowledged)::int AS acknowledged, sum(count_expired)::int AS expired FROM ${table}`)).rows[0];
    const fine = await sums("address_sample");
    expect(fine.in).toBeGreaterThan(0);
    expect(await sums("address_sample_5min")).toEqual(fine);
    expect(await sums("address_sample_1h")).toEqual(fine);
    expect((await bed.sql.query("SELECT source FROM statistics_coverage ORDER BY source")).rows).toEqual(expect.arrayContaining([{ source: "broker:main" }, { source: "gateway:main" }]));
  } finally {
    await database.end();
  }
});
