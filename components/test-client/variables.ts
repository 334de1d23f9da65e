const variable = /\{\{\s*(uuid|now|counter|line|random\s+(-?\d{1,15})\s+(-?\d{1,15})|[A-Za-z_][\w .-]{0,99})\s*\}\}/g;

/** What can stand in a body or in a value, in the words of the help text. */
export const variableHelp = "{{uuid}}, {{now}}, {{counter}}, {{random 1 100}} and, with a file, {{line}} and its columns are filled in for each message.";

/** One line of a file from which messages are made. */
export interface FileLine {
  readonly line: string;
  /** Its columns (CSV) or members (JSON lines) by name. */
  readonly fields: ReadonlyMap<string, string>;
}

/** What the variables of one message are filled in with. */
export interface VariableValues {
  /** Of the message within its run, from 1. */
  readonly counter: number;
  readonly row?: FileLine | undefined;
}

/** The text with its variables filled in. Other things between braces stay as they are. */
export function fillVariables(text: string, { counter, row }: VariableValues): string {
  if (!text.includes("{{")) return text;
  return text.replaceAll(variable, (whole, name: string, from: string | undefined, to: string | undefined) => {
    const field = row?.fields.get(name.trim());
    if (field !== undefined) return field;
    if (name === "uuid") return crypto.randomUUID();
    if (name === "now") return new Date().toISOString();
    if (name === "counter") return String(counter);
    if (name === "line") return row?.line ?? whole;
    if (from === undefined || to === undefined) return whole;
    const [least, most] = [Number(from), Number(to)].toSorted((a, b) => a - b) as [number, number];
    return String(least + Math.floor(Math.random() * (most - least + 1)));
  });
}
