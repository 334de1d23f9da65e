import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placeAddresses, type BrokerLoad } from "./placement.ts";

const load = (name: string, addresses: number, connected = true): BrokerLoad => ({ name, addresses, connected });

describe("placeAddresses", () => {
  it("takes the only broker there is, connected or not", () => {
    expect(placeAddresses([load("main", 5)], 2)).toEqual(["main", "main"]);
    expect(placeAddresses([load("main", 5, false)], 1)).toEqual(["main"]);
  });

  it("fills the broker with the fewest addresses first, counting what it places itself", () => {
    expect(placeAddresses([load("a", 3), load("b", 1)], 5)).toEqual(["b", "b", "a", "b", "a"]);
  });

  it("leaves a broker alone that does not answer while another one does", () => {
    expect(placeAddresses([load("a", 0, false), load("b", 100)], 2)).toEqual(["b", "b"]);
  });

  it("never leaves brokers further apart than they were, by more than one", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100), { minLength: 1, maxLength: 6 }), fc.nat(300), (counts, count) => {
        const after = [...counts];
        for (const name of placeAddresses(counts.map((addresses, index) => load(String(index), addresses)), count)) after[Number(name)]!++;
        expect(after.reduce((a, b) => a + b, 0)).toBe(counts.reduce((a, b) => a + b, 0) + count);
        const touched = after.filter((value, index) => value !== counts[index]);
        expect(Math.max(0, ...touched)).toBeLessThanOrEqual(Math.min(...after) + 1);
      }),
    );
  });
});
