import { connectionSortKeys, maxListedLinks, type Connection, type ConnectionProtocol, type Link, type LinkList, type ListConnections, type RefreshConnections } from "#contracts/connections/connection.ts";
import { Prisma } from "#prisma/generated/client.ts";
import type { TenantClient } from "../db/database.ts";

interface ConnectionColumns {
  readonly id: string;
  readonly gateway: string;
  readonly container: string;
  readonly login: string;
  readonly is_person: boolean;
  readonly remote_address: string;
  readonly protocol: string;
  readonly is_encrypted: boolean;
  readonly product: string;
  readonly version: string;
  readonly since: Date;
  readonly links: number;
  readonly in_rate: number | null;
  readonly out_rate: number | null;
  readonly count_in: bigint;
  readonly count_out: bigint;
}

interface LinkColumns {
  readonly id: string;
  readonly connection_id: string;
  readonly gateway: string;
  readonly container: string;
  readonly login: string;
  readonly is_person: boolean;
  readonly address_name: string;
  readonly link_name: string;
  readonly role: string;
  readonly since: Date;
  readonly rate: number | null;
  readonly credit: bigint;
  readonly unsettled: number;
  readonly deliveries: bigint;
  readonly bytes: bigint;
  readonly accepted: bigint;
  readonly rejected: bigint;
  readonly released: bigint;
  readonly modified: bigint;
  readonly presettled: bigint;
  readonly dropped: bigint;
}

const sortColumns: Record<(typeof connectionSortKeys)[number], Prisma.Sql> = {
  container: Prisma.sql`lower(c.container)`,
  login: Prisma.sql`lower(c.login)`,
  remoteAddress: Prisma.sql`c.remote_address`,
  protocol: Prisma.sql`c.protocol`,
  product: Prisma.sql`lower(c.product)`,
  since: Prisma.sql`c.since`,
  links: Prisma.sql`c.links`,
  inRate: Prisma.sql`coalesce(c.in_rate, -1)`,
  outRate: Prisma.sql`coalesce(c.out_rate, -1)`,
};

const connectionColumns = Prisma.sql`c.id, c.gateway, c.container, c.login, c.is_person, c.remote_address, c.protocol, c.is_encrypted, c.product, c.version, c.since, c.links,
  c.in_rate, c.out_rate, c.count_in, c.count_out`;

/** One page of a space's connections, and how many match in all. A space's plan bounds how many there are. */
export async function readConnectionPage(client: TenantClient, spaceId: string, { sort, descending, page, limit, ...filters }: Omit<ListConnections, "tenant" | "space">): Promise<{ items: Connection[]; total: number }> {
  const condition = matching(spaceId, filters);
  const direction = descending ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  const rows = await client.$queryRaw<ConnectionColumns[]>`
    SELECT ${connectionColumns} FROM connection c WHERE ${condition} ORDER BY ${sortColumns[sort]} ${direction}, c.id LIMIT ${limit} OFFSET ${(page - 1) * limit}`;
  return { items: await toConnections(client, rows), total: await countMatches(client, condition) };
}

/** Those of the ids that are connections of the space, in no order, and how many match the filter. */
export async function readConnectionsNow(client: TenantClient, spaceId: string, { ids, ...filters }: Omit<RefreshConnections, "tenant" | "space">): Promise<{ items: Connection[]; total: number }> {
  const rows = await client.$queryRaw<ConnectionColumns[]>`SELECT ${connectionColumns} FROM connection c WHERE c.space_id = ${spaceId}::uuid AND c.id = ANY (${[...ids]})`;
  return { items: await toConnections(client, rows), total: await countMatches(client, matching(spaceId, filters)) };
}

async function countMatches(client: TenantClient, condition: Prisma.Sql): Promise<number> {
  const counts = await client.$queryRaw<{ total: number }[]>`SELECT count(*)::int AS total FROM connection c WHERE ${condition}`;
  return counts[0]?.total ?? 0;
}

async function toConnections(client: TenantClient, rows: readonly ConnectionColumns[]): Promise<Connection[]> {
  const lost = await lostGateways(client);
  return rows.map((row) => toConnection(row, lost));
}

