import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { getAddress } from "#server/addresses/get-address.ts";
import { getAddressChart } from "#server/addresses/get-address-chart.ts";
import { listAddresses } from "#server/addresses/list-addresses.ts";
import { openDatabase as openConsoleDatabase, type Database as ConsoleDatabase } from "#server/db/database.ts";
import { createLog } from "#server/log.ts";
import { getSpaceChart } from "#server/spaces/get-space-chart.ts";
import type { SpaceContext } from "#server/trpc/procedures.ts";
import { openDatabase } from "../database.ts";
import { limits } from "../limits.ts";
import { startProvisioner, type Provisioner } from "../provisioner.ts";
import { testLog } from "../testing/env.ts";
import { eventually } from "../testing/eventually.ts";
import { makeProtonTraffic } from "../testing/proton-traffic.ts";
import { startRealGateway, type RealGateway } from "../testing/real-gateway.ts";
import { createTestBed, type TestBed } from "../testing/test-bed.ts";
import { readAddressMetrics } from "./address-metrics.ts";

const secret = "known-traffic-of-proton";
const sampledMs = 20_000;
/** Traffic twice, each of many connections, and what is waited for. */
const testMs = 240_000;
let bed: TestBed;
let gateway: RealGateway;
let provisioner: Provisioner;
let consoleDatabase: ConsoleDatabase;
let ctx: SpaceContext;
let login: string;

const isReady = async (): Promise<boolean> => Object.values(await provisioner.health()).every(({ ok }) => ok);

beforeAll(async () => {
  bed = await createTestBed();
  gateway = await startRealGateway(bed.platform);
  provisioner = await startProvisioner({ env: bed.env({ GATEWAY_MANAGEMENT_URLS: gateway.url, STATISTICS_INTERVAL_SECONDS: "1" }), log: testLog });
  await bed.createAddresses(["orders"], "queue-small");
  await bed.createAddresses(["news"], "topic-small");
  await bed.createAddresses(["calls"], "anycast-small");
  await bed.createAddresses(["ticks"], "multicast-small");
  login = await bed.createCredential("app", secret);
  await eventually(async () => [...(await bed.rows()), ...(await bed.rows("credential"))], (rows) => rows.every(({ phase }) => phase === "Active"));
  await eventually(isReady, Boolean);
  consoleDatabase = openConsoleDatabase({ url: bed.database.consoleUrl, poolSize: 2, log: createLog("fatal") });
  const [space] = (await bed.sql.query<{ tenant_id: string }>("SELECT tenant_id FROM address_space WHERE id = $1", [bed.spaceRowId])).rows;
  // What the screens ask, as a person of the tenant would: the procedures' own use-cases under the console's role.
  ctx = { space: { id: bed.spaceRowId, slug: "main" }, inTenant: (work: Parameters<SpaceContext["inTenant"]>[0]) => consoleDatabase.withTenant(space!.tenant_id, "test", work) } as unknown as SpaceContext;
});
afterAll(async () => {
  await consoleDatabase?.close();
  await provisioner?.stop();
  await gateway?.[Symbol.asyncDispose]();
  await bed?.[Symbol.asyncDispose]();
});

const makeTraffic = (steps: readonly object[]) => makeProtonTraffic({ url: `amqp://127.0.0.1:${gateway.running.ports.amqp}`, login, secret }, steps);

interface Truth {
  readonly in: number;
  readonly out: number;
  readonly acknowledged: number;
  readonly rejected: number;
  readonly refused: number;
  readonly released: number;
  readonly expired: number;
  readonly deadLettered: number;
}
const nothing: Truth = { in: 0, out: 0, acknowledged: 0, rejected: 0, refused: 0, released: 0, expired: 0, deadLettered: 0 };
const sum = (values: readonly (number | null)[]): number => values.reduce<number>((total, value) => total + (value ?? 0), 0);

/** Every place that shows numbers of these addresses. */
async function shown(names: readonly string[]): Promise<Record<string, unknown>> {
  const listed = await listAddresses(ctx, { sort: "name", descending: false, limit: 50, search: "", type: [], phase: [], plan: [], topic: "" });
  const found: Record<string, unknown> = {};
  for (const name of names) {
    const { id, statistics } = await getAddress(ctx, { name });
    const inList = listed.statistics.find(({ addressId }) => addressId === id);
    found[`${name} on its page`] = { ...statistics?.totals, depth: statistics?.depth, deadLetters: statistics?.deadLetters };
    found[`${name} on the list`] = { ...inList?.totals, depth: inList?.depth, deadLetters: inList?.deadLetters };
    for (const range of ["15m", "6h", "7d"] as const) {
      const { counts, sums, depth } = await getAddressChart(ctx, { name, window: { range } });
      const ofSteps = Object.fromEntries(Object.entries(counts).map(([count, values]) => [count, sum(values)]));
      found[`${name} on the chart of ${range}`] = { ...ofSteps, depth: depth.findLast((value) => value !== null) };
      found[`${name} in words beside the chart of ${range}`] = sums;
    }
  }
  return found;
}

