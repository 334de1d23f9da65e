/** What a cell of a table can hold; moments are given as ISO strings, and numbers are not text. */
export type CsvValue = string | number | boolean | null | undefined | object;

/**
 * One record of CSV (RFC 4180), with its line end. A text that a spreadsheet would run as a formula gets an apostrophe before it
 * (OWASP: CSV injection), since names are anybody's; numbers stay numbers, also negative ones. Objects are written as JSON.
 */
export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map(csvField).join(",")}\r\n`;
}

function csvField(value: CsvValue): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const harmless = /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
