import type { Finding } from "./explanation.ts";

/** A noun with its count: `1 message waits`, `7,214 messages wait`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

export function evidence(text: string, at: string | null = null): Finding["evidence"][number] {
  return { text, at };
}

/** The later of two moments in ISO form; null when both are not known. */
export function later(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
}
