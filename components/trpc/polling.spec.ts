import { describe, expect, it } from "vitest";
import { pollingInterval } from "./polling.ts";

describe("polling fall-back", () => {
  it("never polls while changes are pushed", () => {
    expect(pollingInterval(["Pending"], undefined)).toBe(false);
  });

  it("polls fast while something is in transition, then slowly, then not at all", () => {
    expect(pollingInterval(["Active", "Pending"], 0)).toBe(2_000);
    expect(pollingInterval(["Active"], 0)).toBe(10_000);
    expect(pollingInterval(["Pending"], 61_000)).toBe(10_000);
    expect(pollingInterval(["Pending"], 11 * 60_000)).toBe(false);
  });
});
