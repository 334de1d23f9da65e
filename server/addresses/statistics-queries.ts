import { isStored, type AddressType } from "#contracts/addresses/address-type.ts";
import type { AddressStatistics } from "#contracts/addresses/address-statistics.ts";
import { Prisma } from "#prisma/generated/client.ts";
import type { SupportClient, TenantClient } from "../db/database.ts";

interface StatisticsRow {
  readonly address_id: string;
  readonly broker: string | null;
  readonly type: string;
  readonly sampled_at: Date | null;
  readonly changed_at: Date | null;
  readonly depth: bigint;
  readonly delivering: bigint;
  readonly senders: number;
  readonly receivers: number;
  readonly dead_letters: bigint;
  readonly oldest_at: Date | null;
  readonly in_rate: number;
  readonly out_rate: number;
  readonly growth: number;
  readonly total_in: bigint;
  readonly total_out: bigint;
  readonly total_acknowledged: bigint;
  readonly total_rejected: bigint;
  readonly total_refused: bigint;
  readonly total_released: bigint;
  readonly total_expired: bigint;
  readonly total_dead_lettered: bigint;
}

/** The numbers of these addresses. */
export function findStatistics(client: TenantClient | SupportClient, addressIds: readonly string[]): Promise<AddressStatistics[]> {
  return readStatistics(client, Prisma.sql`x.address_id = ANY (${[...addressIds]}::uuid[])`, addressIds.length);
}

/** Numbers in a space that changed at this time or later, at most so many. */
export function findChangedStatistics(client: TenantClient, spaceId: string, since: string, limit: number): Promise<AddressStatistics[]> {
  return readStatistics(client, Prisma.sql`x.space_id = ${spaceId}::uuid AND x.changed_at >= ${since}::timestamptz`, limit);
}

async function readStatistics(client: TenantClient | SupportClient, condition: Prisma.Sql, limit: number): Promise<AddressStatistics[]> {
  const rows = await client.$queryRaw<StatisticsRow[]>`
    SELECT x.address_id, a.broker, a.type, x.sampled_at, x.changed_at, x.depth, x.delivering, x.senders, x.receivers, x.dead_letters,
      x.oldest_at, x.in_rate, x.out_rate, x.growth, x.total_in, x.total_out, x.total_acknowledged, x.total_rejected, x.total_refused, x.total_released,
      x.total_expired, x.total_dead_lettered
    FROM address_statistics x JOIN address a ON a.id = x.address_id WHERE ${condition} LIMIT ${limit}`;
  if (rows.length === 0) return [];
  const lost = await readLostSources(client);
  return rows.map((row) => toStatistics(row, lost));
}

/** Since when which broker or gateway has not answered; those that do are left out. All gateways being away is `gateways`. */
export async function readLostSources(client: TenantClient | SupportClient): Promise<ReadonlyMap<string, Date>> {
  const sources = await client.$queryRaw<{ source: string; to_at: Date; is_lost: boolean }[]>`
    SELECT DISTINCT ON (source) source, to_at, holds_until < now() AS is_lost FROM statistics_coverage ORDER BY source, from_at DESC`;
  const lost = new Map(sources.filter(({ is_lost }) => is_lost).map(({ source, to_at }) => [source, to_at]));
  const gateways = sources.filter(({ source }) => source.startsWith("gateway:"));
  // One gateway that answers is enough: those that are away have no clients to count.
  if (gateways.length > 0 && gateways.every(({ is_lost }) => is_lost)) lost.set("gateways", new Date(Math.max(...gateways.map(({ to_at }) => to_at.getTime()))));
  return lost;
}

/** The part whose absence leaves the numbers of an address unknown; null when all that is needed answers. */
export function lostSourceOf({ type, broker }: { type: string; broker: string | null }, lost: ReadonlyMap<string, Date>): { part: "broker" | "gateways"; name: string; since: Date } | null {
  const brokerLost = isStored(type as AddressType) ? lost.get(`broker:${broker}`) : undefined;
  if (brokerLost !== undefined) return { part: "broker", name: broker ?? "", since: brokerLost };
  const gatewaysLost = lost.get("gateways");
  return gatewaysLost === undefined ? null : { part: "gateways", name: "", since: gatewaysLost };
}

function toStatistics(row: StatisticsRow, lost: ReadonlyMap<string, Date>): AddressStatistics {
  const notKnown = lostSourceOf(row, lost)?.since;
  return {
    addressId: row.address_id,
    sampledAt: row.sampled_at?.toISOString() ?? null,
    notKnownSince: row.sampled_at === null ? null : (notKnown?.toISOString() ?? null),
    changedAt: row.changed_at?.toISOString() ?? null,
    depth: Number(row.depth),
    delivering: Number(row.delivering),
    senders: row.senders,
    receivers: row.receivers,
    deadLetters: Number(row.dead_letters),
    oldestAt: row.oldest_at?.toISOString() ?? null,
    inRate: row.in_rate,
    outRate: row.out_rate,
    growth: row.growth,
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
  };
}
