import { makeListBed, type ListBed } from "../lists/bed.ts";
import type { Measurement } from "../report.ts";
import { percentile } from "./percentile.ts";

const acme = { tenant: "acme", space: "default" };
const calls = 300;
const chartBudgetMs = 150;
const storageBudgetBytes = 2e9;

/** A mix of addresses, and what of its history each has: shares of all addresses, and of the steps in which a number changes. */
const mix = [
  { title: "traffic around the clock", addresses: 0.02, ofPasses: 1, ofFiveMinutes: 1, ofHours: 1 },
  { title: "a burst of a minute each hour of a working day", addresses: 0.1, ofPasses: 0.0055, ofFiveMinutes: 0.04, ofHours: 0.33 },
  { title: "at rest", addresses: 0.88, ofPasses: 0, ofFiveMinutes: 0, ofHours: 0 },
] as const;
const tiers = [
  { table: "address_sample", share: "ofPasses", rowsEach: 24 * 360, title: "24 hours at 10 s" },
  { table: "address_sample_5min", share: "ofFiveMinutes", rowsEach: 30 * 288, title: "30 days at 5 min" },
  { table: "address_sample_1h", share: "ofHours", rowsEach: 365 * 24, title: "a year at 1 h" },
] as const;

/** Charts of single addresses among many with a week of history, and how much room history takes. */
export async function history(addresses: number): Promise<Measurement[]> {
  await using bed = await makeListBed();
  await bed.grow(addresses);
  await fill(bed, addresses);
  return [...(await charts(bed, addresses)), ...(await storage(bed, addresses))];
}

/** A week of 5-minute rows for a tenth of the addresses around the clock and for the others now and then, and a day of passes of some. */
async function fill({ app: { admin } }: ListBed, addresses: number): Promise<void> {
  for (const { table } of tiers) await admin.query(`CREATE TABLE ${table}_week PARTITION OF ${table} DEFAULT`);
  await admin.query("UPDATE address_statistics SET sampled_at = now() - interval '40 days'");
  await admin.query("INSERT INTO statistics_coverage SELECT source, now() - interval '40 days', now(), now() + interval '1 hour' FROM unnest(ARRAY['broker:main', 'gateway:main']) source");
  await admin.query("UPDATE statistics_lease SET rolled_5min_until = date_bin('5 minutes', now(), '2026-01-01'), rolled_1h_until = date_bin('1 hour', now(), '2026-01-01')");
  const rows = (table: string, step: string, steps: number, every: string) =>
    admin.query(
      `WITH numbered AS (SELECT tenant_id, id, row_number() OVER (ORDER BY id) AS number FROM address)
       INSERT INTO ${table} SELECT tenant_id, id, date_bin($1::interval, now(), '2026-01-01') - n * $1::interval, n % 900, n % 899, n % 950, n % 4, n % 3,
         (random() * 9000)::int, (random() * 9000)::int, (random() * 9000)::int, 0, 0, 0, n % 2, 0
       FROM numbered, generate_series(1, $2::int) AS n WHERE ${every}`,
      [step, steps],
    );
  await rows("address_sample_5min", "5 minutes", 2016, "number % 10 = 0 OR (number % 3 = 1 AND (n + number) % 36 = 0)");
  await rows("address_sample_1h", "1 hour", 168, "number % 10 = 0 OR number % 3 = 1");
  await rows("address_sample", "10 seconds", 8640, `number % ${Math.max(1, Math.floor(addresses / 50))} = 0`);
  for (const { table } of tiers) await admin.query(`VACUUM ANALYZE ${table}`);
}

async function charts(bed: ListBed, addresses: number): Promise<Measurement[]> {
  const { rows } = await bed.app.admin.query<{ name: string }>("SELECT name FROM (SELECT name, row_number() OVER (ORDER BY id) AS number FROM address) a WHERE number % 10 = 0 ORDER BY md5(name) LIMIT $1", [calls]);
  const measured: Measurement[] = [];
  for (const range of ["7d", "1h", "24h", "30d"] as const) {
    const times: number[] = [];
    for (const [index, { name }] of rows.entries()) {
      const { ms } = await bed.timed("addresses.getChart", { ...acme, name, window: { range } });
      if (index >= rows.length / 10) times.push(ms);
    }
    measured.push({ case: `chart of ${range} of one address of ${addresses}, p95`, value: percentile(times, 0.95), unit: "ms", ...(range === "7d" ? { budget: chartBudgetMs } : {}) });
  }
  return measured;
}

/** Bytes a row as they were measured, times the rows of the mix over the whole time that each table is kept. */
async function storage({ app: { admin } }: ListBed, addresses: number): Promise<Measurement[]> {
  const measured: Measurement[] = [];
  let total = 0;
  for (const { table, share, rowsEach, title } of tiers) {
    const [size] = (
      await admin.query<{ bytes: string; rows: string }>(
        `SELECT sum(pg_total_relation_size(inhrelid))::text AS bytes, (SELECT count(*) FROM ${table})::text AS rows FROM pg_inherits WHERE inhparent = '${table}'::regclass`,
      )
    ).rows;
    const bytesPerRow = Number(size?.bytes) / Math.max(1, Number(size?.rows));
    const kept = mix.reduce((sum, each) => sum + addresses * each.addresses * each[share] * rowsEach, 0);
    total += bytesPerRow * kept;
    measured.push({ case: `${title}: bytes a row, index included`, value: bytesPerRow, unit: "B" }, { case: `${title}: rows kept of ${addresses} addresses at the mix`, value: kept, unit: "rows" });
  }
  const [own] = (await admin.query<{ bytes: string }>("SELECT pg_total_relation_size('address_statistics')::text AS bytes")).rows;
  total += Number(own?.bytes);
  return [
    ...measured,
    { case: `present numbers of ${addresses} addresses`, value: Number(own?.bytes) / 1e6, unit: "MB" },
    { case: `${addresses} addresses, all that is kept (${mix.map((each) => `${each.addresses * 100} % ${each.title}`).join(", ")})`, value: total / 1e9, unit: "GB", budget: storageBudgetBytes / 1e9 },
  ];
}
