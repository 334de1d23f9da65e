import { type ChartRange, chartRanges, type ChartWindow, chartWindowSchema } from "#contracts/addresses/address-chart.ts";
import { chosenTimeZone, systemTimeZone } from "#components/feedback/moment.ts";
import type { ViewCodec } from "#components/frame/url-view.ts";

/** What the charts of an address show, as it stands in the URL. */
export interface ChartView {
  readonly window: ChartWindow;
  readonly isUtc: boolean;
  readonly isTable: boolean;
}

const usualRange: ChartRange = "1h";

/** Reads a view from a query string; whatever it does not know is left out rather than refused, since people edit URLs. */
export function parseChartView(parameters: URLSearchParams): ChartView {
  const between = chartWindowSchema.safeParse({ from: parameters.get("from"), to: parameters.get("to") });
  const range = chartRanges.find((each) => each === parameters.get("range")) ?? usualRange;
  return { window: between.success ? between.data : { range }, isUtc: parameters.get("zone") === "utc", isTable: parameters.get("as") === "table" };
}

/** The shortest query string that gives the view back, with its question mark; empty for the usual one. */
export function formatChartView({ window, isUtc, isTable }: ChartView): string {
  const parameters = new URLSearchParams();
  if (!("range" in window)) {
    parameters.set("from", window.from);
    parameters.set("to", window.to);
  } else if (window.range !== usualRange) parameters.set("range", window.range);
  if (isUtc) parameters.set("zone", "utc");
  if (isTable) parameters.set("as", "table");
  const query = parameters.toString().replaceAll("%3A", ":");
  return query === "" ? "" : `?${query}`;
}

export const chartCodec: ViewCodec<ChartView> = { parse: parseChartView, format: formatChartView };

/** The zone in which times are shown, an IANA name. */
export function zoneOf({ isUtc }: Pick<ChartView, "isUtc">): string {
  return isUtc ? "UTC" : (chosenTimeZone() ?? systemTimeZone());
}

/** A moment as it stands in a sentence beside a chart. @param zone an IANA name */
export function shortMoment(ms: number, zone: string): string {
  return new Date(ms).toLocaleString(undefined, { timeZone: zone, day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** The time between two moments, in milliseconds since the epoch, widened to what a chart can show. */
export function windowBetween(fromMs: number, toMs: number, stepSeconds: number): ChartWindow {
  const stepMs = stepSeconds * 1000;
  const from = Math.floor(fromMs / stepMs) * stepMs;
  return { from: new Date(from).toISOString(), to: new Date(Math.max(Math.ceil(toMs / stepMs) * stepMs, from + 60_000)).toISOString() };
}
