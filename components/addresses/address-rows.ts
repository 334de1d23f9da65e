import { parse } from "yaml";

/** Rows as somebody wrote them, for the server to check, or why they cannot be read. */
export type ReadRows = { readonly rows: Record<string, unknown>[] } | { readonly problem: string };

const columns: Record<string, string> = { name: "name", address: "name", type: "type", topic: "topic", plan: "planId", planid: "planId" };
const optionColumns: Record<string, string> = {
  timetolivems: "timeToLiveMs", deliveryattempts: "deliveryAttempts", consumers: "consumers", keepsdeadletters: "keepsDeadLetters",
};

/**
 * Reads addresses from text: YAML (a list of mappings), CSV with a first line of column names, or plain names, one a line.
 * @param defaults type and plan for rows that say none
 */
export function readAddressRows(text: string, defaults: { type: string; planId: string }): ReadRows {
  const trimmed = text.trim();
  if (trimmed === "") return { problem: "Write or paste at least one name." };
  if (/^(-\s|\[|\{|addresses:|---)/.test(trimmed)) return readYaml(trimmed, defaults);
  const lines = trimmed.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  const [first = ""] = lines;
  if (!/[,;\t]/.test(first)) return { rows: lines.map((name) => ({ ...defaults, name })) };
  return readCsv(lines, defaults);
}

function readYaml(text: string, defaults: Record<string, unknown>): ReadRows {
  try {
    const document: unknown = parse(text, { maxAliasCount: 0 });
    const list: unknown = Array.isArray(document) ? document : (document as { addresses?: unknown } | null)?.addresses;
    if (!Array.isArray(list)) return { problem: "The YAML is no list of addresses. Begin each one with “- name:”." };
    return { rows: list.map((each: unknown) => (typeof each === "string" ? { ...defaults, name: each } : renamed({ ...defaults, ...(each as object) }))) };
  } catch (error) {
    return { problem: `The YAML cannot be read: ${(error as Error).message.split("\n")[0]}` };
  }
}

function renamed({ plan, ...row }: Record<string, unknown>): Record<string, unknown> {
  return plan === undefined ? row : { ...row, planId: plan };
}

function readCsv([head = "", ...lines]: readonly string[], defaults: Record<string, unknown>): ReadRows {
  const separator = head.includes("\t") ? "\t" : head.includes(";") ? ";" : ",";
  const names = cells(head, separator).map((cell) => cell.toLowerCase().replaceAll(/[^a-z]/g, ""));
  const unknown = names.filter((name) => columns[name] === undefined && optionColumns[name] === undefined);
  if (unknown.length > 0) {
    return { problem: `The first line names columns, and ${unknown.join(", ")} is none. Known are name, type, topic, plan, timeToLiveMs, deliveryAttempts, consumers and keepsDeadLetters.` };
  }
  return {
    rows: lines.map((line) => {
      const row: Record<string, unknown> = { ...defaults };
      const options: Record<string, unknown> = {};
      for (const [index, value] of cells(line, separator).entries()) {
        const column = names[index];
        if (column === undefined || value === "") continue;
        const option = optionColumns[column];
        if (option !== undefined) options[option] = value === "true" ? true : value === "false" ? false : Number(value);
        else row[columns[column] as string] = value;
      }
      return { ...row, options };
    }),
  };
}

/** Cells of one line; quotes keep separators, and a doubled quote is one. */
function cells(line: string, separator: string): string[] {
  const found: string[] = [];
  let cell = "";
  let isQuoted = false;
  for (let index = 0; index < line.length; index += 1) {
    const character = line[index];
    if (character === "\"") {
      if (isQuoted && line[index + 1] === "\"") {
        cell += "\"";
        index += 1;
      } else isQuoted = !isQuoted;
    } else if (character === separator && !isQuoted) {
      found.push(cell.trim());
      cell = "";
    } else cell += character;
  }
  return [...found, cell.trim()];
}
