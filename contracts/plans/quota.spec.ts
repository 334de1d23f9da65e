import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { demandOf, metersOf, refusalOfDemand, useAfter, type QuotaDemand, type SpaceQuota, type SpaceUse } from "./quota.ts";
import { formatBytes, refusalSentence } from "./quota-sentences.ts";

const amount = fc.nat({ max: 1_000_000 });
const quotas: fc.Arbitrary<SpaceQuota> = fc.record({ maxAddresses: amount, maxStoredBytes: amount, maxConnections: amount, maxCredentials: amount });
const uses: fc.Arbitrary<SpaceUse> = fc.record({ addresses: amount, storedBytes: amount, connections: amount, credentials: amount });
const demands: fc.Arbitrary<QuotaDemand> = fc.record({ addresses: amount, storedBytes: amount, credentials: amount }, { requiredKeys: [] });

describe("the quota", () => {
  it("grants exactly the demands after which no meter that they touch is over its limit", () => {
    fc.assert(
      fc.property(quotas, uses, demands, (quota, use, demand) => {
        const before = metersOf(quota, use);
        const over = metersOf(quota, useAfter(use, demand)).filter((meter, index) => meter.used > before[index]!.used && meter.used > meter.limit);
        expect(refusalOfDemand(quota, use, demand)?.name).toBe(over[0]?.name);
      }),
    );
  });

  it("tells the true figures: used and asked are more than the value", () => {
    fc.assert(
      fc.property(quotas, uses, demands, (quota, use, demand) => {
        const refusal = refusalOfDemand(quota, use, demand);
        fc.pre(refusal !== undefined);
        expect(refusal.asked).toBeGreaterThan(0);
        expect(refusal.used).toBe(use[refusal.name]);
        expect(refusal.asked).toBe(demand[refusal.name as keyof QuotaDemand]);
        expect(refusal.used + refusal.asked).toBeGreaterThan(refusal.value);
      }),
    );
  });

  it("never lets a sequence of granted demands pass the limits", () => {
    fc.assert(
      fc.property(quotas, fc.array(demands, { maxLength: 30 }), (quota, sequence) => {
        let use: SpaceUse = { addresses: 0, storedBytes: 0, connections: 0, credentials: 0 };
        for (const demand of sequence) if (!refusalOfDemand(quota, use, demand)) use = useAfter(use, demand);
        for (const meter of metersOf(quota, use)) expect(meter.used).toBeLessThanOrEqual(meter.limit);
      }),
    );
  });

  it("grants a demand of nothing even in a space that is over its quota", () => {
    fc.assert(
      fc.property(quotas, uses, (quota, use) => {
        expect(refusalOfDemand(quota, use, {})).toBeUndefined();
      }),
    );
  });

  it("counts one address and what its plan reserves", () => {
    expect(demandOf({ storedBytes: 10 })).toEqual({ addresses: 1, storedBytes: 10 });
    expect(demandOf({ storedBytes: null })).toEqual({ addresses: 1, storedBytes: 0 });
  });
});

describe("the sentence of a refusal", () => {
  it("names limit, value, use, what was asked, and the nearest way out", () => {
    const refusal = { name: "addresses", value: 10, used: 10, asked: 1 } as const;
    expect(refusalSentence(refusal, "Starter")).toBe(
      "This space may have 10 addresses (space plan Starter); 10 are used, and this asks for 1 more. Delete an address that is no longer needed, or ask your platform administrator for a larger space plan.",
    );
    expect(refusalSentence({ ...refusal, name: "storedBytes", value: 1024, used: 512, asked: 1024 }, "Starter", ["Small", "Tiny"])).toBe(
      "This space may have 1 KiB stored in all (space plan Starter); 512 B are reserved, and this asks for 1 KiB more. The plan Small would fit.",
    );
  });

  it("writes bytes in the unit that reads best", () => {
    expect([0, 1023, 1024, 1536, 10 * 1024 ** 2, 1.5 * 1024 ** 3, 2 * 1024 ** 5, 5000 * 1024 ** 5].map(formatBytes)).toEqual([
      "0 B", "1023 B", "1 KiB", "1.5 KiB", "10 MiB", "1.5 GiB", "2 PiB", "5000 PiB",
    ]);
  });
});
