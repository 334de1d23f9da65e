import { chartCounts } from "#contracts/addresses/address-chart.ts";
import { Prisma } from "#prisma/generated/client.ts";
import type { TenantClient } from "../db/database.ts";
import { type ChartSteps, intersectionOf, type Span, type StepRow, unionOf } from "./chart-steps.ts";

/** Columns of the counts, in the order of `chartCounts`. */
const countColumns = ["count_in", "count_out", "count_acknowledged", "count_rejected", "count_refused", "count_released", "count_expired", "count_dead_lettered"] as const satisfies readonly string[] & { length: typeof chartCounts["length"] };
const sumOfCounts = Prisma.raw(countColumns.map((name) => `sum(${name})::bigint`).join(", "));
const rowColumns = Prisma.raw(["at", "depth", "depth_before", "depth_max", "receivers", "receivers_before", ...countColumns].join(", "));
const origin = Prisma.sql`timestamptz '2026-01-01 00:00:00+00'`;
/** Times at which a broker or gateway was lost, in one chart; what is beyond counts as not known. */
const maxSpans = 10_000;

/** How often numbers are sampled, in milliseconds, and the database's clock. */
export async function readSampling(client: TenantClient): Promise<{ intervalMs: number; nowMs: number }> {
  const [row] = await client.$queryRaw<{ interval_ms: number; now: Date }[]>`SELECT interval_ms, now() AS now FROM statistics_lease`;
  return { intervalMs: row?.interval_ms ?? 10_000, nowMs: row?.now.getTime() ?? Date.now() };
}

interface HistoryRow {
  readonly step: Date;
  readonly depth: number;
  readonly depth_before: number;
  readonly depth_max: number;
  readonly receivers: number;
  readonly receivers_before: number;
  readonly counts: readonly string[];
}

/**
 * History of an address, one row for each step that has any. Steps of the rolled-up tables are read from these as far as they
 * have been rolled up, and from the finer ones behind; the statement is one, so that no count is missed or comes twice.
 */
export async function readHistory(client: TenantClient, addressId: string, { fromMs, toMs, stepMs, tier }: ChartSteps): Promise<StepRow[]> {
  const rows = await client.$queryRaw<HistoryRow[]>`
    SELECT date_bin(${stepMs}::int * interval '1 millisecond', at, ${origin}) AS step, (array_agg(depth ORDER BY at DESC))[1] AS depth,
      (array_agg(depth_before ORDER BY at))[1] AS depth_before, max(depth_max) AS depth_max, (array_agg(receivers ORDER BY at DESC))[1] AS receivers,
      (array_agg(receivers_before ORDER BY at))[1] AS receivers_before, array[${sumOfCounts}]::text[] AS counts
    FROM (${historyOf(addressId, new Date(fromMs), new Date(toMs), tier)}) h GROUP BY 1 ORDER BY 1`;
  return rows.map((row) => ({
    atMs: row.step.getTime(), depth: row.depth, depthBefore: row.depth_before, depthMax: row.depth_max, receivers: row.receivers,
    receiversBefore: row.receivers_before, counts: row.counts.map(Number),
  }));
}

/** What history says that held before its first row at this time or later; undefined when there is none. */
export async function readNextBefore(client: TenantClient, addressId: string, { toMs, tier }: ChartSteps): Promise<{ depth: number; receivers: number } | undefined> {
  const [row] = await client.$queryRaw<{ depth: number; receivers: number }[]>`
    SELECT depth_before AS depth, receivers_before AS receivers FROM (${historyOf(addressId, new Date(toMs), undefined, tier)}) h ORDER BY at LIMIT 1`;
  return row;
}

