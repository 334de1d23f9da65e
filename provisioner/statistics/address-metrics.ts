import { metric } from "#contracts/prometheus.ts";
import type { Database } from "../database.ts";

/** Narrows to a tenant, and to one of its spaces; slugs as they stand in URLs. */
export interface AddressMetricsFilter {
  readonly tenant?: string;
  readonly space?: string;
}

interface Row {
  readonly labels: string;
  readonly values: readonly (number | null)[];
}

const metrics = [
  ["postroom_address_depth_messages", "gauge", "Messages that wait at the address.", "x.depth"],
  ["postroom_address_delivering_messages", "gauge", "Messages handed out and not settled yet.", "x.delivering"],
  ["postroom_address_dead_letter_messages", "gauge", "Dead letters of the address.", "x.dead_letters"],
  ["postroom_address_oldest_message_timestamp_seconds", "gauge", "When the first message came, in seconds since the epoch; absent when there is none, or it is not known.", "extract(epoch FROM x.oldest_at)"],
  ["postroom_address_senders", "gauge", "Links that send to the address.", "x.senders"],
  ["postroom_address_receivers", "gauge", "Links that receive from the address.", "x.receivers"],
  ["postroom_address_messages_in_total", "counter", "Messages taken from senders.", "x.total_in"],
  ["postroom_address_messages_out_total", "counter", "Deliveries to receivers, each attempt.", "x.total_out"],
  ["postroom_address_messages_acknowledged_total", "counter", "Messages that receivers accepted.", "x.total_acknowledged"],
  ["postroom_address_messages_rejected_total", "counter", "Messages that receivers rejected.", "x.total_rejected"],
  ["postroom_address_messages_refused_total", "counter", "Messages that senders were refused.", "x.total_refused"],
  ["postroom_address_messages_released_total", "counter", "Messages that receivers gave back.", "x.total_released"],
  ["postroom_address_messages_expired_total", "counter", "Messages whose time to live ended.", "x.total_expired"],
  ["postroom_address_messages_dead_lettered_total", "counter", "Messages that became dead letters.", "x.total_dead_lettered"],
] as const;

/** Names of these metrics, and what each is. */
export const addressMetricTypes: ReadonlyMap<string, "gauge" | "counter"> = new Map(metrics.map(([name, type]) => [name, type]));

/** Addresses in one answer; whoever has more asks tenant by tenant. */
export const maxAddresses = 50_000;
const linesPerChunk = 1_000;

/**
 * The numbers of addresses as last sampled, in the text format of Prometheus, chunk by chunk. An address whose numbers are not
 * known, since its broker or all gateways do not answer, is left out, so that Prometheus sees a gap and not an old value.
 * @returns undefined when more than {@link maxAddresses} match
 */
export async function readAddressMetrics(database: Database, { tenant, space }: AddressMetricsFilter): Promise<AsyncIterable<string> | Iterable<string> | undefined> {
  const { rows } = await database.query<{ tenant: string; space: string; name: string; type: string; values: (number | null)[] }>(
    `WITH latest AS (SELECT DISTINCT ON (source) source, holds_until >= now() AS answers FROM statistics_coverage ORDER BY source, from_at DESC)
     SELECT t.slug AS tenant, s.slug AS space, a.name, a.type, array[${metrics.map(([, , , column]) => `(${column})::float8`).join(", ")}] AS values
     FROM address_statistics x JOIN address a ON a.id = x.address_id JOIN address_space s ON s.id = a.space_id JOIN tenant t ON t.id = a.tenant_id
     WHERE ($1::text IS NULL OR t.slug = $1) AND ($2::text IS NULL OR s.slug = $2) AND x.sampled_at IS NOT NULL
       AND EXISTS (SELECT 1 FROM latest WHERE source LIKE 'gateway:%' AND answers)
       AND (a.type IN ('anycast', 'multicast') OR EXISTS (SELECT 1 FROM latest WHERE source = 'broker:' || a.broker AND answers))
     ORDER BY t.slug, s.slug, a.name LIMIT $3`,
    [tenant ?? null, space ?? null, maxAddresses + 1],
  );
  if (rows.length > maxAddresses) return undefined;
  return chunksOf(
    rows.map((row) => ({ labels: `{tenant="${row.tenant}",space="${row.space}",address="${escaped(row.name)}",type="${row.type}"} `, values: row.values })),
  );
}

function* chunksOf(rows: readonly Row[]): Generator<string> {
  for (const [place, [name, type, help]] of metrics.entries()) {
    yield `${metric(name, type, help, []).join("\n")}\n`;
    for (let start = 0; start < rows.length; start += linesPerChunk) {
      let chunk = "";
      for (const { labels, values } of rows.slice(start, start + linesPerChunk)) {
        const value = values[place];
        if (value !== null && value !== undefined) chunk += `${name}${labels}${value}\n`;
      }
      yield chunk;
    }
  }
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', String.raw`\"`).replaceAll("\n", String.raw`\n`);
}
