import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placeAddresses, type BrokerLoad } from "./placement.ts";

const load = (name: string, changes: Partial<BrokerLoad> = {}): BrokerLoad => ({ name, connected: true, addresses: 0, reservedBytes: 0, capacityBytes: undefined, ...changes });
const pool = (capacities: readonly number[]) => capacities.map((capacityBytes, index) => load(String(index), { capacityBytes }));

describe("placeAddresses", () => {
  it("takes the only broker there is, connected or not", () => {
    expect(placeAddresses([load("main")], [1, 2])).toEqual(["main", "main"]);
    expect(placeAddresses([load("main", { connected: false })], [1])).toEqual(["main"]);
  });

  it("fills the broker with the least reserved first, counting what it places itself, and of equal ones that with the fewest addresses", () => {
    expect(placeAddresses([load("a", { reservedBytes: 30 }), load("b", { reservedBytes: 10 })], [10, 10, 10, 10])).toEqual(["b", "b", "a", "b"]);
    expect(placeAddresses([load("a", { addresses: 2 }), load("b", { addresses: 1 })], [0, 0, 0])).toEqual(["b", "a", "b"]);
  });

  it("takes the broker with the most left where capacities are given", () => {
    expect(placeAddresses([load("a", { capacityBytes: 100, reservedBytes: 10 }), load("b", { capacityBytes: 500, reservedBytes: 300 })], [50, 60, 50])).toEqual(["b", "b", "a"]);
  });

  it("leaves a broker alone that does not answer while another one does", () => {
    expect(placeAddresses([load("a", { connected: false }), load("b", { reservedBytes: 100 })], [1, 1])).toEqual(["b", "b"]);
  });

  it("leaves open what fits nowhere, and places what comes after it and fits", () => {
    expect(placeAddresses(pool([100, 40]), [101, 30, 80, 40])).toEqual([undefined, "0", undefined, "0"]);
  });

  it("never passes a capacity, and leaves nothing open that fits", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { minLength: 1, maxLength: 6 }), fc.array(fc.nat(300), { maxLength: 60 }), (capacities, needs) => {
        const left = [...capacities];
        placeAddresses(pool(capacities), needs).forEach((name, index) => {
          const need = needs[index]!;
          if (name === undefined) expect(Math.max(...left)).toBeLessThan(need);
          else left[Number(name)]! -= need;
          expect(Math.min(...left)).toBeGreaterThanOrEqual(0);
        });
      }),
    );
  });

  it("never leaves brokers that it touches further apart than one address of a plan", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100), { minLength: 1, maxLength: 6 }), fc.nat(300), fc.integer({ min: 1, max: 50 }), (reserved, count, bytes) => {
        const after = [...reserved];
        for (const name of placeAddresses(reserved.map((reservedBytes, index) => load(String(index), { reservedBytes })), Array.from({ length: count }, () => bytes))) after[Number(name)]! += bytes;
        const touched = after.filter((value, index) => value !== reserved[index]);
        expect(Math.max(0, ...touched)).toBeLessThanOrEqual(Math.min(...after) + bytes);
      }),
    );
  });
});
