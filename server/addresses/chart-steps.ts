import { chartRangeSeconds, type ChartWindow } from "#contracts/addresses/address-chart.ts";

/** A span of time in milliseconds since the epoch; `toMs` is not part of it. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The time of a chart cut into equal steps, and which table of the history has them. */
export interface ChartSteps extends Span {
  readonly stepMs: number;
  readonly tier: "pass" | "5min" | "1h";
}

/** A row of history, or several of one step rolled into one. */
export interface StepRow {
  /** Beginning of its step. */
  readonly atMs: number;
  readonly depth: number;
  readonly depthBefore: number;
  readonly depthMax: number;
  readonly receivers: number;
  readonly receiversBefore: number;
  readonly counts: readonly number[];
}

/** Most steps in one answer. */
export const maxSteps = 400;
const stepSeconds = [10, 60, 300, 1_800, 3_600, 7_200, 21_600, 86_400] as const;
const fineKeptMs = 24 * 3_600_000;
const fiveMinutesKeptMs = 30 * 86_400_000;

/**
 * Cuts a window into at most {@link maxSteps} steps that begin at whole multiples of their length, the shortest for which
 * history is kept that long and which are not shorter than the time between two samples.
 */
export function stepsOf(window: ChartWindow, nowMs: number, intervalMs: number): ChartSteps {
  const isLive = "range" in window;
  const askedTo = isLive ? nowMs : Date.parse(window.to);
  const askedFrom = isLive ? nowMs - chartRangeSeconds[window.range] * 1000 : Date.parse(window.from);
  // A range that ends now ends in the step of the last sample, so that history of just its length still has all of it.
  const ageMs = nowMs - askedFrom - (isLive ? 1 : 0);
  const kept = (seconds: number): boolean => seconds >= 3_600 || (seconds >= 300 ? ageMs < fiveMinutesKeptMs : ageMs < fineKeptMs);
  const isFit = (seconds: number): boolean => seconds * 1000 >= intervalMs && kept(seconds) && (askedTo - askedFrom) / (seconds * 1000) <= maxSteps - 2;
  const stepMs = (stepSeconds.find(isFit) ?? 86_400) * 1000;
  const toMs = Math.ceil((isLive ? askedTo + 1 : askedTo) / stepMs) * stepMs;
  const fromMs = isLive ? toMs - Math.ceil((askedTo - askedFrom) / stepMs) * stepMs : Math.floor(askedFrom / stepMs) * stepMs;
  return { fromMs, toMs, stepMs, tier: stepMs >= 3_600_000 ? "1h" : stepMs >= 300_000 ? "5min" : "pass" };
}

/** The times in one or the other. */
export function unionOf(spans: readonly Span[]): Span[] {
  const merged: { fromMs: number; toMs: number }[] = [];
  for (const span of spans.toSorted((one, other) => one.fromMs - other.fromMs)) {
    const last = merged.at(-1);
    if (last !== undefined && span.fromMs <= last.toMs) last.toMs = Math.max(last.toMs, span.toMs);
    else merged.push({ ...span });
  }
  return merged;
}

/** The times in both; each list is in order and without overlap, as {@link unionOf} makes it. */
export function intersectionOf(these: readonly Span[], those: readonly Span[]): Span[] {
  return these.flatMap((one) =>
    those.flatMap((other) => {
      const [fromMs, toMs] = [Math.max(one.fromMs, other.fromMs), Math.min(one.toMs, other.toMs)];
      return fromMs < toMs ? [{ fromMs, toMs }] : [];
    }),
  );
}

/**
 * Seconds of each step in which the numbers are known. A sample that was taken at a moment stands in the step of that moment
 * and says what came in the interval before; so what was covered counts one interval later. A step that has a row is never a gap.
 * @param covered when all that the numbers come from was sampled without a break
 */
export function knownSecondsOf(steps: ChartSteps, covered: readonly Span[], hasRow: (atMs: number) => boolean, intervalMs: number): number[] {
  const shortestMs = Math.min(intervalMs, steps.stepMs);
  const known: number[] = [];
  let index = 0;
  for (let atMs = steps.fromMs; atMs < steps.toMs; atMs += steps.stepMs) {
    const endMs = atMs + steps.stepMs;
    let ms = 0;
    while (index < covered.length && (covered[index] as Span).toMs + intervalMs <= atMs) index += 1;
    for (let each = index; each < covered.length; each += 1) {
      const span = covered[each] as Span;
      if (span.fromMs + intervalMs >= endMs) break;
      ms += Math.max(0, Math.min(span.toMs + intervalMs, endMs) - Math.max(span.fromMs + intervalMs, atMs));
    }
    if (hasRow(atMs)) ms = Math.max(ms, shortestMs);
    known.push(ms < shortestMs / 2 ? 0 : Math.round(ms) / 1000);
  }
  return known;
}

/** One value for each step. */
export interface FilledSteps {
  readonly knownSeconds: readonly number[];
  readonly depth: readonly (number | null)[];
  readonly depthMax: readonly (number | null)[];
  readonly receivers: readonly (number | null)[];
  /** By the place of the count in the rows. */
  readonly counts: readonly (readonly (number | null)[])[];
}

/**
 * Lays rows out over the steps. History has a row only where a number changed: between two rows a gauge is what the earlier one
 * left, before the first one what that had found, and without any row what held after the chart; counts are 0.
 * @param rows in order, at most one for each step
 * @param after what held behind the last step, for charts without a row
 */
export function fillSteps(
  steps: ChartSteps,
  rows: readonly StepRow[],
  countsPerRow: number,
  knownSeconds: readonly number[],
  after: { readonly depth: number; readonly receivers: number },
): FilledSteps {
  const byStep = new Map(rows.map((row) => [row.atMs, row]));
  let depth = rows[0]?.depthBefore ?? after.depth;
  let receivers = rows[0]?.receiversBefore ?? after.receivers;
  const filled = { depth: [] as (number | null)[], depthMax: [] as (number | null)[], receivers: [] as (number | null)[] };
  const counts = Array.from({ length: countsPerRow }, (): (number | null)[] => []);
  for (const [index, seconds] of knownSeconds.entries()) {
    const row = byStep.get(steps.fromMs + index * steps.stepMs);
    if (row !== undefined) ({ depth, receivers } = row);
    const isKnown = seconds > 0;
    filled.depth.push(isKnown ? depth : null);
    filled.depthMax.push(isKnown ? (row?.depthMax ?? depth) : null);
    filled.receivers.push(isKnown ? receivers : null);
    for (const [place, values] of counts.entries()) values.push(isKnown ? (row?.counts[place] ?? 0) : null);
  }
  return { knownSeconds, counts, ...filled };
}
