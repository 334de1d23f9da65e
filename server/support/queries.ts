import { recentMinutes } from "#contracts/addresses/explanation.ts";
import type { AddressType } from "#contracts/addresses/address-type.ts";
import { topAddresses, type TopMeasure } from "#contracts/support/support.ts";
import { Prisma } from "#prisma/generated/client.ts";
import type { SupportClient } from "../db/database.ts";

/** Addresses that are stored on a broker, or for undefined all. */
export async function countAddressesOn(client: SupportClient, broker: string | undefined): Promise<number> {
  return client.address.count({ where: broker === undefined ? {} : { broker } });
}

interface TopRow {
  readonly id: string;
  readonly tenant: string;
  readonly space: string;
  readonly name: string;
  readonly type: AddressType;
  readonly rejects: number;
  readonly connections: number;
}

/** Each measure with the rows that an index of its own holds: what is at rest costs nothing. */
const measures: Record<Exclude<TopMeasure, "rejects" | "connections">, { readonly where: Prisma.Sql; readonly order: Prisma.Sql }> = {
  depth: { where: Prisma.sql`x.depth > 0`, order: Prisma.sql`x.depth DESC` },
  growth: { where: Prisma.sql`x.growth > 0`, order: Prisma.sql`x.growth DESC` },
  inRate: { where: Prisma.sql`x.in_rate > 0`, order: Prisma.sql`x.in_rate DESC` },
  outRate: { where: Prisma.sql`x.out_rate > 0`, order: Prisma.sql`x.out_rate DESC` },
  oldest: { where: Prisma.sql`x.oldest_at IS NOT NULL`, order: Prisma.sql`x.oldest_at` },
  deadLetters: { where: Prisma.sql`x.dead_letters > 0`, order: Prisma.sql`x.dead_letters DESC` },
};

const columns = Prisma.sql`x.address_id, x.depth, x.growth, x.in_rate, x.out_rate, x.oldest_at, x.dead_letters`;

/** Rejected by receivers and refused to senders of late. */
const rejects = Prisma.sql`(SELECT coalesce(sum(h.count_rejected + h.count_refused), 0)::int FROM address_sample h
  WHERE h.address_id = x.address_id AND h.at > now() - ${recentMinutes} * interval '1 minute')`;

/** Connections that have a link at the address. Clients may write a name with dots for slashes. */
const connections = Prisma.sql`(SELECT count(DISTINCT l.connection_id)::int FROM link l WHERE l.space_id = a.space_id AND l.address_name IN (a.name, a.name_key))`;

/** The first by this measure, the most first. */
export function findTop(client: SupportClient, by: TopMeasure): Promise<TopRow[]> {
  const { top, order } = firstBy(by);
  return client.$queryRaw<TopRow[]>`
    SELECT x.address_id AS id, t.slug AS tenant, s.slug AS space, a.name, a.type, ${by === "rejects" ? Prisma.sql`x.rejects` : rejects} AS rejects,
      ${by === "connections" ? Prisma.sql`x.connections` : connections} AS connections
    FROM (${top}) x JOIN address a ON a.id = x.address_id JOIN address_space s ON s.id = a.space_id JOIN tenant t ON t.id = a.tenant_id
    ORDER BY ${order}, a.name, t.slug`;
}

function firstBy(by: TopMeasure): { top: Prisma.Sql; order: Prisma.Sql } {
  if (by === "rejects") {
    // The index of mishaps narrows to those of late; which of them were rejects, their own times say.
    const top = Prisma.sql`SELECT ${columns}, ${rejects} AS rejects FROM address_statistics x
      WHERE x.mishap_at > now() - ${recentMinutes} * interval '1 minute' AND greatest(x.last_rejected_at, x.last_refused_at) > now() - ${recentMinutes} * interval '1 minute'
      ORDER BY rejects DESC LIMIT ${topAddresses}`;
    return { top, order: Prisma.sql`x.rejects DESC` };
  }
  if (by === "connections") {
    // Counted by name first, and looked up from the most on until there are enough: names of nodes that are no addresses fall out.
    const top = Prisma.sql`SELECT o.id AS address_id, g.connections FROM (
        SELECT d.space_id, d.name_key, count(*)::int AS connections
        FROM (SELECT DISTINCT space_id, replace(address_name, '/', '.') AS name_key, connection_id FROM link WHERE address_name <> '') d
        GROUP BY 1, 2 ORDER BY 3 DESC) g
      CROSS JOIN LATERAL (SELECT id FROM address WHERE space_id = g.space_id AND name_key = g.name_key LIMIT 1) o ORDER BY g.connections DESC LIMIT ${topAddresses}`;
    return { top, order: Prisma.sql`x.connections DESC` };
  }
  const { where, order } = measures[by];
  return { top: Prisma.sql`SELECT ${columns} FROM address_statistics x WHERE ${where} ORDER BY ${order} LIMIT ${topAddresses}`, order };
}
