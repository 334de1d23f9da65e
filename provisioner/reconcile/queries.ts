import type { Database } from "../database.ts";
import type { AddressType } from "#contracts/addresses/address-type.ts";
import { isPlain, type AddressOptions } from "#contracts/addresses/address-options.ts";
import type { MessagingPermission } from "#contracts/credentials/credential.ts";
import { brokerAddress, spaceId, subscriptionAddress } from "#contracts/naming.ts";
import type { Phase } from "#contracts/phases.ts";
import { limitsOfAddress } from "#contracts/plans/address-limits.ts";
import type { AddressPlan } from "#contracts/plans/plan.ts";
import type { AddressClass } from "../drivers/broker-driver.ts";
import type { Claim, ClaimedAddress, ClaimedCredential, ClaimedSpace, DesiredAddress, DesiredCredential, DesiredSpace, Noun } from "./claimed-rows.ts";

function limitColumns(table: string, prefix: string): string {
  const columns = ["stored_bytes", "max_message_bytes", "default_time_to_live_ms", "max_time_to_live_ms", "max_delivery_attempts", "max_consumers", "when_full"];
  return columns.map((column) => `${table}.${column} AS ${prefix}${column}`).join(", ");
}

// Each noun's own columns, and the tables they come from besides the row itself (alias r).
const sources = {
  address_space: {
    columns: "s.slug AS space_slug, t.slug AS tenant_slug, p.max_connections, t.suspended_at IS NOT NULL OR t.delete_at IS NOT NULL AS is_closed, ARRAY(SELECT pattern FROM auto_create_rule a WHERE a.space_id = s.id ORDER BY pattern) AS auto_create_patterns",
    tables: "address_space s, tenant t, space_plan p",
    join: "s.id = r.id AND t.id = r.tenant_id AND p.id = r.plan_id",
  },
  address: {
    columns: `r.name, r.type, r.topic_id, r.broker, s.slug AS space_slug, t.slug AS tenant_slug, s.observed_generation > 0 AS space_is_set_up,
      r.broker_class_id, r.had_own_limits, r.is_forced, r.only_if_empty, r.time_to_live_ms, r.delivery_attempts, r.consumers, r.keeps_dead_letters,
      c.class_id, ${limitColumns("c", "class_")}, ${limitColumns("p", "")},
      CASE WHEN r.topic_id IS NOT NULL THEN (SELECT jsonb_build_object('name', o.name, 'phase', o.phase, 'class', coalesce(o.broker_class_id, q.class_id))
        FROM address o JOIN address_plan q ON q.id = o.plan_id WHERE o.id = r.topic_id) END AS topic`,
    tables: "address_space s, tenant t, address_plan p, address_plan c",
    join: "s.id = r.space_id AND t.id = r.tenant_id AND p.id = r.plan_id AND c.class_id = coalesce(r.broker_class_id, p.class_id)",
  },
  credential: {
    columns: "r.login, r.permissions, r.previous_secret_hash, r.previous_secret_until, s.slug AS space_slug, t.slug AS tenant_slug, s.observed_generation > 0 AS space_is_set_up",
    tables: "address_space s, tenant t",
    join: "s.id = r.space_id AND t.id = r.tenant_id",
  },
} as const satisfies Record<Noun, { columns: string; tables: string; join: string }>;

const claimColumns = "r.id, r.claim_epoch, r.generation, r.phase, r.attempts, r.created_at, r.next_attempt_at";

interface Row {
  readonly [column: string]: unknown;
}

interface ClaimOptions {
  readonly claimedBy: string;
  readonly claimMs: number;
  readonly limit: number;
  /** Newest first, and only what became due within this time: a single wish, which is to overtake a backlog. Else oldest first. */
  readonly dueWithinMs?: number;
}

/**
 * Claims due rows that nobody holds: in one statement their epoch is raised, their claim lasts `claimMs`, and Pending becomes
 * Configuring. Several provisioners never get the same row.
 */
