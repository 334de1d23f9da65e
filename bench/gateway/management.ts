import { type Bed, median, space } from "./bed.ts";
import { gatewayEntityTypes } from "#contracts/gateway-management.ts";
import type { Measurement } from "../report.ts";
import type { Rounds } from "./rounds.ts";

const addresses = 10_000;
const createdAtOnce = 200;

/** QUERY of 10,000 addresses again and again beside one request at a time over anycast; in ms, decoding by rhea included. */
export async function managementQuery(bed: Bed, rounds: Rounds): Promise<Measurement[]> {
  for (let start = 0; start < addresses; start += createdAtOnce) {
    await Promise.all(Array.from({ length: createdAtOnce }, (_, index) => bed.gateway.createAddress(space, `queried${start + index}`, "anycast")));
  }
  const times: number[] = [];
  const quiet: number[] = [];
  const during: number[] = [];
  for (let round = 0; round <= rounds.count; round++) {
    const before = await roundTripP99(bed, rounds.seconds, undefined);
    const meanwhile = await roundTripP99(bed, rounds.seconds, async () => {
      const began = performance.now();
      await bed.gateway.query(gatewayEntityTypes.address);
      if (round > 0) times.push(performance.now() - began);
    });
    if (round === 0) continue;
    quiet.push(before);
    during.push(meanwhile);
  }
  return [
    { case: `QUERY of ${addresses} addresses while traffic flows, median`, value: median(times), unit: "ms", budget: 1000, better: "lower" },
    { case: `QUERY of ${addresses} addresses while traffic flows, slowest`, value: Math.max(...times), unit: "ms", budget: 1000, better: "lower" },
    { case: "request/reply on anycast while QUERY follows QUERY, p99", value: median(during), unit: "ms", peer: median(quiet) },
  ];
}

/** @param work done again and again for as long as the round trips go on */
async function roundTripP99(bed: Bed, seconds: number, work: (() => Promise<void>) | undefined): Promise<number> {
  await using clients = new AsyncDisposableStack();
  const replying = clients.use(bed.client("reply", bed.throughGateway, { address: "anycast" }));
  await replying.ready();
  const requesting = clients.use(bed.client("request", bed.throughGateway, { address: "anycast", seconds }));
  const state = { isOver: false };
  const ended = requesting.figures().finally(() => void (state.isOver = true));
  if (work !== undefined) while (!state.isOver) await work();
  const figures = await ended;
  await replying.stop();
  return figures.p99Microseconds! / 1000;
}
