const unitMilliseconds = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof unitMilliseconds;
const largestFirst: readonly Unit[] = ["d", "h", "m", "s"];

/** Reads `90s`, `15 m`, `2 hours`, `7d`, or a plain number of seconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, amount, word] = /^\s*(\d{1,9}(?:\.\d{1,3})?)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  if (amount === undefined) return undefined;
  const unit = ((word ?? "") === "" ? "s" : (word ?? "")[0]?.toLowerCase()) as Unit;
  if (!/^(s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?)?$/i.test(word ?? "")) return undefined;
  return Math.round(Number(amount) * unitMilliseconds[unit]);
}

/** The shortest text that {@link parseDuration} reads as this many milliseconds. */
export function durationText(milliseconds: number): string {
  const unit = largestFirst.find((each) => milliseconds % unitMilliseconds[each] === 0) ?? "s";
  return `${milliseconds / unitMilliseconds[unit]}${unit}`;
}