async function claimRows(database: Database, noun: Noun, options: ClaimOptions, { extraColumns = "", extraChange = "", extraParameters = [] as unknown[] } = {}): Promise<Row[]> {
  const { columns, tables, join } = sources[noun];
  const { claimedBy, claimMs, limit, dueWithinMs } = options;
  const [fresh, direction] = dueWithinMs === undefined ? ["", "ASC"] : [`AND next_attempt_at > now() - interval '${dueWithinMs} milliseconds'`, "DESC"];
  const { rows } = await database.query<Row>(
    `WITH locked AS MATERIALIZED (
       SELECT id FROM ${noun}
       WHERE (phase <> 'Active' OR observed_generation <> generation)
         AND next_attempt_at <= now() + interval '5 milliseconds' ${fresh}
         AND (claimed_until IS NULL OR claimed_until < now())
       ORDER BY next_attempt_at ${direction} LIMIT $3 FOR UPDATE SKIP LOCKED)
     UPDATE ${noun} r SET claimed_by = $1, claimed_until = now() + $2 * interval '1 millisecond', claim_epoch = r.claim_epoch + 1,
       phase = CASE WHEN r.phase = 'Pending' THEN 'Configuring' ELSE r.phase END${extraChange}
     FROM locked, ${tables}
     WHERE r.id = locked.id AND ${join}
     RETURNING ${claimColumns}, ${columns}${extraColumns}`,
    [claimedBy, claimMs, limit, ...extraParameters],
  );
  return rows;
}

export async function claimSpaces(database: Database, options: ClaimOptions): Promise<ClaimedSpace[]> {
  return (await claimRows(database, "address_space", options)).map((row) => ({ ...toSpace(row), ...toClaim(row) }));
}

/**
 * Claims addresses, and places stored ones that are not on a broker yet, subscriptions where their topic is: in the same
 * statement, before any broker is told, since a later try must not choose another one.
 * @param only the broker for all of them; null when it is chosen afterwards (see {@link storePlacements})
 */
export async function claimAddresses(database: Database, options: ClaimOptions, only: string | null): Promise<ClaimedAddress[]> {
  const needsBroker = "r.broker IS NULL AND r.phase <> 'Terminating' AND r.type NOT IN ('anycast', 'multicast')";
  const rows = await claimRows(database, "address", options, {
    extraChange: `, broker = CASE WHEN NOT (${needsBroker}) THEN r.broker
      WHEN r.topic_id IS NOT NULL THEN (SELECT o.broker FROM address o WHERE o.id = r.topic_id) ELSE $4::text END`,
    extraColumns: `, CASE WHEN r.type = 'topic' AND r.phase = 'Terminating' THEN EXISTS (
      SELECT FROM address o WHERE o.topic_id = r.id) ELSE false END AS has_subscriptions`,
    extraParameters: [only],
  });
  return rows.map((row) => ({
    ...toAddress(row),
    ...toClaim(row),
    spaceIsSetUp: row.space_is_set_up as boolean,
    isForced: row.is_forced as boolean,
    onlyIfEmpty: row.only_if_empty as boolean,
    hasSubscriptions: row.has_subscriptions as boolean,
    family: row.type === "topic" ? { member: "topic", topicId: row.id as string } : row.type === "subscription" ? { member: "subscription", topicId: row.topic_id as string } : undefined,
  }));
}

export async function claimCredentials(database: Database, options: ClaimOptions): Promise<ClaimedCredential[]> {
  const rows = await claimRows(database, "credential", options, { extraColumns: ", r.sealed_secret" });
  return rows.map((row) => ({
    ...toCredential(row),
    ...toClaim(row),
    spaceIsSetUp: row.space_is_set_up as boolean,
    sealedSecret: row.sealed_secret as Buffer | null,
  }));
}

/** How a piece of work ended, to be written down if the claim still holds. */
export type Outcome =
  | { readonly kind: "active"; readonly claim: Claim }
  | { readonly kind: "gone"; readonly claim: Claim }
  | { readonly kind: "waiting"; readonly claim: Claim; readonly reason: string | null; readonly attempts: number; readonly delayMs: number; readonly failed: boolean };

