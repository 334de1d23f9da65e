import { describe, expect, test } from "vitest";
import { Penalties } from "./penalties.ts";

const limits = { perSecond: 5, maxWaitMs: 1000 };

function offended(penalties: Penalties, key: string, count: number, nowMs: number): void {
  for (let error = 0; error < count; error += 1) penalties.broke(key, nowMs);
}

describe("who breaks the protocol", () => {
  test("now and then, waits for nothing", () => {
    const penalties = new Penalties(limits);
    for (let nowMs = 0; nowMs < 60_000; nowMs += 250) {
      expect(penalties.waitMs("a", nowMs)).toBe(0);
      penalties.broke("a", nowMs);
    }
  });

  test("again and again, is heard five times a second, and nobody else waits", () => {
    const penalties = new Penalties(limits);
    offended(penalties, "a", 30, 0);
    expect([1, 2, 3, 4, 5].map(() => penalties.waitMs("a", 0))).toEqual([200, 400, 600, 800, 1000]);
    expect(penalties.waitMs("b", 0)).toBe(0);
  });

  test("never waits longer than the limit, however many wait before", () => {
    const penalties = new Penalties(limits);
    offended(penalties, "a", 1000, 0);
    for (let connection = 0; connection < 1000; connection += 1) expect(penalties.waitMs("a", 0)).toBeLessThanOrEqual(1000);
  });

  test("and stops, waits no more after some seconds, however much there was", () => {
    const penalties = new Penalties(limits);
    offended(penalties, "a", 100_000, 0);
    expect(penalties.waitMs("a", 100)).toBeGreaterThan(0);
    expect(penalties.waitMs("a", 1000)).toBe(0);
  });

  test("is remembered within a bound: the one that was counted first is forgotten first", () => {
    const penalties = new Penalties(limits);
    offended(penalties, "first", 30, 0);
    for (let key = 0; key < 50_000; key += 1) penalties.broke(`other-${key}`, 0);
    expect(penalties.waitMs("first", 0)).toBe(0);
  });
});
