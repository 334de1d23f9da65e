import { z } from "zod";
import { getAddressSchema } from "./address.ts";

/** Lengths of charts that end now, in seconds. */
export const chartRangeSeconds = { "15m": 900, "1h": 3_600, "6h": 21_600, "24h": 86_400, "7d": 604_800, "30d": 2_592_000 } as const;
export type ChartRange = keyof typeof chartRangeSeconds;
export const chartRanges = Object.keys(chartRangeSeconds) as [ChartRange, ...ChartRange[]];

/** The shortest and the longest time that a chart can show, in seconds. */
export const minChartSeconds = 60;
export const maxChartSeconds = 366 * 86_400;

/** What is counted at an address, in this order wherever it is listed. */
export const chartCounts = ["in", "out", "acknowledged", "rejected", "refused", "released", "expired", "deadLettered"] as const;
export type ChartCount = (typeof chartCounts)[number];

/** A length that ends now, or a time between two moments. */
export const chartWindowSchema = z.union([
  z.object({ range: z.enum(chartRanges) }),
  z
    .object({ from: z.iso.datetime(), to: z.iso.datetime() })
    .refine(({ from, to }) => Date.parse(to) - Date.parse(from) >= minChartSeconds * 1000, "A chart shows a minute at least.")
    .refine(({ from, to }) => Date.parse(to) - Date.parse(from) <= maxChartSeconds * 1000, "A chart shows a year at most."),
]);
export type ChartWindow = z.infer<typeof chartWindowSchema>;

export const getAddressChartSchema = getAddressSchema.extend({ window: chartWindowSchema });

const gaugeSchema = z.array(z.int().nullable());

/** The time that a chart shows, in equal steps. */
const stepsSchema = z.object({
  /** Beginning of the first step. */
  from: z.iso.datetime(),
  stepSeconds: z.int(),
  /** Seconds of each step in which the numbers are known: a step with 0 is a gap, and a rate is a count divided by it. */
  knownSeconds: z.array(z.number()),
});

/**
 * Numbers of an address over time, one value for each step; null where nothing is known. Counts are what was counted in the
 * step, and their sums are exact; gauges hold at its end.
 */
export const addressChartSchema = stepsSchema.extend({
  depth: gaugeSchema,
  /** The largest depth that was seen in the step. */
  depthMax: gaugeSchema,
  receivers: gaugeSchema,
  counts: z.record(z.enum(chartCounts), gaugeSchema),
  /** Of all counts in the chart. */
  sums: z.record(z.enum(chartCounts), z.int()),
});
export type AddressChart = z.infer<typeof addressChartSchema>;

/** Messages in and out of a whole space over its last hour. */
export const spaceChartSchema = stepsSchema.extend({ in: gaugeSchema, out: gaugeSchema });
export type SpaceChart = z.infer<typeof spaceChartSchema>;
