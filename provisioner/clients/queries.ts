import type { PoolClient } from "pg";
import { changesChannel } from "#contracts/changes.ts";
import type { Database } from "../database.ts";
import type { JournalPlace } from "../drivers/gateway-driver.ts";
import type { Lease } from "../statistics/queries.ts";
import type { ClientEventRow, ConnectionRow, LinkRow } from "./client-rows.ts";

/** What one pass writes of one gateway. */
export interface GatewayPass {
  readonly gateway: string;
  /** Rows that are new or changed. */
  readonly connections: readonly ConnectionRow[];
  readonly links: readonly LinkRow[];
  /** Ids of all that are there; what the table has beside them goes. Undefined when nothing has gone. */
  readonly present: { readonly connections: readonly string[]; readonly links: readonly string[] } | undefined;
  readonly events: readonly ClientEventRow[];
  readonly place: JournalPlace;
  /** The gateway has started anew since the last pass, so that what it had has gone without a word. */
  readonly startedAnew: { readonly source: string; readonly idOfEvents: string } | undefined;
}

/** How far the events of each gateway have been stored. */
export async function readPlaces(database: Database): Promise<Map<string, JournalPlace>> {
  const { rows } = await database.query<{ gateway: string; incarnation: string; sequence: string }>("SELECT gateway, incarnation, sequence FROM gateway_journal");
  return new Map(rows.map(({ gateway, incarnation, sequence }) => [gateway, { incarnation, sequence: Number(sequence) }]));
}

/** How many connections and links of each gateway the tables have: fewer than were written when the database has crashed. */
export async function countRows(database: Database): Promise<Map<string, { connections: number; links: number }>> {
  const { rows } = await database.query<{ gateway: string; connections: number; links: number }>(
    "SELECT c.gateway, count(DISTINCT c.id)::int AS connections, count(l.id)::int AS links FROM connection c LEFT JOIN link l ON l.connection_id = c.id GROUP BY 1",
  );
  return new Map(rows.map(({ gateway, connections, links }) => [gateway, { connections, links }]));
}

/** Makes the days to come and drops those that are too old. @returns how many changed */
export async function keepEventPartitions(database: Database): Promise<number> {
  const { rows } = await database.query<{ changed: number }>("SELECT postroom_keep_event_partitions() AS changed");
  return rows[0]?.changed ?? 0;
}

/**
 * Writes what a pass has read, in one transaction, with one notice for each space in which something changed.
 * @param gone gateways of which nothing is to be kept
 * @returns ids of the rows that were written, or undefined, with nothing written, when another one holds the lease by now
 */
