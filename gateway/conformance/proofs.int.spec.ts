import { expect, it } from "vitest";
import { proveChurn, proveReconnect, proveSlowHandshakes, proveStalledConsumers } from "./proofs/crowd.ts";
import { proveKills } from "./proofs/kills.ts";

/** Small samples; `node gateway/conformance/proof.ts` runs each in full and compares its figures with the goals. */

it("what was accepted is delivered, though gateway, broker and a link are killed meanwhile", { timeout: 300_000 }, async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const { accepted, lost, redelivered, redeliverable, kills } = await proveKills(2000, 3, seed);
  expect(kills, `seed ${seed}`).toEqual({ gateway: 1, broker: 1, link: 1 });
  expect(accepted, `seed ${seed}`).toBeGreaterThanOrEqual(2000);
  expect(lost, `seed ${seed}`).toBe(0);
  expect(redelivered, `seed ${seed}`).toBeLessThanOrEqual(redeliverable);
});

it("a crowd comes back by itself when the gateway does", { timeout: 180_000 }, async () => {
  expect((await proveReconnect(100)).clients).toBe(100);
});

it("clients that come and go, every third without a word, leave nothing open", { timeout: 180_000 }, async () => {
  const { leftOpen, residentRatio } = await proveChurn(600);
  expect(leftOpen).toBeLessThanOrEqual(0);
  expect(residentRatio).toBeLessThan(1.5);
});

it("clients log in while a crowd is stuck in its handshake", { timeout: 180_000 }, async () => {
  const { logins, strangers } = await proveSlowHandshakes(300, 5);
  expect(strangers).toBeGreaterThan(250);
  expect(logins).toBe(5);
});

it("consumers that read nothing cost a bounded part of what is sent to them", { timeout: 180_000 }, async () => {
  const { offeredBytes, peakResidentBytes } = await proveStalledConsumers(20, 400);
  expect(offeredBytes).toBeGreaterThan(200_000_000);
  expect(peakResidentBytes).toBeLessThan(400 * 1024 * 1024);
});
