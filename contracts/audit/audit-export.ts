import { csvLine } from "../csv.ts";
import type { AuditEntry } from "./audit.ts";

export const auditExportFormats = ["csv", "jsonl"] as const;
export type AuditExportFormat = (typeof auditExportFormats)[number];

const columns = ["at", "tenant", "actor", "address", "source", "action", "objectType", "objectName", "outcome", "before", "after"] as const;

/** The first line of an export in CSV. */
export const csvHeader = csvLine(columns);

/** One entry as a line of CSV. */
export function toCsvLine(entry: AuditEntry): string {
  return csvLine(columns.map((column) => entry[column]));
}

/** One entry as a line of JSON. */
export function toJsonLine({ id: _id, ...entry }: AuditEntry): string {
  return `${JSON.stringify(entry)}\n`;
}
