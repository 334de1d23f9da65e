import { expect, it } from "vitest";
import { fuzzSockets } from "./fuzz-sockets.ts";

/** Over real sockets; gateway/fuzz.spec.ts feeds 100,000 inputs to the same code within one process. */
const inputs = 10_000;
// The heap still warms up in a run this short (57 to 61 MB seen); over 40,000 inputs the second half grew by 2 MB.
const maxGrowthBytes = 128 * 1024 * 1024;
/** Against hanging only; how long a login takes is for `npm run bench -- gateway --only noisy`. */
const maxProbeMilliseconds = 20_000;

it(`${inputs} mutated inputs over sockets neither end, hang nor swell the gateway`, { timeout: 180_000 }, async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const { grownBytes, slowestProbeMilliseconds } = await fuzzSockets(inputs, seed);
  expect(grownBytes, `seed ${seed}`).toBeLessThan(maxGrowthBytes);
  expect(slowestProbeMilliseconds, `seed ${seed}`).toBeLessThan(maxProbeMilliseconds);
});
