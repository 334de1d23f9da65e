import type { PoolClient } from "pg";
import type { AddressType } from "#contracts/addresses/address-type.ts";
import { changesChannel } from "#contracts/changes.ts";
import type { Database } from "../database.ts";
import type { AddressNumbers, Baseline, Counts } from "./address-numbers.ts";

/** The lease as its holder has it: writes hold only while nobody else raised the epoch. */
export interface Lease {
  readonly holder: string;
  readonly epoch: string;
  /** The database's clock, in milliseconds since the epoch. */
  readonly nowMs: number;
}

/** Takes or prolongs the lease, and says how often its holder samples. @returns undefined while another one holds it */
export async function takeLease(database: Database, holder: string, leaseMs: number, intervalMs: number): Promise<Lease | undefined> {
  const { rows } = await database.query<{ epoch: string; now: Date }>(
    `UPDATE statistics_lease SET held_by = $1, held_until = now() + $2 * interval '1 millisecond', interval_ms = $3,
       epoch = CASE WHEN held_by = $1 AND held_until > now() THEN epoch ELSE epoch + 1 END
     WHERE held_by IS NULL OR held_by = $1 OR held_until < now() RETURNING epoch, now() AS now`,
    [holder, leaseMs, intervalMs],
  );
  const [row] = rows;
  return row && { holder, epoch: row.epoch, nowMs: row.now.getTime() };
}

/** Gives the lease back, so that another one goes on at once. */
export async function releaseLease(database: Database, holder: string): Promise<void> {
  await database.query("UPDATE statistics_lease SET held_by = NULL WHERE held_by = $1", [holder]);
}

/** An address that is to be sampled. */
export interface SampledAddress {
  readonly id: string;
  readonly tenantId: string;
  readonly spaceId: string;
  readonly type: AddressType;
  readonly broker: string | null;
  /** `<tenant>.<space>/<name>` */
  readonly gatewayName: string;
  /** As in StoredAddress. */
  readonly brokerAddress: string;
}

/** All addresses, page by page. */
export async function* sampledAddresses(database: Database, pageRows: number): AsyncGenerator<SampledAddress[]> {
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const { rows } = await database.query<SampledAddress>(
      `SELECT a.id, a.tenant_id AS "tenantId", a.space_id AS "spaceId", a.type, a.broker, n.space || '/' || a.name AS "gatewayName",
         CASE WHEN o.id IS NULL THEN '' ELSE n.space || '.' || coalesce(o.broker_class_id, q.class_id) || '.' || o.name_key || '::' END
           || n.space || '.' || coalesce(a.broker_class_id, p.class_id) || '.' || a.name_key AS "brokerAddress"
       FROM address a JOIN address_space s ON s.id = a.space_id JOIN tenant t ON t.id = a.tenant_id JOIN address_plan p ON p.id = a.plan_id
         CROSS JOIN LATERAL (SELECT t.slug || '.' || s.slug AS space) n
         LEFT JOIN address o ON o.id = a.topic_id LEFT JOIN address_plan q ON q.id = o.plan_id
       WHERE a.id > $1 AND a.observed_generation > 0 ORDER BY a.id LIMIT $2`,
      [after, pageRows],
    );
    if (rows.length > 0) yield rows;
    if (rows.length < pageRows) return;
    after = rows.at(-1)!.id;
  }
}

/** What is known of an address, as it stands in the database. */
export interface StoredNumbers extends AddressNumbers {
  readonly inRate: number;
  readonly outRate: number;
  readonly growth: number;
}