export async function writeClients(
  database: Database,
  { lease, passes, gone, writeRows }: { lease: Lease; passes: readonly GatewayPass[]; gone: readonly string[]; writeRows: number },
): Promise<ReadonlySet<string> | undefined> {
  const client = await database.connect();
  try {
    await client.query("BEGIN");
    const { rowCount } = await client.query("SELECT 1 FROM statistics_lease WHERE held_by = $1 AND epoch = $2 FOR NO KEY UPDATE", [lease.holder, lease.epoch]);
    if (rowCount === 0) {
      await client.query("ROLLBACK");
      return undefined;
    }
    const written = new Set<string>();
    const spaces = new Map<string, string>();
    const changed = (rows: readonly Changed[]): void => rows.forEach(({ space_id, tenant_id }) => spaces.set(space_id, tenant_id));
    if (gone.length > 0) changed(await take(client, "DELETE FROM connection WHERE gateway = ANY ($1) RETURNING space_id, tenant_id", [gone]));
    for (const pass of passes) {
      if (pass.startedAnew !== undefined) changed(await noteLost(client, pass.gateway, pass.startedAnew));
      if (pass.present !== undefined) changed(await removeGone(client, pass.gateway, pass.present));
      for (const [statement, rows] of [[upsertConnections, pass.connections], [upsertLinks, pass.links], [insertEvents, pass.events]] as const) {
        for (let start = 0; start < rows.length; start += writeRows) {
          const stored = await take(client, statement, [JSON.stringify(rows.slice(start, start + writeRows))]);
          changed(stored);
          for (const { id } of stored) written.add(id);
        }
      }
      await client.query(
        "INSERT INTO gateway_journal (gateway, incarnation, sequence) VALUES ($1, $2, $3) ON CONFLICT (gateway) DO UPDATE SET incarnation = excluded.incarnation, sequence = excluded.sequence",
        [pass.gateway, pass.place.incarnation, pass.place.sequence],
      );
    }
    const notice = "jsonb_build_object('table', 'connection', 'tenantId', tenant_id, 'spaceId', space_id, 'id', '', 'name', '', 'phase', '', 'due', false, 'gone', false)::text";
    await client.query(`SELECT pg_notify('${changesChannel}', ${notice}) FROM unnest($1::uuid[], $2::uuid[]) AS s (space_id, tenant_id)`, [[...spaces.keys()], [...spaces.values()]]);
    await client.query("COMMIT");
    return written;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

interface Changed {
  readonly id: string;
  readonly space_id: string;
  readonly tenant_id: string;
}

async function take(client: PoolClient, statement: string, values: unknown[]): Promise<Changed[]> {
  return (await client.query<Changed>(statement, values)).rows;
}

const spaceOf = "JOIN tenant t ON t.slug = split_part(n.space, '.', 1) JOIN address_space s ON s.tenant_id = t.id AND s.slug = split_part(n.space, '.', 2)";

const connectionColumns = [
  "gateway", "container", "login", "is_person", "remote_address", "protocol", "is_encrypted", "product", "version", "since", "links", "in_rate", "out_rate", "count_in", "count_out",
];
const upsertConnections = `
  INSERT INTO connection (id, tenant_id, space_id, ${connectionColumns.join(", ")})
  SELECT n.id, t.id, s.id, ${connectionColumns.map((name) => `n.${name}`).join(", ")}
  FROM json_to_recordset($1) AS n (id text, space text, gateway text, container text, login text, is_person boolean, remote_address text, protocol text, is_encrypted boolean,
    product text, version text, since timestamptz, links int, in_rate real, out_rate real, count_in bigint, count_out bigint) ${spaceOf}
  ON CONFLICT (id) DO UPDATE SET ${connectionColumns.map((name) => `${name} = excluded.${name}`).join(", ")} RETURNING id, space_id, tenant_id`;

const linkColumns = [
  "address_name", "link_name", "role", "since", "rate", "credit", "unsettled", "deliveries", "bytes", "accepted", "rejected", "released", "modified", "presettled", "dropped",
];
const upsertLinks = `
  INSERT INTO link (id, tenant_id, space_id, connection_id, ${linkColumns.join(", ")})
  SELECT n.id, c.tenant_id, c.space_id, c.id, ${linkColumns.map((name) => `n.${name}`).join(", ")}
  FROM json_populate_recordset(NULL::link, $1) n JOIN connection c ON c.id = n.connection_id
  ON CONFLICT (id) DO UPDATE SET ${linkColumns.map((name) => `${name} = excluded.${name}`).join(", ")} RETURNING id, space_id, tenant_id`;

const eventColumns = [
  "kind", "at", "first_at", "count", "gateway", "connection_id", "container", "login", "is_person", "remote_address", "address_name", "role", "condition", "text",
];
const insertEvents = `
  INSERT INTO client_event (id, tenant_id, space_id, ${eventColumns.join(", ")})
  SELECT n.id, t.id, s.id, ${eventColumns.map((name) => `n.${name}`).join(", ")}
  FROM json_to_recordset($1) AS n (id text, space text, kind text, at timestamptz, first_at timestamptz, count int, gateway text, connection_id text, container text, login text,
    is_person boolean, remote_address text, address_name text, role text, condition text, text text) ${spaceOf}
  ON CONFLICT DO NOTHING RETURNING id, space_id, tenant_id`;

/** Connections of a gateway's former life, as events: their gateway could not tell of their end. */
function noteLost(client: PoolClient, gateway: string, { source, idOfEvents }: { source: string; idOfEvents: string }): Promise<Changed[]> {
  return take(
    client,
    `INSERT INTO client_event (id, tenant_id, space_id, kind, at, first_at, count, gateway, connection_id, container, login, is_person, remote_address, address_name, condition, text)
     SELECT $3 || row_number() OVER (), tenant_id, space_id, 'closed', now(), now(), count(*), gateway, max(id), container, login, is_person, remote_address, '', '',
       'The gateway ' || gateway || ' was started anew.'
     FROM connection WHERE gateway = $1 AND NOT starts_with(id, $2) GROUP BY tenant_id, space_id, gateway, container, login, is_person, remote_address
     ON CONFLICT DO NOTHING RETURNING id, space_id, tenant_id`,
    [gateway, `${source}-`, idOfEvents],
  );
}

async function removeGone(client: PoolClient, gateway: string, present: { readonly connections: readonly string[]; readonly links: readonly string[] }): Promise<Changed[]> {
  const links = await take(
    client,
    "DELETE FROM link l USING connection c WHERE c.id = l.connection_id AND c.gateway = $1 AND NOT EXISTS (SELECT 1 FROM unnest($2::text[]) AS p (id) WHERE p.id = l.id) RETURNING l.id, l.space_id, l.tenant_id",
    [gateway, present.links],
  );
  const connections = await take(
    client,
    "DELETE FROM connection c WHERE gateway = $1 AND NOT EXISTS (SELECT 1 FROM unnest($2::text[]) AS p (id) WHERE p.id = c.id) RETURNING id, space_id, tenant_id",
    [gateway, present.connections],
  );
  return [...links, ...connections];
}
