import type { DriftLoop } from "./drift/drift-loop.ts";
import type { GatewayLink } from "./gateways/gateway-link.ts";
import type { Reconciler } from "./reconcile/reconciler.ts";

export interface MetricSources {
  readonly reconciler: Pick<Reconciler, "underWay" | "refusedWrites">;
  readonly drift: Pick<DriftLoop, "repairs" | "unknown">;
  readonly links: readonly Pick<GatewayLink, "driver" | "repairs">[];
}

/** What this provisioner counts since its start, in the text format of Prometheus. */
export function metricsText({ reconciler, drift, links }: MetricSources): string {
  return [
    ...metric("postroom_provisioner_rows_under_way", "gauge", "Rows that are being worked on.", [` ${reconciler.underWay}`]),
    ...metric("postroom_provisioner_refused_writes_total", "counter", "Outcomes refused because another provisioner had claimed the row.", [` ${reconciler.refusedWrites}`]),
    ...metric("postroom_broker_repairs_total", "counter", "Addresses and settings of brokers that were missing or different.", [` ${drift.repairs}`]),
    ...metric("postroom_broker_unknown_addresses", "gauge", "Addresses on brokers that nobody asked for; they are left alone.", [` ${drift.unknown}`]),
    ...metric("postroom_gateway_repairs_total", "counter", "Entities of gateways that were missing, different or not asked for.", links.map(({ driver, repairs }) => `{gateway="${driver.name}"} ${repairs}`)),
    "",
  ].join("\n");
}

function metric(name: string, type: "counter" | "gauge", help: string, samples: readonly string[]): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples.map((sample) => `${name}${sample}`)];
}
