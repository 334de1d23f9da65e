import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { chartRanges } from "#contracts/addresses/address-chart.ts";
import { startTestConsole, type TestClient, type TestConsole } from "../testing/test-console.ts";

const acme = { tenant: "acme", space: "default" };
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
let bed: TestConsole;
let viewer: TestClient;
let nowMs: number;
let id: string;
let tenantId: string;

/** A moment so long before now, rounded down to a whole unit. */
const before = (ms: number, unitMs = 10_000): Date => new Date(Math.floor((nowMs - ms) / unitMs) * unitMs);

beforeAll(async () => {
  bed = await startTestConsole();
  viewer = await bed.client("viewer@acme.test");
  await bed.admin.query(`
    INSERT INTO address (id, tenant_id, space_id, name, name_key, type, plan_id, phase, broker, created_by)
    SELECT gen_random_uuid(), s.tenant_id, s.id, 'charted', 'charted', 'queue', 'queue-small', 'Active', 'main', 'test' FROM address_space s JOIN tenant t ON t.id = s.tenant_id WHERE t.slug = 'acme' AND s.slug = 'default'`);
  ({ id, tenant_id: tenantId } = (await bed.admin.query<{ id: string; tenant_id: string }>("SELECT id, tenant_id FROM address WHERE name = 'charted'")).rows[0]!);
  // Stands for the partitions that a provisioner would have made in time.
  for (const table of ["address_sample", "address_sample_5min", "address_sample_1h"]) await bed.admin.query(`CREATE TABLE ${table}_older PARTITION OF ${table} DEFAULT`);
});
afterAll(() => bed?.[Symbol.asyncDispose]());
beforeEach(async () => {
  nowMs = Date.now();
  await bed.admin.query("TRUNCATE address_sample, address_sample_5min, address_sample_1h, space_sample, statistics_coverage");
  await bed.admin.query("UPDATE statistics_lease SET rolled_5min_until = NULL, rolled_1h_until = NULL, interval_ms = 10000");
  await bed.admin.query("UPDATE address_statistics SET sampled_at = now() - interval '300 days', depth = 7, receivers = 2 WHERE address_id = $1", [id]);
});

interface Row {
  readonly depth?: number;
  readonly depthBefore?: number;
  readonly in?: number;
  readonly expired?: number;
}

async function keep(table: string, at: Date, { depth = 0, depthBefore = 0, in: countIn = 0, expired = 0 }: Row): Promise<void> {
  await bed.admin.query(`INSERT INTO ${table} VALUES ($1, $2, $3, $4, $5, $4, 1, 1, $6, 0, 0, 0, 0, 0, $7, 0)`, [tenantId, id, at, depth, depthBefore, countIn, expired]);
}

async function cover(source: string, from: Date, to: Date): Promise<void> {
  await bed.admin.query("INSERT INTO statistics_coverage VALUES ($1, $2, $3, $3)", [source, from, to]);
}

async function coverAll(forMs: number): Promise<void> {
  for (const source of ["broker:main", "gateway:main"]) await cover(source, before(forMs), new Date(nowMs));
}

const chart = (range: (typeof chartRanges)[number]) => viewer.addresses.getChart.query({ ...acme, name: "charted", window: { range } });
const sum = (values: readonly (number | null)[] | undefined): number => (values ?? []).reduce<number>((total, value) => total + (value ?? 0), 0);

