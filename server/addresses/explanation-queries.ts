import type { AddressFacts } from "#contracts/addresses/explain-address.ts";
import { recentMinutes } from "#contracts/addresses/explanation.ts";
import type { AddressType } from "#contracts/addresses/address-type.ts";
import type { Phase } from "#contracts/phases.ts";
import { limitsOfAddress } from "#contracts/plans/address-limits.ts";
import type { AddressPlan } from "#contracts/plans/plan.ts";
import { closureSentence } from "#contracts/tenants/closure-sentence.ts";
import { Prisma } from "#prisma/generated/client.ts";
import type { SupportClient, TenantClient } from "../db/database.ts";
import { closureOf } from "../tenants/queries.ts";
import { toOptions } from "./address-row.ts";
import { readClientFacts, type ClientFacts } from "./client-facts.ts";
import { lostSourceOf, readLostSources } from "./statistics-queries.ts";

/** Events of clients that are looked through for addresses in trouble. */
const newestEvents = 2_000;

/** Facts with the place of the address. */
export interface PlacedFacts extends AddressFacts {
  readonly id: string;
  readonly tenant: string;
  readonly space: string;
}

interface FactsRow {
  readonly id: string;
  readonly tenant: string;
  readonly tenant_name: string;
  readonly space: string;
  readonly name: string;
  readonly type: AddressType;
  readonly phase: Phase;
  readonly reason: string | null;
  readonly created_at: Date;
  readonly suspended_at: Date | null;
  readonly suspension_reason: string;
  readonly delete_at: Date | null;
  readonly broker: string | null;
  readonly time_to_live_ms: bigint | null;
  readonly delivery_attempts: number | null;
  readonly consumers: number | null;
  readonly keeps_dead_letters: boolean | null;
  readonly stored_bytes: bigint | null;
  readonly max_message_bytes: number;
  readonly default_time_to_live_ms: bigint | null;
  readonly max_time_to_live_ms: bigint | null;
  readonly max_delivery_attempts: number | null;
  readonly max_consumers: number;
  readonly when_full: AddressPlan["whenFull"];
  readonly subscriptions: number;
  readonly sampled_at: Date | null;
  readonly depth: bigint;
  readonly senders: number;
  readonly receivers: number;
  readonly dead_letters: bigint;
  readonly oldest_at: Date | null;
  readonly in_rate: number;
  readonly out_rate: number;
  readonly growth: number;
  readonly no_receivers_since: Date | null;
  readonly waiting_since: Date | null;
  readonly last_rejected_at: Date | null;
  readonly last_refused_at: Date | null;
  readonly last_expired_at: Date | null;
  readonly last_dead_lettered_at: Date | null;
  readonly rejected: number;
  readonly refused: number;
  readonly expired: number;
  readonly dead_lettered: number;
  readonly taken: number;
  readonly taken_unheard: number;
}

/**
 * What is known of these addresses, in their order; a subscription's messages are stored, tried and expire as its topic says.
 * Those that are gone are left out. A few hundred at most.
 */
