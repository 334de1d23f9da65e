import type { DriftReport } from "#contracts/parts/drift-report.ts";
import { type CsvColumn, exportCsv, type Exported } from "#components/table/export-rows.ts";

const columns: readonly CsvColumn<DriftReport>[] = [
  { title: "Name", value: ({ name }) => name },
  { title: "Kind", value: ({ kind }) => kind },
  { title: "Last compared", value: ({ comparedAt }) => comparedAt },
  { title: "Repaired", value: ({ repaired }) => repaired },
  { title: "Last repair", value: ({ lastRepairedAt }) => lastRepairedAt },
  { title: "Nobody asked for", value: ({ kind, unknown }) => (kind === "broker" ? unknown : undefined) },
  { title: "Of them with messages", value: ({ kind, unknownWithMessages }) => (kind === "broker" ? unknownWithMessages : undefined) },
];

/** Saves the brokers and gateways on the screen. */
export function exportParts(parts: readonly DriftReport[]): Promise<Exported> {
  return exportCsv("brokers-and-gateways", columns, [parts]);
}
