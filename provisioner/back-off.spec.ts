import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backOffMs } from "./back-off.ts";

const limits = { firstMs: 500, maxMs: 60_000 };

describe("backOffMs", () => {
  it("doubles per try up to the maximum", () => {
    expect([1, 2, 3, 4, 8, 9, 100].map((tries) => backOffMs(tries, limits, 1))).toEqual([500, 1_000, 2_000, 4_000, 60_000, 60_000, 60_000]);
  });

  it("stays between half of the delay and all of it, whatever the chance", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (tries, random) => {
        const whole = backOffMs(tries, limits, 1);
        const delay = backOffMs(tries, limits, random);
        expect(delay).toBeGreaterThanOrEqual(Math.floor(whole / 2));
        expect(delay).toBeLessThanOrEqual(whole);
      }),
    );
  });
});