/** What is known of all addresses that have been sampled, by id. */
export async function readNumbers(database: Database): Promise<Map<string, StoredNumbers>> {
  const { rows } = await database.query<Record<string, string | number | Date | null> & { address_id: string; baselines: Record<string, Baseline> }>(
    "SELECT * FROM address_statistics WHERE sampled_at IS NOT NULL",
  );
  return new Map(
    rows.map((row) => [
      row.address_id,
      {
        depth: Number(row.depth),
        delivering: Number(row.delivering),
        senders: Number(row.senders),
        receivers: Number(row.receivers),
        deadLetters: Number(row.dead_letters),
        oldestAtMs: row.oldest_at instanceof Date ? row.oldest_at.getTime() : null,
        inRate: Number(row.in_rate),
        outRate: Number(row.out_rate),
        growth: Number(row.growth),
        totals: {
          in: Number(row.total_in),
          out: Number(row.total_out),
          acknowledged: Number(row.total_acknowledged),
          rejected: Number(row.total_rejected),
          refused: Number(row.total_refused),
          released: Number(row.total_released),
          expired: Number(row.total_expired),
          deadLettered: Number(row.total_dead_lettered),
        },
        baselines: row.baselines,
      },
    ]),
  );
}

/** An address whose numbers changed in a pass. */
export interface ChangedNumbers {
  readonly address: SampledAddress;
  readonly numbers: StoredNumbers;
  /** What goes into its history; undefined when nothing is known of what was before. */
  readonly sample: { readonly counted: Counts; readonly depthBefore: number; readonly receiversBefore: number } | undefined;
}

/**
 * Writes one pass, page by page in one transaction: numbers, history, what was reached, and one notice for each space with a
 * change. @returns false, with nothing written, when another one holds the lease by now
 */