/**
 * Writes outcomes of one noun in one statement per kind, each only where the claim still holds (fencing), and gives the rows
 * back. A wish that came meanwhile (a higher generation) stays due.
 */
export async function writeOutcomes(database: Database, noun: Noun, claimedBy: string, outcomes: readonly Outcome[]): Promise<Written> {
  const written = new Map<string, boolean>();
  for (const kind of ["active", "gone", "waiting"] as const) {
    const some = outcomes.filter((outcome) => outcome.kind === kind);
    if (some.length === 0) continue;
    const parameters = [claimedBy, some.map(({ claim }) => claim.id), some.map(({ claim }) => claim.epoch), some.map(({ claim }) => claim.generation)];
    const { rows } =
      kind === "active"
        ? await database.query<{ id: string; due: boolean }>(activeStatement(noun), parameters)
        : kind === "gone"
          ? await database.query<{ id: string; due: boolean }>(goneStatement(noun), parameters)
          : await database.query<{ id: string; due: boolean }>(waitingStatement(noun), [...parameters, ...waitingParameters(some)]);
    for (const { id, due } of rows) written.set(id, due);
    const [first] = rows;
    if (first && (await wakeFamilies(database, kind, some))) written.set(first.id, true);
  }
  return {
    lost: outcomes.map(({ claim }) => claim.id).filter((id) => !written.has(id)),
    due: [...written].filter(([, due]) => due).map(([id]) => id),
  };
}

/** What became of outcomes, by the ids of their rows. */
export interface Written {
  /** The claim had been lost: nothing was written. */
  readonly lost: readonly string[];
  /** Due again at once, for a wish or a nudge that came while the row was claimed, or because others that waited for it are. */
  readonly due: readonly string[];
}

/**
 * Makes due what waited for one of these: subscriptions for a topic that is Active now, a topic for a subscription that is gone.
 * @returns whether there was anything
 */
async function wakeFamilies(database: Database, kind: Outcome["kind"], outcomes: readonly Outcome[]): Promise<boolean> {
  const isWaitedFor = kind === "active" ? "topic" : kind === "gone" ? "subscription" : undefined;
  const topics = outcomes.flatMap(({ claim }) => (claim.family !== undefined && claim.family.member === isWaitedFor ? [claim.family.topicId] : []));
  if (topics.length === 0) return false;
  const waiting = kind === "active" ? "topic_id = ANY ($1::uuid[]) AND phase <> 'Active'" : "id = ANY ($1::uuid[]) AND phase = 'Terminating'";
  // Also those that are claimed right now: an outcome does not put off what was asked for since its claim.
  const { rowCount } = await database.query(`UPDATE address SET next_attempt_at = now() WHERE ${waiting}`, [topics]);
  return (rowCount ?? 0) > 0;
}

const ended = "FROM unnest($2::uuid[], $3::bigint[], $4::int[]) AS ended (id, epoch, generation)";
const holds = "r.id = ended.id AND r.claim_epoch = ended.epoch AND r.claimed_by = $1";

function activeStatement(noun: Noun): string {
  return `UPDATE ${noun} r SET claimed_by = NULL, claimed_until = NULL, attempts = 0, reason = NULL, observed_generation = ended.generation,
      phase = CASE WHEN r.phase = 'Terminating' THEN r.phase ELSE 'Active' END
      ${noun === "credential" ? ", sealed_secret = CASE WHEN r.generation = ended.generation THEN NULL ELSE r.sealed_secret END" : ""}
    ${ended} WHERE ${holds} RETURNING r.id, r.phase <> 'Active' OR r.observed_generation <> r.generation AS due`;
}

function goneStatement(noun: Noun): string {
  return `DELETE FROM ${noun} r USING ${ended.slice("FROM ".length)}
    WHERE ${holds} AND r.phase = 'Terminating' AND r.generation = ended.generation RETURNING r.id, false AS due`;
}