function historyOf(addressId: string, from: Date, to: Date | undefined, tier: ChartSteps["tier"]): Prisma.Sql {
  const part = (table: string, since: Prisma.Sql, until: Prisma.Sql | undefined): Prisma.Sql => Prisma.sql`
    SELECT ${rowColumns} FROM ${Prisma.raw(table)} WHERE address_id = ${addressId}::uuid AND at >= greatest(${from}::timestamptz, ${since})
      ${to === undefined ? Prisma.empty : Prisma.sql`AND at < ${to}::timestamptz`} ${until === undefined ? Prisma.empty : Prisma.sql`AND at < ${until}`}`;
  const always = Prisma.sql`'-infinity'::timestamptz`;
  const fineFrom = Prisma.sql`(SELECT coalesce(rolled_5min_until, '-infinity') FROM statistics_lease)`;
  const fiveMinutesFrom = Prisma.sql`(SELECT coalesce(rolled_1h_until, '-infinity') FROM statistics_lease)`;
  if (tier === "pass") return part("address_sample", always, undefined);
  const behind = part("address_sample", fineFrom, undefined);
  if (tier === "5min") return Prisma.sql`${part("address_sample_5min", always, fineFrom)} UNION ALL ${behind}`;
  return Prisma.sql`${part("address_sample_1h", always, fiveMinutesFrom)} UNION ALL ${part("address_sample_5min", fiveMinutesFrom, fineFrom)} UNION ALL ${behind}`;
}

/** Of an address, what a chart of it needs beside its history. */
export interface SampledAddress {
  readonly id: string;
  /** The broker that has its messages; null for direct types and where none has been chosen. */
  readonly broker: string | null;
  readonly sampledAtMs: number | null;
  readonly depth: number;
  readonly receivers: number;
}

export async function findSampledAddress(client: TenantClient, spaceId: string, name: string): Promise<SampledAddress | null> {
  const [row] = await client.$queryRaw<{ id: string; broker: string | null; sampled_at: Date | null; depth: bigint; receivers: number }[]>`
    SELECT a.id, CASE WHEN a.type IN ('anycast', 'multicast') THEN NULL ELSE a.broker END AS broker, x.sampled_at, x.depth, x.receivers
    FROM address a JOIN address_statistics x ON x.address_id = a.id WHERE a.space_id = ${spaceId}::uuid AND a.name = ${name}`;
  return row === undefined ? null : { id: row.id, broker: row.broker, sampledAtMs: row.sampled_at?.getTime() ?? null, depth: Number(row.depth), receivers: row.receivers };
}

/** When all of these brokers and one of the gateways were sampled without a break, from one interval before the time on. */
export async function readCoverage(client: TenantClient, brokers: readonly string[], { fromMs, toMs }: Span, intervalMs: number): Promise<Span[]> {
  const rows = await client.$queryRaw<{ source: string; from_at: Date; to_at: Date }[]>`
    SELECT source, from_at, to_at FROM statistics_coverage
    WHERE to_at >= ${new Date(fromMs - 2 * intervalMs)} AND from_at < ${new Date(toMs)} AND (source LIKE 'gateway:%' OR source = ANY (${brokers.map((name) => `broker:${name}`)}))
    ORDER BY from_at DESC LIMIT ${maxSpans}`;
  const spansOf = (isOf: (source: string) => boolean): Span[] => rows.filter(({ source }) => isOf(source)).map(({ from_at, to_at }) => ({ fromMs: from_at.getTime(), toMs: to_at.getTime() }));
  const gateways = unionOf(spansOf((source) => source.startsWith("gateway:")));
  return brokers.reduce((covered, name) => intersectionOf(covered, unionOf(spansOf((source) => source === `broker:${name}`))), gateways);
}

/** Brokers that have addresses of a space. */
export async function listBrokersOfSpace(client: TenantClient, spaceId: string): Promise<string[]> {
  const rows = await client.address.findMany({ where: { spaceId, type: { in: ["queue", "topic", "subscription"] }, broker: { not: null } }, select: { broker: true }, distinct: ["broker"] });
  return rows.flatMap(({ broker }) => (broker === null ? [] : [broker]));
}

/** Messages in and out of a space, one row for each step that has any. */
export async function readSpaceHistory(client: TenantClient, spaceId: string, { fromMs, toMs, stepMs }: ChartSteps): Promise<{ atMs: number; in: number; out: number }[]> {
  const rows = await client.$queryRaw<{ step: Date; in: string; out: string }[]>`
    SELECT date_bin(${stepMs}::int * interval '1 millisecond', at, ${origin}) AS step, sum(count_in)::text AS in, sum(count_out)::text AS out
    FROM space_sample WHERE space_id = ${spaceId}::uuid AND at >= ${new Date(fromMs)} AND at < ${new Date(toMs)} GROUP BY 1 ORDER BY 1`;
  return rows.map((row) => ({ atMs: row.step.getTime(), in: Number(row.in), out: Number(row.out) }));
}