function expected(truths: Readonly<Record<string, Truth & { readonly depth: number; readonly deadLetters: number }>>): Record<string, unknown> {
  const places: Record<string, unknown> = {};
  for (const [name, { depth, deadLetters, ...counts }] of Object.entries(truths)) {
    places[`${name} on its page`] = { ...counts, depth, deadLetters };
    places[`${name} on the list`] = { ...counts, depth, deadLetters };
    for (const range of ["15m", "6h", "7d"]) {
      places[`${name} on the chart of ${range}`] = { ...counts, depth };
      places[`${name} in words beside the chart of ${range}`] = counts;
    }
  }
  return places;
}

/** Two passes from now on, of which the second has begun after this moment. */
async function afterPasses(): Promise<void> {
  const before = provisioner.sampler.passes;
  await eventually(async () => provisioner.sampler.passes, (passes) => passes >= before + 2, sampledMs);
}

/** What is shown once it is the truth, or what it is instead. */
async function shownAs(truths: Parameters<typeof expected>[0]): Promise<Record<string, unknown>> {
  await afterPasses();
  // A broker moves what was rejected, and tells of it, in its own time.
  return eventually(() => shown(Object.keys(truths)), (places) => isDeepStrictEqual(places, expected(truths)), sampledMs).catch(() => shown(Object.keys(truths)));
}

test("every number on every page is the truth of a foreign client's traffic, to the message, with a restart of the gateway in the middle", async () => {
  await afterPasses();
  expect(
    await makeTraffic([
      // Expired ones stand first, so that the receiver comes past them.
      { send: "orders", count: 4, ttl: 0.001 },
      { send: "orders", count: 12 },
      { send: "orders", count: 6, presettled: true },
      { send: "orders", count: 1 },
      { receive: "orders", outcomes: ["accept", "accept", "accept", "accept", "accept", "reject"] },
      { receive: "orders", outcomes: ["release"] },
      { receive: "orders", outcomes: ["accept", "accept"] },
      { pass: "calls", count: 7 },
      { pass: "ticks", count: 5 },
      { pass: "news", count: 3 },
    ]),
  ).toMatchObject({ accept: 7, reject: 1, release: 1 });
  const first = { ...nothing, in: 23, out: 9, acknowledged: 7, rejected: 1, released: 1, expired: 4, deadLettered: 1, depth: 11, deadLetters: 1 };
  expect(await shownAs({ orders: first })).toEqual(expected({ orders: first }));
  await gateway.stop();
  await gateway.start();
  await eventually(isReady, Boolean);
  await gateway.running.opened;
  await makeTraffic([
    { receive: "orders", outcomes: ["accept", "accept", "reject"] },
    { take: "orders", count: 2 },
    { send: "orders", count: 3 },
    { pass: "calls", count: 2 },
  ]);
  const direct = { ...nothing, depth: 0, deadLetters: 0 };
  const truths = {
    orders: { ...first, in: 26, out: 14, acknowledged: 11, rejected: 2, deadLettered: 2, depth: 9, deadLetters: 2 },
    calls: { ...direct, in: 9, out: 9, acknowledged: 9 },
    ticks: { ...direct, in: 5, out: 5, acknowledged: 5 },
    news: { ...direct, in: 3, out: 3, acknowledged: 3 },
  };
  expect(await shownAs(truths)).toEqual(expected(truths));
  const space = await getSpaceChart(ctx);
  expect({ in: sum(space.in), out: sum(space.out) }).toEqual({ in: 43, out: 31 });

  const database = openDatabase(bed.variables.DATABASE_URL as string, limits.database, () => undefined);
  try {
    const text = [...((await readAddressMetrics(database, { tenant: bed.tenant, space: "main" })) as Iterable<string>)].join("");
    const labels = `{tenant="${bed.tenant}",space="main",address="orders",type="queue"}`;
    for (const [name, value] of Object.entries({ depth_messages: 9, messages_in_total: 26, messages_out_total: 14, messages_expired_total: 4, dead_letter_messages: 2 })) {
      expect(text).toContain(`\npostroom_address_${name}${labels} ${value}\n`);
    }
    expect([...((await readAddressMetrics(database, { tenant: "nobody" })) as Iterable<string>)].join("")).not.toContain("{");
  } finally {
    await database.end();
  }
}, testMs);