function waitingStatement(noun: Noun): string {
  return `UPDATE ${noun} r SET claimed_by = NULL, claimed_until = NULL,
      reason = CASE WHEN r.generation = ended.generation THEN ended.reason ELSE NULL END,
      attempts = CASE WHEN r.generation = ended.generation THEN ended.attempts ELSE 0 END,
      next_attempt_at = CASE WHEN r.generation <> ended.generation OR r.next_attempt_at <> ended.due_at THEN r.next_attempt_at
        ELSE now() + ended.delay_ms * interval '1 millisecond' END,
      phase = CASE WHEN r.phase = 'Terminating' OR r.generation <> ended.generation THEN r.phase WHEN ended.failed THEN 'Failed' ELSE r.phase END
    FROM unnest($2::uuid[], $3::bigint[], $4::int[], $5::text[], $6::int[], $7::float8[], $8::boolean[], $9::timestamptz[])
      AS ended (id, epoch, generation, reason, attempts, delay_ms, failed, due_at)
    WHERE ${holds} RETURNING r.id, r.generation <> ended.generation OR r.next_attempt_at <= now() AS due`;
}


function waitingParameters(outcomes: readonly Outcome[]): unknown[] {
  const waiting = outcomes.filter((outcome) => outcome.kind === "waiting");
  return [
    waiting.map(({ reason }) => reason),
    waiting.map(({ attempts }) => attempts),
    waiting.map(({ delayMs }) => delayMs),
    waiting.map(({ failed }) => failed),
    waiting.map(({ claim }) => claim.dueAt),
  ];
}

/** Makes rows due that wait for this part, since it is back. */
export async function wakeWaitingFor(database: Database, noun: Noun, part: string): Promise<number> {
  const { rowCount } = await database.query(
    `UPDATE ${noun} SET next_attempt_at = now()
     WHERE (phase <> 'Active' OR observed_generation <> generation) AND next_attempt_at > now() AND starts_with(reason, $1)`,
    [`Waiting for ${part},`],
  );
  return rowCount ?? 0;
}

/** Makes everything of a space due that waits for anything. */
export async function wakeRowsOfSpace(database: Database, spaceRowId: string): Promise<void> {
  for (const noun of ["address", "credential"] as const) {
    await database.query(
      `UPDATE ${noun} SET next_attempt_at = now() WHERE space_id = $1 AND phase <> 'Active' AND next_attempt_at > now() AND reason IS NOT NULL`,
      [spaceRowId],
    );
  }
}

