import type { AddressEntry, Directory } from "../directory/directory.ts";
import { addCounters, sumCounters } from "../directory/link-register.ts";
import { newRetired } from "../directory/directory.ts";
import type { ClientConnection } from "../entrance/client-connection.ts";

/** Sums in Prometheus' text form: bounded in number, so by address type and never by address. */
export function metricsText(directory: Directory, connections: ReadonlySet<ClientConnection>): string {
  const lines: string[] = [];
  const gauge = (name: string, help: string, value: number): void => {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${value}`);
  };
  gauge("postroom_gateway_connections", "Client connections, logged in or not.", connections.size);
  gauge("postroom_gateway_links", "Links of clients.", [...connections].reduce((sum, { amqp }) => sum + amqp.linkCount, 0));
  gauge("postroom_gateway_addresses", "Addresses that the management has told.", directory.addresses.size);
  gauge("postroom_gateway_buffered_bytes", "Bytes that wait to be written to clients.", [...connections].reduce((sum, { amqp }) => sum + amqp.bufferedBytes, 0));
  gauge("process_resident_memory_bytes", "Resident memory of the gateway.", process.memoryUsage.rss());
  lines.push("# HELP postroom_gateway_deliveries_total Deliveries from and to clients.", "# TYPE postroom_gateway_deliveries_total counter");
  const bytes: string[] = ["# HELP postroom_gateway_bytes_total Message bytes from and to clients.", "# TYPE postroom_gateway_bytes_total counter"];
  for (const [type, { incoming, outgoing }] of sumsByType(directory.addresses.values())) {
    for (const [direction, counters] of [["in", incoming], ["out", outgoing]] as const) {
      for (const outcome of ["accepted", "rejected", "released", "modified", "presettled", "dropped"] as const) {
        lines.push(`postroom_gateway_deliveries_total{type="${type}",direction="${direction}",outcome="${outcome}"} ${counters[outcome]}`);
      }
      bytes.push(`postroom_gateway_bytes_total{type="${type}",direction="${direction}"} ${counters.bytes}`);
    }
  }
  return `${[...lines, ...bytes].join("\n")}\n`;
}

function sumsByType(addresses: Iterable<AddressEntry>): Map<string, ReturnType<typeof newRetired>> {
  const sums = new Map<string, ReturnType<typeof newRetired>>();
  for (const address of addresses) {
    const type = address.settings.addressType;
    const sum = sums.get(type) ?? newRetired();
    sums.set(type, sum);
    const { incoming, outgoing } = sumCounters(address.retired, address.links);
    addCounters(sum.incoming, incoming);
    addCounters(sum.outgoing, outgoing);
  }
  return sums;
}
