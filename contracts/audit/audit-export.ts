import type { AuditEntry } from "./audit.ts";

export const auditExportFormats = ["csv", "jsonl"] as const;
export type AuditExportFormat = (typeof auditExportFormats)[number];

const columns = ["at", "tenant", "actor", "address", "source", "action", "objectType", "objectName", "outcome", "before", "after"] as const;

/** The first line of an export in CSV (RFC 4180). */
export const csvHeader = `${columns.join(",")}\r\n`;

/** One entry as a line of CSV (RFC 4180). */
export function toCsvLine(entry: AuditEntry): string {
  return `${columns.map((column) => csvField(entry[column])).join(",")}\r\n`;
}

/** One entry as a line of JSON. */
export function toJsonLine({ id: _id, ...entry }: AuditEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

/**
 * Quotes a field. A text that a spreadsheet would run as a formula gets an apostrophe before it (OWASP: CSV injection), since
 * names in the trail are anybody's.
 */
function csvField(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