/** Asks for the end of everything in a space. @returns rows that are still there */
export async function terminateRowsOfSpace(database: Database, spaceRowId: string): Promise<{ addresses: number; credentials: number }> {
  const counts = { addresses: 0, credentials: 0 };
  for (const [noun, key] of [["address", "addresses"], ["credential", "credentials"]] as const) {
    await database.query(
      `UPDATE ${noun} SET phase = 'Terminating', reason = NULL, generation = generation + 1, attempts = 0, next_attempt_at = now()
       WHERE space_id = $1 AND phase <> 'Terminating'`,
      [spaceRowId],
    );
    const { rows } = await database.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${noun} WHERE space_id = $1`, [spaceRowId]);
    counts[key] = rows[0]?.count ?? 0;
  }
  return counts;
}

/** What is on a broker. */
export interface BrokerUse {
  readonly addresses: number;
  /** Stored bytes that the plans of its addresses reserve. */
  readonly reservedBytes: number;
}

export async function readBrokerUse(database: Database): Promise<Map<string, BrokerUse>> {
  const { rows } = await database.query<{ broker: string; addresses: number; reserved: number }>(
    `SELECT a.broker, count(*)::int AS addresses, coalesce(sum(p.stored_bytes), 0)::float8 AS reserved
     FROM address a JOIN address_plan p ON p.id = a.plan_id WHERE a.broker IS NOT NULL GROUP BY a.broker`,
  );
  return new Map(rows.map(({ broker, addresses, reserved }) => [broker, { addresses, reservedBytes: reserved }]));
}

/** Places claimed addresses, each only where its claim still holds. @returns ids of those that are placed now */
export async function storePlacements(database: Database, placements: readonly { readonly claim: Claim; readonly broker: string }[]): Promise<Set<string>> {
  if (placements.length === 0) return new Set();
  const { rows } = await database.query<{ id: string }>(
    `UPDATE address r SET broker = placed.broker FROM unnest($1::uuid[], $2::bigint[], $3::text[]) AS placed (id, epoch, broker)
     WHERE r.id = placed.id AND r.claim_epoch = placed.epoch AND r.broker IS NULL RETURNING r.id`,
    [placements.map(({ claim }) => claim.id), placements.map(({ claim }) => claim.epoch), placements.map(({ broker }) => broker)],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Throws when the database does not answer. */
export async function pingDatabase(database: Database): Promise<void> {
  await database.query("SELECT 1");
}

function toClaim(row: Row): Claim {
  return {
    id: row.id as string,
    epoch: row.claim_epoch as string,
    generation: row.generation as number,
    phase: row.phase as Phase,
    attempts: row.attempts as number,
    dueAt: row.next_attempt_at as Date,
  };
}

function identified(row: Row): { id: string; generation: number; createdAtMs: number; space: string } {
  return {
    id: row.id as string,
    generation: row.generation as number,
    createdAtMs: (row.created_at as Date).getTime(),
    space: spaceId(row.tenant_slug as string, row.space_slug as string),
  };
}

export function toSpace(row: Row): DesiredSpace {
  return { ...identified(row), maxConnections: row.max_connections as number, isClosed: row.is_closed as boolean, autoCreatePatterns: row.auto_create_patterns as string[] };
}

export function toAddress(row: Row): DesiredAddress {
  const classId = row.class_id as string;
  const name = row.name as string;
  const options: AddressOptions = {
    timeToLiveMs: numberOrNull(row.time_to_live_ms),
    deliveryAttempts: row.delivery_attempts as number | null,
    consumers: row.consumers as number | null,
    keepsDeadLetters: row.keeps_dead_letters as boolean | null,
  };
  const limits = limitsOfAddress(planLimits(row, ""), options);
  const topic = row.topic as { name: string; phase: Phase; class: string } | null;
  const own = (ownClass: string, ownName: string) => brokerAddress(row.tenant_slug as string, row.space_slug as string, ownClass, ownName);
  return {
    ...identified(row),
    name,
    type: row.type as AddressType,
    broker: row.broker as string | null,
    brokerAddress: topic === null ? own(classId, name) : subscriptionAddress(own(topic.class, topic.name), own(classId, name)),
    topic: topic && { name: topic.name, isActive: topic.phase === "Active" },
    addressClass: { classId, ...planLimits(row, "class_") },
    limits,
    ownLimits: row.had_own_limits === true ? (isPlain(options) && row.broker_class_id === null ? null : limits) : undefined,
  };
}

function planLimits(row: Row, prefix: string): Omit<AddressClass, "classId"> {
  return {
    storedBytes: numberOrNull(row[`${prefix}stored_bytes`]),
    maxMessageBytes: row[`${prefix}max_message_bytes`] as number,
    defaultTimeToLiveMs: numberOrNull(row[`${prefix}default_time_to_live_ms`]),
    maxTimeToLiveMs: numberOrNull(row[`${prefix}max_time_to_live_ms`]),
    maxDeliveryAttempts: row[`${prefix}max_delivery_attempts`] as number | null,
    maxConsumers: row[`${prefix}max_consumers`] as number,
    whenFull: row[`${prefix}when_full`] as AddressPlan["whenFull"],
  };
}

export function toCredential(row: Row): DesiredCredential {
  const hash = row.previous_secret_hash as Buffer | null;
  const previousSecret = hash && { hash: hash.toString("base64"), untilMs: (row.previous_secret_until as Date).getTime() };
  return { ...identified(row), login: row.login as string, permissions: row.permissions as MessagingPermission[], previousSecret };
}

function numberOrNull(value: unknown): number | null {
  return value === null ? null : Number(value);
}

/** Columns and tables of a noun's rows for other queries; the row itself has the alias r. */
export function selectOf(noun: Noun): { columns: string; from: string; join: string } {
  const { columns, tables, join } = sources[noun];
  return { columns: `${claimColumns}, ${columns}`, from: `${noun} r, ${tables}`, join };
}
