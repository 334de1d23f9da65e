import Papa from "papaparse";
import type { FileLine } from "./variables.ts";

export const maxFileBytes = 16 * 1024 * 1024;
const maxLines = 100_000;

/** What is wrong with a file, in words. */
export class FileFault extends Error {}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value) ?? "";
}

function linesOfJson(text: string): FileLine[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  return lines.map((line, index) => {
    try {
      const value = JSON.parse(line) as unknown;
      const members = typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
      return { line, fields: new Map(members.map(([name, member]) => [name, textOf(member)])) };
    } catch {
      throw new FileFault(`Line ${index + 1} is not JSON.`);
    }
  });
}

function linesOfCsv(text: string): FileLine[] {
  const { data, errors } = Papa.parse<string[]>(text, { skipEmptyLines: true });
  const fault = errors.find(({ type }) => type === "Quotes");
  if (fault !== undefined) throw new FileFault(`Row ${(fault.row ?? 0) + 1}: ${fault.message}.`);
  const [names = [], ...rows] = data;
  return rows.map((row) => ({ line: Papa.unparse([row]), fields: new Map(names.map((name, index) => [name.trim(), row[index] ?? ""])) }));
}

/**
 * The messages that a file asks for: one for each line of JSON lines (`.jsonl`, `.ndjson`, `.json`), each row of a CSV file
 * under its first row, or each line of any other text.
 * @throws FileFault
 */
export function linesOfFile(name: string, text: string): FileLine[] {
  const lines =
    /\.(jsonl|ndjson|json)$/i.test(name) ? linesOfJson(text)
    : /\.csv$/i.test(name) ? linesOfCsv(text)
    : text.split(/\r?\n/).filter((line) => line !== "").map((line) => ({ line, fields: new Map<string, string>() }));
  if (lines.length === 0) throw new FileFault("There is nothing in it.");
  if (lines.length > maxLines) throw new FileFault(`It has ${lines.length.toLocaleString("en")} lines; at most ${maxLines.toLocaleString("en")} can be sent at a time.`);
  return lines;
}