function matching(spaceId: string, { search, protocol, login, container, address }: Pick<ListConnections, "search" | "protocol" | "login" | "container" | "address">): Prisma.Sql {
  const parts = [Prisma.sql`c.space_id = ${spaceId}::uuid`];
  if (protocol.length > 0) parts.push(Prisma.sql`c.protocol = ANY (${[...protocol]})`);
  if (login !== undefined) parts.push(Prisma.sql`c.login = ${login}`);
  if (container !== undefined) parts.push(Prisma.sql`c.container = ${container}`);
  if (address !== undefined) parts.push(Prisma.sql`EXISTS (SELECT 1 FROM link l WHERE l.connection_id = c.id AND l.space_id = c.space_id AND l.address_name = ${address})`);
  if (search !== "") parts.push(Prisma.sql`strpos(lower(concat_ws(chr(10), c.container, c.login, c.remote_address, c.product)), lower(${search})) > 0`);
  return Prisma.join(parts, " AND ");
}

export async function findConnections(client: TenantClient, spaceId: string, ids: readonly string[]): Promise<Connection[]> {
  const rows = await client.$queryRaw<ConnectionColumns[]>`SELECT ${connectionColumns} FROM connection c WHERE c.space_id = ${spaceId}::uuid AND c.id = ANY (${[...ids]}) ORDER BY c.id`;
  return toConnections(client, rows);
}

/** Links of one connection, or at one address: those that move most first, at most {@link maxListedLinks}. */
export async function readLinks(client: TenantClient, spaceId: string, by: { readonly connectionId: string } | { readonly address: string }): Promise<LinkList> {
  const condition = "address" in by ? Prisma.sql`l.address_name = ${by.address}` : Prisma.sql`l.connection_id = ${by.connectionId}`;
  const rows = await client.$queryRaw<LinkColumns[]>`
    SELECT l.id, l.connection_id, c.gateway, c.container, c.login, c.is_person, l.address_name, l.link_name, l.role, l.since, l.rate, l.credit, l.unsettled, l.deliveries, l.bytes,
      l.accepted, l.rejected, l.released, l.modified, l.presettled, l.dropped
    FROM link l JOIN connection c ON c.id = l.connection_id WHERE l.space_id = ${spaceId}::uuid AND ${condition}
    ORDER BY l.rate DESC NULLS LAST, l.since, l.id LIMIT ${maxListedLinks}`;
  const lost = await lostGateways(client);
  const isWhole = rows.length < maxListedLinks;
  const counted = isWhole ? [] : await client.$queryRaw<{ total: number }[]>`SELECT count(*)::int AS total FROM link l WHERE l.space_id = ${spaceId}::uuid AND ${condition}`;
  return { items: rows.map((row) => toLink(row, lost)), total: counted[0]?.total ?? rows.length };
}

/** Since when which gateway has not answered; those that do are left out. */
async function lostGateways(client: TenantClient): Promise<ReadonlyMap<string, string>> {
  const rows = await client.$queryRaw<{ gateway: string; to_at: Date; is_lost: boolean }[]>`
    SELECT DISTINCT ON (source) substr(source, 9) AS gateway, to_at, holds_until < now() AS is_lost FROM statistics_coverage WHERE source LIKE 'gateway:%' ORDER BY source, from_at DESC`;
  return new Map(rows.filter(({ is_lost }) => is_lost).map(({ gateway, to_at }) => [gateway, to_at.toISOString()]));
}

function toConnection(row: ConnectionColumns, lost: ReadonlyMap<string, string>): Connection {
  return {
    id: row.id,
    gateway: row.gateway,
    container: row.container,
    login: row.login,
    isPerson: row.is_person,
    remoteAddress: row.remote_address,
    protocol: row.protocol as ConnectionProtocol,
    isEncrypted: row.is_encrypted,
    product: row.product,
    version: row.version,
    since: row.since.toISOString(),
    links: row.links,
    inRate: row.in_rate,
    outRate: row.out_rate,
    countIn: Number(row.count_in),
    countOut: Number(row.count_out),
    notKnownSince: lost.get(row.gateway) ?? null,
  };
}

function toLink(row: LinkColumns, lost: ReadonlyMap<string, string>): Link {
  return {
    id: row.id,
    connectionId: row.connection_id,
    container: row.container,
    login: row.login,
    isPerson: row.is_person,
    address: row.address_name,
    linkName: row.link_name,
    role: row.role as Link["role"],
    since: row.since.toISOString(),
    rate: row.rate,
    credit: Number(row.credit),
    unsettled: row.unsettled,
    deliveries: Number(row.deliveries),
    bytes: Number(row.bytes),
    accepted: Number(row.accepted),
    rejected: Number(row.rejected),
    released: Number(row.released),
    modified: Number(row.modified),
    presettled: Number(row.presettled),
    dropped: Number(row.dropped),
    notKnownSince: lost.get(row.gateway) ?? null,
  };
}
