import { describe, expect, it } from "vitest";
import type { AddressPlan } from "#contracts/plans/plan.ts";
import { limitsOf, storyOf } from "./limit-words.ts";

const queue: AddressPlan = {
  id: "queue-small", type: "queue", name: "Small", description: "", order: 1,
  storedBytes: 64 * 1024 * 1024, maxMessageBytes: 1024 * 1024, defaultTimeToLiveMs: null, maxTimeToLiveMs: 7 * 86_400_000,
  maxDeliveryAttempts: 10, maxConsumers: 20, whenFull: "reject",
};
const anycast: AddressPlan = { ...queue, type: "anycast", storedBytes: null, maxTimeToLiveMs: null, maxDeliveryAttempts: null, whenFull: null };

describe("limits in words", () => {
  it("name every limit of a stored type in human units", () => {
    expect(limitsOf(queue).map(({ value }) => value)).toEqual([
      "up to 64 MiB", "up to 1 MiB", "up to 20", "7 days", "10 attempts", "new messages are refused",
    ]);
  });

  it("leave out what a direct type does not have", () => {
    expect(limitsOf(anycast).map(({ label }) => label)).toEqual(["One message", "Consumers"]);
    expect(storyOf(anycast).join(" ")).toContain("Nothing is stored");
  });
});
