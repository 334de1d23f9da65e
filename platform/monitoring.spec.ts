import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { Directory } from "#gateway/directory/directory.ts";
import { metricsText as gatewayMetrics } from "#gateway/metrics/metrics.ts";
import { metricsText as provisionerMetrics } from "#provisioner/metrics.ts";
import { addressMetricTypes } from "#provisioner/statistics/address-metrics.ts";
import { ConsoleMetrics } from "#server/metrics/console-metrics.ts";

const exposed = [
  new ConsoleMetrics().text({ streams: 0, database: { total: 0, idle: 0, waiting: 0 } }),
  gatewayMetrics(new Directory({ connectionsPerSecond: 100, linksPerSecond: 500, largeMessageBytesPerSecond: 50_000_000 }), new Set()),
  provisionerMetrics({
    reconciler: { underWay: 0, refusedWrites: 0 },
    drift: { repairs: 0, unknown: 0 },
    links: [],
    brokers: [{ name: "main", connected: false }],
    sampler: { passes: 1, last: { addresses: 3, changed: 2, ms: 250, endedAtMs: 1_700_000_000_500 } },
  }),
].join("");
const types = new Map([...exposed.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name!, type!]));
const namesIn = (text: string): Set<string> => new Set(text.match(/\b(?:postroom|process)_\w+/g)?.map((name) => name.replace(/_bucket$/, "")));
const read = (file: string): Promise<string> => readFile(new URL(`../docs/monitoring/${file}`, import.meta.url), "utf8");

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

describe("what Prometheus is told", () => {
  it("has names by convention, with the unit at the end, and a sentence each", () => {
    expect(types.size).toBeGreaterThan(10);
    for (const [name, type] of types) {
      expect(name.endsWith("_total"), name).toBe(type === "counter");
      expect(name).not.toMatch(/_(ms|milliseconds|kilobytes|megabytes)(_|$)/);
      expect(exposed).toMatch(new RegExp(`^# HELP ${name} [A-Z1-9].+\\.$`, "m"));
    }
  });

  it("has the same manners for single addresses, which are told only when asked for", async () => {
    const page = await read("README.md");
    expect(addressMetricTypes.size).toBeGreaterThan(10);
    for (const [name, type] of addressMetricTypes) {
      expect(name.endsWith("_total"), name).toBe(type === "counter");
      expect(name).toMatch(/_(messages|seconds|senders|receivers|total)$/);
      expect(types.has(name), name).toBe(false);
      const told = name.replace(/^postroom_address(_messages)?/, "").replace(/_total$/, "");
      expect(page, name).toContain(told);
    }
  });

  it("says how old the numbers are and who is away", () => {
    expect(exposed).toContain("\npostroom_statistics_last_pass_timestamp_seconds 1700000000.5\n");
    expect(exposed).toContain("\npostroom_statistics_last_pass_duration_seconds 0.25\n");
    expect(exposed).toContain('\npostroom_broker_connected{broker="main"} 0\n');
  });

  it("is all that the alert rules and the dashboard ask for, and is all on the dashboard", async () => {
    const [alerts, dashboard] = await Promise.all([read("alerts.yml"), read("dashboard.json")]);
    for (const name of [...namesIn(alerts), ...namesIn(dashboard)]) expect(types.has(name), name).toBe(true);
    expect([...namesIn(dashboard)].toSorted()).toEqual([...types.keys()].toSorted());
  });

  it("comes with alert rules that say what it means and what to do", async () => {
    const { groups } = parse(await read("alerts.yml")) as { groups: { rules: Rule[] }[] };
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(5);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { alert, expr, labels, annotations } of rules) {
      expect(["critical", "warning", "info"], alert).toContain(labels.severity);
      expect(annotations.summary.length, alert).toBeGreaterThan(10);
      expect(annotations.description.length, alert).toBeGreaterThan(40);
      expect(expr.split("(").length, alert).toBe(expr.split(")").length);
    }
  });
});
