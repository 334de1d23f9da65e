import { expect, test } from "vitest";
import { Pace } from "./pace.ts";

const limits = { perSecond: 10, atOnce: 3, maxWaitMs: 1000 };
const turns = (pace: Pace, count: number, nowMs: number): number[] => Array.from({ length: count }, () => pace.waitMs(1, nowMs));

test("gives some turns at once and the others one after the other", () => {
  expect(turns(new Pace(limits), 6, 10_000)).toEqual([0, 0, 0, 100, 200, 300]);
});

test("keeps whoever comes no faster waiting for nothing", () => {
  const pace = new Pace(limits);
  for (let nowMs = 10_000; nowMs < 20_000; nowMs += 100) expect(pace.waitMs(1, nowMs)).toBe(0);
});

test("gives turns at once again after a time without any, and never more than before", () => {
  const pace = new Pace(limits);
  turns(pace, 6, 10_000);
  expect(turns(pace, 2, 10_400)).toEqual([0, 100]);
  expect(turns(pace, 5, 60_000)).toEqual([0, 0, 0, 100, 200]);
});

test("keeps nobody waiting for longer than the limit, however many come", () => {
  expect(turns(new Pace(limits), 20, 10_000).slice(13)).toEqual([1000, 1000, 1000, 1000, 1000, 1000, 1000]);
});

test("lets short waits add up before somebody waits", () => {
  expect(turns(new Pace({ perSecond: 100, atOnce: 0, maxWaitMs: 1000, leastWaitMs: 30 }), 5, 10_000)).toEqual([0, 0, 30, 40, 50]);
});

test("counts several turns taken together like as many one by one", () => {
  const pace = new Pace(limits);
  expect([pace.waitMs(3, 10_000), pace.waitMs(5, 10_000), pace.waitMs(1, 10_000)]).toEqual([0, 500, 600]);
});
