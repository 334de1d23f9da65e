import { metric } from "#contracts/prometheus.ts";
import type { DriftLoop } from "./drift/drift-loop.ts";
import type { BrokerDriver } from "./drivers/broker-driver.ts";
import type { GatewayLink } from "./gateways/gateway-link.ts";
import type { Reconciler } from "./reconcile/reconciler.ts";
import type { StatisticsSampler } from "./statistics/sampler.ts";

export interface MetricSources {
  readonly reconciler: Pick<Reconciler, "underWay" | "refusedWrites">;
  readonly drift: Pick<DriftLoop, "repairs" | "unknown">;
  readonly links: readonly Pick<GatewayLink, "driver" | "repairs">[];
  readonly brokers: readonly Pick<BrokerDriver, "name" | "connected">[];
  readonly sampler: Pick<StatisticsSampler, "passes" | "last">;
}

/** What this provisioner counts since its start, in the text format of Prometheus. */
export function metricsText({ reconciler, drift, links, brokers, sampler: { passes, last } }: MetricSources): string {
  // Absent until this provisioner samples: of several, one does.
  const ofLastPass = (value: (pass: NonNullable<typeof last>) => number): string[] => (last === undefined ? [] : [` ${value(last)}`]);
  return [
    ...metric("postroom_provisioner_rows_under_way", "gauge", "Rows that are being worked on.", [` ${reconciler.underWay}`]),
    ...metric("postroom_provisioner_refused_writes_total", "counter", "Outcomes refused because another provisioner had claimed the row.", [` ${reconciler.refusedWrites}`]),
    ...metric("postroom_broker_repairs_total", "counter", "Addresses and settings of brokers that were missing or different.", [` ${drift.repairs}`]),
    ...metric("postroom_broker_unknown_addresses", "gauge", "Addresses on brokers that nobody asked for; they are left alone.", [` ${drift.unknown}`]),
    ...metric("postroom_gateway_repairs_total", "counter", "Entities of gateways that were missing, different or not asked for.", links.map(({ driver, repairs }) => `{gateway="${driver.name}"} ${repairs}`)),
    ...metric("postroom_broker_connected", "gauge", "1 while this provisioner reaches the broker, else 0.", brokers.map(({ name, connected }) => `{broker="${name}"} ${Number(connected)}`)),
    ...metric("postroom_gateway_connected", "gauge", "1 while this provisioner reaches the gateway, else 0.", links.map(({ driver }) => `{gateway="${driver.name}"} ${Number(driver.connected)}`)),
    ...metric("postroom_statistics_passes_total", "counter", "Passes over the numbers of all addresses that this provisioner has written.", [` ${passes}`]),
    ...metric("postroom_statistics_last_pass_timestamp_seconds", "gauge", "When the last of them was written, in seconds since the epoch.", ofLastPass(({ endedAtMs }) => endedAtMs / 1000)),
    ...metric("postroom_statistics_last_pass_duration_seconds", "gauge", "How long the last of them took.", ofLastPass(({ ms }) => ms / 1000)),
    ...metric("postroom_statistics_last_pass_addresses", "gauge", "Addresses whose numbers the last of them knew.", ofLastPass(({ addresses }) => addresses)),
    ...metric("process_resident_memory_bytes", "gauge", "Resident memory of the provisioner.", [` ${process.memoryUsage.rss()}`]),
    "",
  ].join("\n");
}