export async function readAddressFacts(client: TenantClient | SupportClient, ids: readonly string[]): Promise<PlacedFacts[]> {
  if (ids.length === 0) return [];
  const rows = await client.$queryRaw<FactsRow[]>`
    SELECT a.id, t.slug AS tenant, t.name AS tenant_name, s.slug AS space, a.name, a.type, a.phase, a.reason, a.created_at, t.suspended_at, t.suspension_reason, t.delete_at,
      a.broker, coalesce(o.time_to_live_ms, a.time_to_live_ms) AS time_to_live_ms, coalesce(o.delivery_attempts, a.delivery_attempts) AS delivery_attempts, a.consumers,
      coalesce(o.keeps_dead_letters, a.keeps_dead_letters) AS keeps_dead_letters, p.stored_bytes, p.max_message_bytes, p.default_time_to_live_ms,
      p.max_time_to_live_ms, p.max_delivery_attempts, own.max_consumers, p.when_full, (SELECT count(*)::int FROM address c WHERE c.topic_id = a.id AND c.phase <> 'Terminating') AS subscriptions, x.sampled_at, x.depth, x.senders, x.receivers, x.dead_letters, x.oldest_at,
      x.in_rate, x.out_rate, x.growth, x.no_receivers_since, x.waiting_since, x.last_rejected_at, x.last_refused_at, x.last_expired_at, x.last_dead_lettered_at,
      h.rejected, h.refused, h.expired, h.dead_lettered, h.taken, h.taken_unheard
    FROM address a JOIN address_space s ON s.id = a.space_id JOIN tenant t ON t.id = a.tenant_id JOIN address_plan own ON own.id = a.plan_id
      LEFT JOIN address o ON o.id = a.topic_id JOIN address_plan p ON p.id = coalesce(o.plan_id, a.plan_id)
      JOIN address_statistics x ON x.address_id = a.id
      CROSS JOIN LATERAL (
        SELECT coalesce(sum(count_rejected), 0)::int AS rejected, coalesce(sum(count_refused), 0)::int AS refused, coalesce(sum(count_expired), 0)::int AS expired,
          coalesce(sum(count_dead_lettered), 0)::int AS dead_lettered, coalesce(sum(count_in), 0)::int AS taken,
          coalesce(sum(count_in) FILTER (WHERE at > x.no_receivers_since), 0)::int AS taken_unheard
        FROM address_sample WHERE address_id = a.id AND at > now() - ${recentMinutes} * interval '1 minute') h
    WHERE a.id = ANY (${[...ids]}::uuid[])`;
  const lost = await readLostSources(client);
  const clients = await readClientFacts(client, ids);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    const known = clients.get(id);
    return row === undefined || known === undefined ? [] : [{ ...toFacts(row, lost), ...known }];
  });
}

function toFacts(row: FactsRow, lost: ReadonlyMap<string, Date>): Omit<PlacedFacts, keyof ClientFacts> {
  const options = toOptions({ timeToLiveMs: row.time_to_live_ms, deliveryAttempts: row.delivery_attempts, consumers: row.consumers, keepsDeadLetters: row.keeps_dead_letters });
  const closure = closureOf({ suspendedAt: row.suspended_at, suspensionReason: row.suspension_reason, deleteAt: row.delete_at });
  const source = lostSourceOf(row, lost);
  return {
    id: row.id,
    tenant: row.tenant,
    space: row.space,
    name: row.name,
    type: row.type,
    phase: row.phase,
    reason: row.reason,
    createdAt: row.created_at.toISOString(),
    limits: limitsOfAddress(
      {
        storedBytes: numberOrNull(row.stored_bytes),
        maxMessageBytes: row.max_message_bytes,
        defaultTimeToLiveMs: numberOrNull(row.default_time_to_live_ms),
        maxTimeToLiveMs: numberOrNull(row.max_time_to_live_ms),
        maxDeliveryAttempts: row.max_delivery_attempts,
        maxConsumers: row.max_consumers,
        whenFull: row.when_full,
      },
      options,
    ),
    closure: closure === null ? null : closureSentence(row.tenant_name, closure),
    lost: source && { ...source, since: source.since.toISOString() },
    numbers:
      row.sampled_at === null
        ? null
        : {
            depth: Number(row.depth),
            senders: row.senders,
            receivers: row.receivers,
            deadLetters: Number(row.dead_letters),
            oldestAt: iso(row.oldest_at),
            inRate: row.in_rate,
            outRate: row.out_rate,
            growth: row.growth,
            noReceiversSince: iso(row.no_receivers_since),
            waitingSince: iso(row.waiting_since),
          },
    recent: {
      rejected: row.rejected,
      rejectedAt: iso(row.last_rejected_at),
      refused: row.refused,
      refusedAt: iso(row.last_refused_at),
      expired: row.expired,
      expiredAt: iso(row.last_expired_at),
      deadLettered: row.dead_lettered,
      deadLetteredAt: iso(row.last_dead_lettered_at),
      taken: row.taken,
      takenUnheard: row.taken_unheard,
    },
    subscriptions: row.subscriptions,
  };
}

