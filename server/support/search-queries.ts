import type { AddressType } from "#contracts/addresses/address-type.ts";
import type { Phase } from "#contracts/phases.ts";
import { maxFoundOfANoun } from "#contracts/support/support.ts";
import { Prisma } from "#prisma/generated/client.ts";
import type { SupportClient } from "../db/database.ts";

/** One more than is shown says that there are more. */
const limit = maxFoundOfANoun + 1;
/** Events of clients in which a text is looked for. */
const newestEvents = 20_000;

interface Found {
  readonly tenant: string;
  readonly space: string;
  readonly name: string;
  readonly detail: string;
}

// Parts of names are looked for by a scan: under row level security no index of patterns can be used, since LIKE and its like
// are not leakproof. What begins with the words comes first, then the shorter.

/** Lower case for a scan that looks for this text: for one in plain ASCII the C collation's, which is many times cheaper. */
function lowered(column: Prisma.Sql, text: string): Prisma.Sql {
  return isAscii(text) ? Prisma.sql`lower((${column}) COLLATE "C")` : Prisma.sql`lower(${column})`;
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

export function findTenantsNamed(client: SupportClient, text: string): Promise<Found[]> {
  return client.$queryRaw<Found[]>`
    SELECT slug AS tenant, '' AS space, slug AS name, name AS detail FROM tenant WHERE strpos(lower(slug || ' ' || name), lower(${text})) > 0
    ORDER BY strpos(lower(slug), lower(${text})) <> 1, length(slug), slug LIMIT ${limit}`;
}

export function findSpacesNamed(client: SupportClient, text: string): Promise<Found[]> {
  return client.$queryRaw<Found[]>`
    SELECT t.slug AS tenant, s.slug AS space, t.slug || '/' || s.slug AS name, s.name AS detail FROM address_space s JOIN tenant t ON t.id = s.tenant_id
    WHERE strpos(lower(t.slug || '/' || s.slug || ' ' || s.name), lower(${text})) > 0
    ORDER BY strpos(lower(s.slug), lower(${text})) <> 1, length(s.slug), t.slug, s.slug LIMIT ${limit}`;
}

export async function findAddressesNamed(client: SupportClient, text: string): Promise<(Found & { type: AddressType; phase: Phase })[]> {
  // Names alone, so that the scan reads an index; what else is shown is read for the few that are found. The planner takes the index's
  // pages for scattered reads and would take the table instead, which costs half as much again.
  await client.$executeRaw`SET LOCAL enable_seqscan = off`;
  const found = await client.$queryRaw<(Found & { type: AddressType; phase: Phase })[]>`
    SELECT t.slug AS tenant, s.slug AS space, a.name, a.type AS detail, a.type, a.phase FROM (
      SELECT space_id, name, search_key FROM address WHERE strpos(search_key, lower(${text}) COLLATE "C") > 0
      ORDER BY starts_with(search_key, lower(${text}) COLLATE "C") DESC, octet_length(search_key), search_key LIMIT ${limit}) f
    JOIN address a ON a.space_id = f.space_id AND a.name = f.name JOIN address_space s ON s.id = a.space_id JOIN tenant t ON t.id = a.tenant_id
    ORDER BY starts_with(a.search_key, lower(${text}) COLLATE "C") DESC, octet_length(a.search_key), a.search_key, t.slug`;
  await client.$executeRaw`SET LOCAL enable_seqscan = on`;
  return found;
}

export function findCredentialsNamed(client: SupportClient, text: string): Promise<Found[]> {
  return client.$queryRaw<Found[]>`
    SELECT t.slug AS tenant, s.slug AS space, c.name, c.login AS detail FROM credential c JOIN address_space s ON s.id = c.space_id JOIN tenant t ON t.id = c.tenant_id
    WHERE strpos(lower(c.login), lower(${text})) > 0 ORDER BY strpos(lower(c.name), lower(${text})) <> 1, length(c.login), c.login LIMIT ${limit}`;
}

export function findConnectionsOf(client: SupportClient, text: string): Promise<(Found & { id: string })[]> {
  return client.$queryRaw`
    SELECT f.id, t.slug AS tenant, s.slug AS space, CASE WHEN f.container = '' THEN f.login ELSE f.container END AS name,
      concat_ws(', ', f.login, f.remote_address, nullif(trim(f.product || ' ' || f.version), '')) AS detail
    FROM (SELECT * FROM connection c WHERE strpos(${lowered(Prisma.sql`c.container || ' ' || c.login || ' ' || c.remote_address || ' ' || c.product || ' ' || c.id`, text)}, lower(${text})) > 0
      ORDER BY strpos(lower(c.container), lower(${text})) <> 1, c.container, c.id LIMIT ${limit}) f
    JOIN address_space s ON s.id = f.space_id JOIN tenant t ON t.id = f.tenant_id ORDER BY name, f.id`;
}

/** Among the newest of all tenants only, so that a search costs the same however much goes wrong. Equal ones are one, with how often. */
export function findEventsSaying(client: SupportClient, text: string): Promise<(Found & { at: Date; address: string })[]> {
  return client.$queryRaw`
    SELECT t.slug AS tenant, s.slug AS space, f.text AS name, f.address_name AS address, f.at,
      concat_ws(', ', replace(f.kind, '-', ' '), nullif(f.login, ''), nullif(f.container, ''), nullif(f.address_name, ''), CASE WHEN f.count > 1 THEN f.count || ' times' END) AS detail
    FROM (
      SELECT e.space_id, e.tenant_id, e.kind, e.login, min(e.container) AS container, e.address_name, e.text, sum(e.count) AS count, max(e.at) AS at
      FROM (SELECT * FROM client_event WHERE kind IN ('login-refused', 'connection-refused', 'attach-refused', 'message-rejected', 'message-refused') ORDER BY at DESC LIMIT ${newestEvents}) e
      WHERE strpos(${lowered(Prisma.sql`e.text || ' ' || e.condition || ' ' || e.login || ' ' || e.container`, text)}, lower(${text})) > 0
      GROUP BY e.space_id, e.tenant_id, e.kind, e.login, e.address_name, e.text ORDER BY 9 DESC LIMIT ${limit}) f
    JOIN address_space s ON s.id = f.space_id JOIN tenant t ON t.id = f.tenant_id ORDER BY f.at DESC`;
}
