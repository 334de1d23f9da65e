import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { durationText, parseDuration } from "./duration.ts";

describe("durations that people type", () => {
  it("are read with and without a unit, short and long", () => {
    expect(["90", "90s", "15 m", "2 hours", "7d", "1.5 h", "1 day"].map(parseDuration)).toEqual([90_000, 90_000, 900_000, 7_200_000, 604_800_000, 5_400_000, 86_400_000]);
  });

  it("are refused when they say nothing clear", () => {
    for (const text of ["", "soon", "7 weeks", "-1h", "1h30m", "ms"]) expect(parseDuration(text), text).toBeUndefined();
  });

  it("come back from their text", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 400_000_000 }), (seconds) => {
      expect(parseDuration(durationText(seconds * 1000))).toBe(seconds * 1000);
    }));
  });
});