/** Where candidates are looked for; empty for everywhere that the transaction sees. */
export interface TroubleScope {
  readonly spaceId?: string;
  /** Words that the tenant, the space or the address has in its name. */
  readonly search: string;
}

/**
 * Addresses that may be in trouble, each kind of trouble with the worst first and up to so many: the few indexes in which an
 * address at rest is not. Whether they are is for `explainAddress` to say.
 */
export async function findTroubleCandidates(client: TenantClient | SupportClient, { spaceId, search }: TroubleScope, perKind: number): Promise<{ ids: string[]; isWhole: boolean }> {
  const scope = Prisma.join(
    [
      spaceId === undefined ? Prisma.sql`true` : Prisma.sql`a.space_id = ${spaceId}::uuid`,
      search === "" ? Prisma.sql`true` : Prisma.sql`(strpos(a.search_key, lower(${search}) COLLATE "C") > 0 OR a.space_id = ANY (${await findSpacesSaying(client, search)}::uuid[]))`,
    ],
    " AND ",
  );
  // Looked up one by one from the worst on, until there are enough: a join may begin with all addresses.
  const numbers = (condition: Prisma.Sql, order: Prisma.Sql, more = Prisma.sql`true`): Prisma.Sql => Prisma.sql`
    SELECT x.address_id AS id FROM address_statistics x CROSS JOIN LATERAL (SELECT 1 FROM address a WHERE a.id = x.address_id AND ${more} AND ${scope} LIMIT 1) a
    WHERE ${condition} ${spaceId === undefined ? Prisma.empty : Prisma.sql`AND x.space_id = ${spaceId}::uuid`} ORDER BY ${order} LIMIT ${perKind}`;
  const kinds = [
    numbers(Prisma.sql`x.depth > 0 AND x.out_rate = 0`, Prisma.sql`x.depth DESC`),
    numbers(Prisma.sql`x.senders > 0 AND x.receivers = 0`, Prisma.sql`x.senders DESC`, Prisma.sql`a.type IN ('anycast', 'multicast', 'topic')`),
    numbers(Prisma.sql`x.mishap_at > now() - ${recentMinutes} * interval '1 minute'`, Prisma.sql`x.mishap_at DESC`),
    // Found by their names in the newest events: what is refused at an attach is counted nowhere else.
    Prisma.sql`SELECT a.id FROM (
      SELECT e.space_id, replace(e.address_name, '/', '.') AS name_key, max(e.at) AS at FROM (
        SELECT space_id, address_name, at FROM client_event
        WHERE kind IN ('login-refused', 'connection-refused', 'attach-refused', 'message-rejected', 'message-refused') AND at > now() - ${recentMinutes} * interval '1 minute'
        ORDER BY at DESC LIMIT ${newestEvents}) e GROUP BY 1, 2) e
      JOIN address a ON a.space_id = e.space_id AND a.name_key = e.name_key WHERE ${scope} ORDER BY e.at DESC LIMIT ${perKind}`,
    Prisma.sql`SELECT a.id FROM address a WHERE a.phase IN ('Pending', 'Configuring', 'Failed', 'Terminating') AND a.reason IS NOT NULL AND ${scope} ORDER BY a.next_attempt_at LIMIT ${perKind}`,
  ];
  const rows = await client.$queryRaw<{ kind: number; id: string }[]>`${Prisma.join(kinds.map((kind, index) => Prisma.sql`(SELECT ${index}::int AS kind, k.id FROM (${kind}) k)`), " UNION ALL ")}`;
  const isWhole = kinds.every((_kind, index) => rows.filter(({ kind }) => kind === index).length < perKind);
  return { ids: [...new Set(rows.map(({ id }) => id))], isWhole };
}

async function findSpacesSaying(client: TenantClient | SupportClient, words: string): Promise<string[]> {
  const rows = await client.$queryRaw<{ id: string }[]>`
    SELECT s.id FROM address_space s JOIN tenant t ON t.id = s.tenant_id WHERE strpos(lower(t.slug || '/' || s.slug || ' ' || t.name), lower(${words})) > 0`;
  return rows.map(({ id }) => id);
}

function numberOrNull(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}

function iso(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