it("adds up to the same over all tables, wherever rolling up has come to", async () => {
  await coverAll(40 * 24 * hourMs);
  // Each count stands in every table that has it by then, as rolling up leaves it.
  const rolledHour = before(3 * hourMs, hourMs);
  const rolledFive = before(20 * minuteMs, 5 * minuteMs);
  await bed.admin.query("UPDATE statistics_lease SET rolled_5min_until = $1, rolled_1h_until = $2", [rolledFive, rolledHour]);
  await keep("address_sample_1h", before(20 * 24 * hourMs, hourMs), { in: 1_000, depth: 1 });
  await keep("address_sample_1h", new Date(rolledHour.getTime() - hourMs), { in: 100, depth: 2 });
  await keep("address_sample_5min", new Date(rolledHour.getTime() - hourMs), { in: 60, depth: 2 });
  await keep("address_sample_5min", new Date(rolledHour.getTime() - 5 * minuteMs), { in: 40, depth: 2 });
  await keep("address_sample_5min", new Date(rolledFive.getTime() - 5 * minuteMs), { in: 20, depth: 3 });
  await keep("address_sample", new Date(rolledHour.getTime() - hourMs), { in: 60, depth: 2 });
  await keep("address_sample", new Date(rolledHour.getTime() - minuteMs), { in: 40, depth: 2 });
  await keep("address_sample", new Date(rolledFive.getTime() - minuteMs), { in: 20, depth: 3 });
  await keep("address_sample", rolledFive, { in: 5, depth: 4 });
  await keep("address_sample", before(20_000), { in: 2, depth: 7, expired: 1 });
  for (const [range, expected] of [["15m", 2], ["1h", 27], ["6h", 127], ["24h", 127], ["7d", 127], ["30d", 1_127]] as const) {
    const { sums, counts, depth, knownSeconds } = await chart(range);
    expect(sums, range).toMatchObject({ in: expected, expired: 1, out: 0 });
    expect(sum(counts.in), range).toBe(expected);
    expect(depth.findLast((value) => value !== null), range).toBe(7);
    expect(knownSeconds.length, range).toBeLessThanOrEqual(400);
  }
});

it("shows a gap as a gap: where the broker was lost, where every gateway was, and before the address was there", async () => {
  await cover("gateway:main", before(14 * minuteMs), new Date(nowMs));
  await cover("broker:main", before(20 * minuteMs), before(10 * minuteMs));
  await cover("broker:main", before(8 * minuteMs), new Date(nowMs));
  await keep("address_sample", before(9 * minuteMs), { in: 4, depth: 5, depthBefore: 1 });
  const { from, stepSeconds, knownSeconds, depth } = await chart("15m");
  const stepAt = (agoMs: number) => Math.floor((nowMs - agoMs - Date.parse(from)) / (stepSeconds * 1000));
  expect([14.5, 12, 9.5, 9, 8.5, 5].map((minutes) => depth[stepAt(minutes * minuteMs)])).toEqual([null, 1, null, 5, null, 5]);
  expect(knownSeconds[stepAt(9.5 * minuteMs)]).toBe(0);
  await bed.admin.query("UPDATE address_statistics SET sampled_at = $2 WHERE address_id = $1", [id, before(6 * minuteMs)]);
  expect((await chart("15m")).depth[stepAt(7 * minuteMs)]).toBeNull();
  await bed.admin.query("UPDATE address_statistics SET sampled_at = NULL WHERE address_id = $1", [id]);
  expect((await chart("1h")).depth.filter((value) => value !== null)).toEqual([5]);
});

it("holds what did not change, also between two moments of the past", async () => {
  await coverAll(26 * hourMs);
  expect(new Set((await chart("6h")).depth)).toEqual(new Set([7]));
  await keep("address_sample", before(2 * hourMs), { depth: 7, depthBefore: 3 });
  const window = { from: before(4 * hourMs).toISOString(), to: before(3 * hourMs).toISOString() };
  const past = await viewer.addresses.getChart.query({ ...acme, name: "charted", window });
  expect(past).toMatchObject({ from: window.from, stepSeconds: 10 });
  expect(new Set(past.depth)).toEqual(new Set([3]));
});

it("has the space's messages of the last hour", async () => {
  await coverAll(2 * hourMs);
  await bed.admin.query("INSERT INTO space_sample SELECT tenant_id, space_id, $2, 12, 9 FROM address WHERE id = $1", [id, before(minuteMs)]);
  const { in: taken, out, knownSeconds, stepSeconds } = await viewer.spaces.getChart.query(acme);
  expect([sum(taken), sum(out), stepSeconds]).toEqual([12, 9, 10]);
  expect(knownSeconds.filter((seconds) => seconds === 10).length).toBeGreaterThan(350);
});

it("refuses times that nobody keeps, and says so", async () => {
  const between = (from: string, to: string) => viewer.addresses.getChart.query({ ...acme, name: "charted", window: { from, to } });
  await expect(between("2026-01-01T00:00:00.000Z", "2026-01-01T00:00:10.000Z")).rejects.toThrow(/a minute/);
  await expect(between("2024-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z")).rejects.toThrow(/a year/);
  await expect(viewer.addresses.getChart.query({ ...acme, name: "nobody", window: { range: "1h" } })).rejects.toThrow(/no address “nobody”/);
});
