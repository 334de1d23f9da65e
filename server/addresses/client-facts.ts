import type { ClientTrouble, ReceiverLinks } from "#contracts/addresses/explain-clients.ts";
import { recentMinutes } from "#contracts/addresses/explanation.ts";
import type { SupportClient, TenantClient } from "../db/database.ts";

/** What is known of clients at an address. */
export interface ClientFacts {
  readonly receiverLinks: ReceiverLinks;
  /** The newest first. */
  readonly clients: readonly ClientTrouble[];
}

const maxHolders = 5;
/** Most events of one address that are looked at. */
const maxEvents = 50;

interface LinksRow {
  readonly id: string;
  readonly links: number;
  readonly with_credit: number;
  readonly unsettled: number;
  readonly holders: string[] | null;
}

type EventRow = Omit<ClientTrouble, "at" | "firstAt"> & { readonly id: string; readonly at: Date; readonly first_at: Date };

/** Clients at these addresses, by id of the address. */
export async function readClientFacts(client: TenantClient | SupportClient, ids: readonly string[]): Promise<ReadonlyMap<string, ClientFacts>> {
  // Clients may write a name with dots for slashes.
  const links = await client.$queryRaw<LinksRow[]>`
    SELECT a.id, count(*)::int AS links, (count(*) FILTER (WHERE l.credit > 0))::int AS with_credit, sum(l.unsettled)::int AS unsettled,
      (array_agg(DISTINCT CASE WHEN c.container IN ('', c.login) THEN c.login ELSE c.login || ' (container ' || c.container || ')' END) FILTER (WHERE l.credit = 0))[1:${maxHolders}::int] AS holders
    FROM address a JOIN link l ON l.space_id = a.space_id AND l.address_name IN (a.name, a.name_key) AND l.role = 'receiver' JOIN connection c ON c.id = l.connection_id
    WHERE a.id = ANY (${[...ids]}::uuid[]) GROUP BY a.id`;
  // Whoever is in by now was helped. No address has an empty name; it is said since the index of events by address leaves that out.
  const events = await client.$queryRaw<EventRow[]>`
    SELECT a.id, e.kind, e.login, e.container, e.role, e.condition, e.text, e.count, e.first_at, e.at
    FROM address a CROSS JOIN LATERAL (
      SELECT * FROM client_event e WHERE e.space_id = a.space_id AND e.address_name IN (a.name, a.name_key) AND e.address_name <> ''
        AND e.kind IN ('attach-refused', 'message-rejected', 'message-refused') AND e.at > now() - ${recentMinutes} * interval '1 minute'
        AND NOT (e.kind = 'attach-refused' AND e.condition = 'amqp:unauthorized-access' AND EXISTS (
          SELECT 1 FROM link l JOIN connection c ON c.id = l.connection_id
          WHERE l.space_id = a.space_id AND l.address_name IN (a.name, a.name_key) AND l.role = e.role AND c.login = e.login))
      ORDER BY e.at DESC LIMIT ${maxEvents}) e
    WHERE a.id = ANY (${[...ids]}::uuid[]) ORDER BY e.at DESC`;
  const linksOf = new Map(links.map((row) => [row.id, row]));
  const eventsOf = Map.groupBy(events, ({ id }) => id);
  return new Map(
    ids.map((id) => {
      const row = linksOf.get(id);
      const receiverLinks = { links: row?.links ?? 0, withCredit: row?.with_credit ?? 0, unsettled: row?.unsettled ?? 0, holders: row?.holders ?? [] };
      return [id, { receiverLinks, clients: gathered(eventsOf.get(id) ?? []) }];
    }),
  );
}

/** Equal happenings as one with their count: each sampling pass makes an event of its own. */
function gathered(events: readonly EventRow[]): ClientTrouble[] {
  const found = new Map<string, ClientTrouble>();
  for (const { id: _id, at, first_at, ...event } of events) {
    const key = [event.kind, event.login, event.container, event.role, event.condition, event.text].join("\0");
    const held = found.get(key);
    found.set(key, held === undefined ? { ...event, at: at.toISOString(), firstAt: first_at.toISOString() } : { ...held, count: held.count + event.count, firstAt: first_at.toISOString() });
  }
  return [...found.values()];
}