export async function writePass(
  database: Database,
  pass: { lease: Lease; changed: readonly ChangedNumbers[]; sources: readonly string[]; maxGapMs: number; pageRows: number; areSourcesChanged: boolean },
): Promise<boolean> {
  const client = await database.connect();
  try {
    await client.query("BEGIN");
    const at = new Date(pass.lease.nowMs);
    const { rowCount } = await client.query("SELECT 1 FROM statistics_lease WHERE held_by = $1 AND epoch = $2 FOR NO KEY UPDATE", [pass.lease.holder, pass.lease.epoch]);
    if (rowCount === 0) {
      await client.query("ROLLBACK");
      return false;
    }
    for (let start = 0; start < pass.changed.length; start += pass.pageRows) await writePage(client, at, pass.changed.slice(start, start + pass.pageRows));
    await client.query(
      `WITH reached AS (SELECT unnest($1::text[]) AS source), longer AS (
         UPDATE statistics_coverage c SET to_at = $2, holds_until = $2::timestamptz + $3 * interval '1 millisecond' FROM reached r
         WHERE c.source = r.source AND c.from_at = (SELECT max(from_at) FROM statistics_coverage m WHERE m.source = r.source)
           AND c.to_at >= $2::timestamptz - $3 * interval '1 millisecond' RETURNING c.source)
       INSERT INTO statistics_coverage (source, from_at, to_at, holds_until) SELECT source, $2, $2, $2::timestamptz + $3 * interval '1 millisecond' FROM reached WHERE source NOT IN (SELECT source FROM longer)
       ON CONFLICT DO NOTHING`,
      [pass.sources, at, pass.maxGapMs],
    );
    const notice = `jsonb_build_object('table', 'address_statistics', 'tenantId', tenant_id, 'spaceId', space_id, 'id', '', 'name', $1::text, 'phase', '', 'due', false, 'gone', false)::text`;
    if (pass.areSourcesChanged) {
      await client.query(`SELECT pg_notify('${changesChannel}', ${notice}) FROM (SELECT tenant_id, id AS space_id FROM address_space) s`, [""]);
    } else {
      const spaces = new Map(pass.changed.map(({ address }) => [address.spaceId, address.tenantId]));
      await client.query(`SELECT pg_notify('${changesChannel}', ${notice}) FROM unnest($2::uuid[], $3::uuid[]) AS s (space_id, tenant_id)`, [at.toISOString(), [...spaces.keys()], [...spaces.values()]]);
    }
    await client.query("COMMIT");
    return true;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

async function writePage(client: PoolClient, at: Date, rows: readonly ChangedNumbers[]): Promise<void> {
  const numbers = rows.map(({ address, numbers: each }) => ({
    address_id: address.id, depth: each.depth, delivering: each.delivering, senders: each.senders, receivers: each.receivers, dead_letters: each.deadLetters,
    oldest_at: each.oldestAtMs === null ? null : new Date(each.oldestAtMs), in_rate: each.inRate, out_rate: each.outRate, growth: each.growth,
    total_in: each.totals.in, total_out: each.totals.out, total_acknowledged: each.totals.acknowledged, total_rejected: each.totals.rejected,
    total_refused: each.totals.refused, total_released: each.totals.released, total_expired: each.totals.expired, total_dead_lettered: each.totals.deadLettered,
    baselines: each.baselines,
  }));
  await client.query(
    `UPDATE address_statistics x SET sampled_at = coalesce(x.sampled_at, $2), changed_at = $2, depth = n.depth, delivering = n.delivering, senders = n.senders,
       receivers = n.receivers, dead_letters = n.dead_letters, oldest_at = n.oldest_at, in_rate = n.in_rate, out_rate = n.out_rate, growth = n.growth,
       total_in = n.total_in, total_out = n.total_out, total_acknowledged = n.total_acknowledged, total_rejected = n.total_rejected,
       total_refused = n.total_refused, total_released = n.total_released, total_expired = n.total_expired, total_dead_lettered = n.total_dead_lettered,
       baselines = n.baselines,
       no_receivers_since = CASE WHEN n.receivers > 0 THEN NULL WHEN x.sampled_at IS NULL OR x.receivers > 0 THEN $2 ELSE x.no_receivers_since END,
       waiting_since = CASE WHEN n.depth = 0 THEN NULL WHEN x.depth = 0 THEN $2 ELSE x.waiting_since END,
       last_rejected_at = CASE WHEN n.total_rejected > x.total_rejected THEN $2 ELSE x.last_rejected_at END,
       last_refused_at = CASE WHEN n.total_refused > x.total_refused THEN $2 ELSE x.last_refused_at END,
       last_expired_at = CASE WHEN n.total_expired > x.total_expired THEN $2 ELSE x.last_expired_at END,
       last_dead_lettered_at = CASE WHEN n.total_dead_lettered > x.total_dead_lettered THEN $2 ELSE x.last_dead_lettered_at END
     FROM json_populate_recordset(NULL::address_statistics, $1) n WHERE x.address_id = n.address_id`,
    [JSON.stringify(numbers), at],
  );
  const samples = rows.flatMap(({ address, numbers: each, sample }) =>
    sample === undefined ? [] : [{
      tenant_id: address.tenantId, address_id: address.id, at, depth: small(each.depth), depth_before: small(sample.depthBefore), depth_max: small(Math.max(each.depth, sample.depthBefore)),
      receivers: each.receivers, receivers_before: sample.receiversBefore, count_in: small(sample.counted.in), count_out: small(sample.counted.out),
      count_acknowledged: small(sample.counted.acknowledged), count_rejected: small(sample.counted.rejected), count_refused: small(sample.counted.refused),
      count_released: small(sample.counted.released), count_expired: small(sample.counted.expired), count_dead_lettered: small(sample.counted.deadLettered),
    }],
  );
  // An address may have been deleted since the pass began; its history would be nobody's, and goes with its partition.
  const spaces = new Map<string, { tenant_id: string; space_id: string; at: Date; count_in: number; count_out: number }>();
  for (const { address: { tenantId, spaceId }, sample } of rows) {
    if (sample === undefined || sample.counted.in + sample.counted.out === 0) continue;
    const space = spaces.get(spaceId) ?? { tenant_id: tenantId, space_id: spaceId, at, count_in: 0, count_out: 0 };
    space.count_in += sample.counted.in;
    space.count_out += sample.counted.out;
    spaces.set(spaceId, space);
  }
  if (spaces.size > 0) {
    await client.query(
      `INSERT INTO space_sample AS held SELECT * FROM json_populate_recordset(NULL::space_sample, $1)
       ON CONFLICT (space_id, at) DO UPDATE SET count_in = held.count_in + EXCLUDED.count_in, count_out = held.count_out + EXCLUDED.count_out`,
      [JSON.stringify([...spaces.values()])],
    );
  }
  if (samples.length > 0) await client.query("INSERT INTO address_sample SELECT * FROM json_populate_recordset(NULL::address_sample, $1) ON CONFLICT DO NOTHING", [JSON.stringify(samples)]);
}

/** When all sources that answered were last reached, in milliseconds since the epoch; undefined before the first pass. */
export async function readLastPass(database: Database): Promise<number | undefined> {
  const { rows } = await database.query<{ at: Date | null }>("SELECT max(to_at) AS at FROM statistics_coverage");
  return rows[0]?.at?.getTime();
}

/** Makes partitions ahead and drops old ones. @returns how many changed */
export async function keepPartitions(database: Database): Promise<number> {
  const { rows } = await database.query<{ changed: number }>("SELECT postroom_keep_sample_partitions() AS changed");
  return rows[0]?.changed ?? 0;
}

const tiers = [
  { from: "address_sample", to: "address_sample_5min", span: "5 minutes", kept: "24 hours", until: "rolled_5min_until" },
  { from: "address_sample_5min", to: "address_sample_1h", span: "1 hour", kept: "30 days", until: "rolled_1h_until" },
] as const;

/**
 * Rolls ended buckets up, from where it was left: counts are added, gauges are the last, with what held before and the largest depth.
 * @returns rows made; 0 for one that does not hold the lease
 */
export async function rollUp(database: Database, lease: Lease, delayMs: number): Promise<number> {
  let made = 0;
  for (const { from, to, span, kept, until } of tiers) {
    // The state is written in the statement that makes the rows, so that no bucket is left out or made twice.
    const { rowCount } = await database.query(
      `WITH due AS (
         UPDATE statistics_lease l SET ${until} = ended.at
         FROM (SELECT date_bin($1::interval, now() - $2 * interval '1 millisecond', timestamptz '2026-01-01 00:00:00+00') AS at) ended,
           (SELECT coalesce(${until}, now() - $3::interval) AS at FROM statistics_lease) begun
         WHERE l.held_by = $4 AND l.epoch = $5 AND ended.at > begun.at
         RETURNING date_bin($1::interval, begun.at, timestamptz '2026-01-01 00:00:00+00') AS begins, ended.at AS ends)
       INSERT INTO ${to} (tenant_id, address_id, at, depth, depth_before, depth_max, receivers, receivers_before, count_in, count_out, count_acknowledged,
         count_rejected, count_refused, count_released, count_expired, count_dead_lettered)
       SELECT s.tenant_id, s.address_id, date_bin($1::interval, s.at, timestamptz '2026-01-01 00:00:00+00') AS bucket,
         (array_agg(s.depth ORDER BY s.at DESC))[1], (array_agg(s.depth_before ORDER BY s.at))[1], max(s.depth_max),
         (array_agg(s.receivers ORDER BY s.at DESC))[1], (array_agg(s.receivers_before ORDER BY s.at))[1],
         ${["in", "out", "acknowledged", "rejected", "refused", "released", "expired", "dead_lettered"].map((name) => `least(sum(s.count_${name}), 2147483647)::int`).join(", ")}
       FROM ${from} s, due WHERE s.at >= due.begins AND s.at < due.ends GROUP BY 1, 2, 3 ON CONFLICT DO NOTHING`,
      [span, delayMs, kept, lease.holder, lease.epoch],
    );
    made += rowCount ?? 0;
  }
  await database.query("DELETE FROM statistics_coverage WHERE to_at < now() - interval '366 days'");
  return made;
}

/** History keeps four bytes a number; no queue holds more messages than that. */
function small(value: number): number {
  return Math.min(value, 2_147_483_647);
}
