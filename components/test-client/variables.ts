const variable = /\{\{\s*(uuid|now|counter|random\s+(-?\d{1,15})\s+(-?\d{1,15}))\s*\}\}/g;

/** What can stand in a body or in a value, in the words of the help text. */
export const variableHelp = "{{uuid}}, {{now}}, {{counter}} and {{random 1 100}} are filled in for each message.";

/**
 * The text with its variables filled in. Other things between braces stay as they are.
 * @param counter of the message within its run, from 1
 */
export function fillVariables(text: string, counter: number): string {
  return text.replaceAll(variable, (_whole, name: string, from: string | undefined, to: string | undefined) => {
    if (name === "uuid") return crypto.randomUUID();
    if (name === "now") return new Date().toISOString();
    if (name === "counter") return String(counter);
    const [least, most] = [Number(from), Number(to)].toSorted((a, b) => a - b) as [number, number];
    return String(least + Math.floor(Math.random() * (most - least + 1)));
  });
}
