import { expect, it } from "vitest";
import { drainWords, gapsOf, gapWords, ratesOf, recentGrowth, sumWords } from "./chart-words.ts";

const format = (ms: number): string => new Date(ms).toISOString().slice(11, 16);

it("tells gaps from what has not been sampled yet", () => {
  expect(gapsOf([0, 0, 10, 10, 0, 10, 0, 0])).toEqual([{ from: 0, to: 2 }, { from: 4, to: 5 }]);
  expect(gapsOf([10, 10, 0])).toEqual([]);
});

it("divides counts by the seconds that are known, and keeps gaps", () => {
  expect(ratesOf([20, null, 5], [10, 0, 2.5])).toEqual([2, null, 2]);
});

it("says when a queue will be empty, or that it will not be", () => {
  expect(drainWords(0, 5)).toBe("Nothing waits.");
  expect(drainWords(7_200, -10)).toBe("7,200 messages wait. Empty in about 12 minutes if it goes on like this.");
  expect(drainWords(1, 0)).toBe("1 message waits, and the number stays: nothing drains.");
  expect(drainWords(90, 2)).toMatch(/will not drain/);
  expect(drainWords(90, undefined)).toBe("90 messages wait.");
});

it("takes the growth from the last steps that are known, and not over a gap", () => {
  expect(recentGrowth([90, null, 100, 80, 60, null], 10, 6)).toBe(-2);
  expect(recentGrowth([100, 100, 90, 80], 10, 2)).toBe(-1);
  expect(recentGrowth([null, 5], 10, 6)).toBeUndefined();
});

it("says what was counted and what is not known", () => {
  const sums = { in: 1200, out: 3, acknowledged: 0, rejected: 0, refused: 0, released: 0, expired: 0, deadLettered: 1 };
  expect(sumWords(sums)).toBe("In this time: 1,200 in, 3 out, 1 dead-lettered.");
  const chart = { from: "2026-11-28T12:00:00.000Z", stepSeconds: 60 };
  expect(gapWords({ ...chart, knownSeconds: [60, 0, 0, 60] }, format)).toBe("Not known: 12:01 – 12:03.");
  expect(gapWords({ ...chart, knownSeconds: [60, 60] }, format)).toBeUndefined();
  expect(gapWords({ ...chart, knownSeconds: [0, 0] }, format)).toMatch(/Nothing is known/);
});
