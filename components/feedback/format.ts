const units = [
  { ms: 24 * 60 * 60 * 1000, name: "day" },
  { ms: 60 * 60 * 1000, name: "hour" },
  { ms: 60 * 1000, name: "minute" },
  { ms: 1000, name: "second" },
] as const;

/** A duration in its largest even unit: `7 days`, `90 minutes`. */
export function formatDuration(milliseconds: number): string {
  for (const { ms, name } of units) {
    if (milliseconds >= ms && milliseconds % ms === 0) {
      const count = milliseconds / ms;
      return `${formatExact(count)} ${name}${count === 1 ? "" : "s"}`;
    }
  }
  return `${formatExact(milliseconds)} ms`;
}

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "long" });

/** How long ago, in the largest unit that gives at least one. */
export function formatRelative(at: Date, now: Date): string {
  const elapsed = now.getTime() - at.getTime();
  for (const { ms, name } of units) {
    if (Math.abs(elapsed) >= ms && name !== "second") return relative.format(-Math.round(elapsed / ms), name);
  }
  return "just now";
}

/** A count as it stands in a sentence: `12,400`. */
export function formatExact(count: number): string {
  return count.toLocaleString("en");
}

/** A noun with its count: `1 message`, `12 messages`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatExact(count)} ${count === 1 ? noun : plural}`;
}

const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

/** A number for a narrow place: `12.4 k`, `0.25`. */
export function formatShort(value: number): string {
  return short.format(value).replace(/[A-Z]$/, (unit) => ` ${unit === "K" ? "k" : unit}`);
}

/** A duration that is only roughly known, in its largest unit: `3 minutes`. */
export function formatApproximate(milliseconds: number): string {
  const unit = units.find(({ ms }) => milliseconds >= ms);
  return unit === undefined ? "a second" : counted(Math.round(milliseconds / unit.ms), unit.name);
}
