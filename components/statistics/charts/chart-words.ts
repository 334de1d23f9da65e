import { type AddressChart, type ChartCount, chartCounts } from "#contracts/addresses/address-chart.ts";
import { counted, formatApproximate, formatExact, formatShort } from "#components/feedback/format.ts";

/** What each count is called on charts. */
export const countTitles: Record<ChartCount, string> = {
  in: "In", out: "Out", acknowledged: "Acknowledged", rejected: "Rejected", refused: "Refused", released: "Released", expired: "Expired", deadLettered: "Dead-lettered",
};

/** Times in which numbers are not known, as indexes of steps; `to` is not part of it. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** Gaps of a chart; what follows the last sample is not one, for it has not been sampled yet. */
export function gapsOf(knownSeconds: readonly number[]): Gap[] {
  const gaps: { from: number; to: number }[] = [];
  const end = knownSeconds.findLastIndex((seconds) => seconds > 0);
  for (let index = 0; index < end; index += 1) {
    if ((knownSeconds[index] ?? 0) > 0) continue;
    const last = gaps.at(-1);
    if (last?.to === index) last.to = index + 1;
    else gaps.push({ from: index, to: index + 1 });
  }
  return gaps;
}

/** Counts as rates per second; null where nothing is known. */
export function ratesOf(counts: readonly (number | null)[], knownSeconds: readonly number[]): (number | null)[] {
  return counts.map((count, index) => (count === null || !knownSeconds[index] ? null : count / knownSeconds[index]));
}

/** Change of a gauge per second over its last known steps, at most so many; undefined when less than two are known. */
export function recentGrowth(values: readonly (number | null)[], stepSeconds: number, steps: number): number | undefined {
  const last = values.findLastIndex((value) => value !== null);
  let first = last;
  while (first > 0 && last - first < steps && values[first - 1] !== null && values[first - 1] !== undefined) first -= 1;
  const [from, to] = [values[first], values[last]];
  return first === last || from == null || to == null ? undefined : (to - from) / ((last - first) * stepSeconds);
}

/** When a queue will be empty, in words. @param growth change of its depth per second, undefined when it is not known */
export function drainWords(depth: number, growth: number | undefined): string {
  if (depth === 0) return "Nothing waits.";
  const waiting = `${counted(depth, "message waits", "messages wait")}`;
  if (growth === undefined) return `${waiting}.`;
  if (growth > 0) return `${waiting}, growing by ${formatShort(growth)} a second: it will not drain like this.`;
  if (growth === 0) return `${waiting}, and the number stays: nothing drains.`;
  return `${waiting}. Empty in about ${formatApproximate((depth / -growth) * 1000)} if it goes on like this.`;
}

/** What was counted in the chart, in a sentence; counts of nothing are left out. */
export function sumWords(sums: AddressChart["sums"]): string {
  const told = chartCounts.filter((count) => sums[count] > 0).map((count) => `${formatExact(sums[count])} ${countTitles[count].toLowerCase()}`);
  return told.length === 0 ? "No messages in this time." : `In this time: ${told.join(", ")}.`;
}

/** How much of the chart is not known, in words; undefined when all of it is. @param format a moment in milliseconds since the epoch */
export function gapWords({ from, stepSeconds, knownSeconds }: Pick<AddressChart, "from" | "stepSeconds" | "knownSeconds">, format: (ms: number) => string): string | undefined {
  if (knownSeconds.every((seconds) => seconds === 0)) return "Nothing is known of this time: the numbers were not sampled.";
  const gaps = gapsOf(knownSeconds);
  const shown = gaps.slice(0, 3).map((gap) => `${format(Date.parse(from) + gap.from * stepSeconds * 1000)} – ${format(Date.parse(from) + gap.to * stepSeconds * 1000)}`);
  if (shown.length === 0) return undefined;
  return `Not known: ${shown.join(", ")}${gaps.length > shown.length ? ` and ${formatExact(gaps.length - shown.length)} more` : ""}.`;
}
