import { causeTitles, type TroubledAddress } from "#contracts/addresses/explanation.ts";
import type { TopAddress } from "#contracts/support/support.ts";
import { type CsvColumn, exportCsv, type Exported } from "#components/table/export-rows.ts";

const place = [
  { title: "Tenant", value: ({ tenant }: { tenant: string }) => tenant },
  { title: "Space", value: ({ space }: { space: string }) => space },
  { title: "Address", value: ({ name }: { name: string }) => name },
  { title: "Type", value: ({ type }: { type: string }) => type },
] as const;

const troubleColumns: readonly CsvColumn<TroubledAddress>[] = [
  ...place,
  { title: "Depth", value: ({ depth }) => depth },
  { title: "Cause", value: ({ findings: [finding] }) => (finding === undefined ? null : causeTitles[finding.cause]) },
  { title: "Why", value: ({ findings: [finding] }) => finding?.summary ?? null },
  { title: "Since", value: ({ findings: [finding] }) => finding?.since ?? null },
  { title: "All causes", value: ({ findings }) => findings.map(({ cause }) => cause).join(" ") },
];

const known = (value: (row: TopAddress) => number | string | null) => (row: TopAddress) =>
  row.statistics.sampledAt === null || row.statistics.notKnownSince !== null ? null : value(row);

const topColumns: readonly CsvColumn<TopAddress>[] = [
  ...place,
  { title: "Depth", value: known(({ statistics }) => statistics.depth) },
  { title: "Growth per second", value: known(({ statistics }) => statistics.growth) },
  { title: "In per second", value: known(({ statistics }) => statistics.inRate) },
  { title: "Out per second", value: known(({ statistics }) => statistics.outRate) },
  { title: "Rejected in 30 minutes", value: known(({ rejects }) => rejects) },
  { title: "Dead letters", value: known(({ statistics }) => statistics.deadLetters) },
  { title: "Oldest message", value: known(({ statistics }) => statistics.oldestAt) },
  { title: "Connections", value: known(({ connections }) => connections) },
];

/** Saves the addresses in trouble that are on the screen. */
export function exportTrouble(items: readonly TroubledAddress[]): Promise<Exported> {
  return exportCsv("trouble now", troubleColumns, [items]);
}

/** Saves the ranking that is on the screen. @param by what it is by */
export function exportTop(items: readonly TopAddress[], by: string): Promise<Exported> {
  return exportCsv(`top addresses by ${by}`, topColumns, [items]);
}
