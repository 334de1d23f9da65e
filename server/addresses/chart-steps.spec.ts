import { describe, expect, it } from "vitest";
import { chartRangeSeconds, chartRanges } from "#contracts/addresses/address-chart.ts";
import { type ChartSteps, fillSteps, intersectionOf, knownSecondsOf, maxSteps, stepsOf, type StepRow, unionOf } from "./chart-steps.ts";

const nowMs = Date.parse("2026-11-28T12:34:56.789Z");
const lasting = (ageHours: number, hours: number): ChartSteps => {
  const from = nowMs - ageHours * 3_600_000;
  return stepsOf({ from: new Date(from).toISOString(), to: new Date(from + hours * 3_600_000).toISOString() }, nowMs, 10_000);
};
const at = (time: string): number => Date.parse(`2026-11-28T${time}Z`);
const row = (atMs: number, values: Partial<StepRow> = {}): StepRow => ({ atMs, depth: 0, depthBefore: 0, depthMax: 0, receivers: 0, receiversBefore: 0, counts: [0], ...values });

describe("the steps of a chart", () => {
  it.each(chartRanges)("are some hundreds at most for %s, cover it to this moment, and begin at whole multiples", (range) => {
    const steps = stepsOf({ range }, nowMs, 10_000);
    const count = (steps.toMs - steps.fromMs) / steps.stepMs;
    expect(count).toBeLessThanOrEqual(maxSteps);
    expect(count).toBeGreaterThanOrEqual(90);
    expect(steps.fromMs % steps.stepMs).toBe(0);
    expect(steps.toMs).toBeGreaterThan(nowMs);
    expect(nowMs - steps.fromMs).toBeGreaterThanOrEqual((chartRangeSeconds[range] * 1000) - steps.stepMs);
  });

  it("come from the history that is kept that long", () => {
    expect(lasting(2, 1)).toMatchObject({ stepMs: 10_000, tier: "pass" });
    expect(lasting(25, 1)).toMatchObject({ stepMs: 300_000, tier: "5min" });
    expect(lasting(24 * 31, 1)).toMatchObject({ stepMs: 3_600_000, tier: "1h" });
    expect(lasting(24 * 365, 24 * 365).tier).toBe("1h");
  });

  it("are never shorter than the time between two samples", () => {
    expect(stepsOf({ range: "15m" }, nowMs, 30_000).stepMs).toBe(60_000);
  });
});

const steps: ChartSteps = { fromMs: at("12:00:00"), toMs: at("12:01:00"), stepMs: 10_000, tier: "pass" };

describe("what is known", () => {
  it("is each step with a sample, and a gap from the first that was missed on until the second one after it", () => {
    const covered = [{ fromMs: at("11:00:00.2"), toMs: at("12:00:10.2") }, { fromMs: at("12:00:40.2"), toMs: at("12:01:00.2") }];
    expect(knownSecondsOf(steps, covered, () => false, 10_000)).toEqual([10, 10, 0, 0, 0, 9.8]);
  });

  it("is never a gap where a row says what came", () => {
    expect(knownSecondsOf(steps, [], (atMs) => atMs === at("12:00:20"), 10_000)).toEqual([0, 0, 10, 0, 0, 0]);
  });

  it("has no more seconds in a step that has not ended than were sampled", () => {
    const long: ChartSteps = { fromMs: at("12:00:00"), toMs: at("12:10:00"), stepMs: 300_000, tier: "5min" };
    expect(knownSecondsOf(long, [{ fromMs: at("11:00:00"), toMs: at("12:05:10") }], () => false, 10_000)).toEqual([300, 20]);
  });

  it("needs a broker and one of the gateways", () => {
    const gateways = unionOf([{ fromMs: 5, toMs: 9 }, { fromMs: 0, toMs: 4 }, { fromMs: 3, toMs: 6 }]);
    expect(gateways).toEqual([{ fromMs: 0, toMs: 9 }]);
    expect(intersectionOf(gateways, [{ fromMs: 2, toMs: 3 }, { fromMs: 8, toMs: 20 }])).toEqual([{ fromMs: 2, toMs: 3 }, { fromMs: 8, toMs: 9 }]);
  });
});

describe("the values of a chart", () => {
  it("hold between two changes, and count nothing there", () => {
    const rows = [row(at("12:00:20"), { depthBefore: 3, depth: 5, depthMax: 6, receiversBefore: 1, receivers: 1, counts: [2] })];
    expect(fillSteps(steps, rows, 1, [10, 10, 10, 0, 10, 10], { depth: 99, receivers: 99 })).toMatchObject({
      depth: [3, 3, 5, null, 5, 5], depthMax: [3, 3, 6, null, 5, 5], receivers: [1, 1, 1, null, 1, 1], counts: [[0, 0, 2, null, 0, 0]],
    });
  });

  it("are those that held afterwards when nothing changed", () => {
    expect(fillSteps(steps, [], 1, [10, 10, 0, 10, 10, 10], { depth: 7, receivers: 2 }).depth).toEqual([7, 7, null, 7, 7, 7]);
  });
});
