import { expect, it } from "vitest";
import { fuzzSockets } from "./fuzz-sockets.ts";

/** Over real sockets; gateway/fuzz.spec.ts feeds 100,000 inputs to the same code within one process. */
const inputs = 10_000;
// Refused logins are counted by source, 5,000 of them here; the code still warms up in a run this short.
const maxGrowthBytes = 8 * 1024 * 1024;
/** Against hanging only; how long a login takes is for `npm run bench -- gateway --only noisy`. */
const maxProbeMilliseconds = 20_000;

it(`${inputs} mutated inputs over sockets neither end, hang nor swell the gateway`, { timeout: 180_000 }, async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const { grownBytes, leftOpen, leftListed, slowestProbeMilliseconds } = await fuzzSockets(inputs, seed);
  expect(grownBytes, `seed ${seed}`).toBeLessThan(maxGrowthBytes);
  expect(leftOpen, `seed ${seed}`).toBeLessThanOrEqual(0);
  expect(leftListed, `seed ${seed}`).toBe(0);
  expect(slowestProbeMilliseconds, `seed ${seed}`).toBeLessThan(maxProbeMilliseconds);
});
