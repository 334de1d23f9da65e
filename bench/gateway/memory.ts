import { setTimeout as delay } from "node:timers/promises";
import { type Bed, crowdAddresses } from "./bed.ts";
import type { Measurement } from "../report.ts";

const connections = 1000;
const links = 5000;
const settleMilliseconds = 3000;

/** Memory with connections that only exist; run on a gateway that has done little before. */
export async function idleMemory(bed: Bed): Promise<Measurement[]> {
  const before = await bed.gateway.residentBytes();
  const bare = await withCrowd(bed, 0);
  const linked = await withCrowd(bed, links);
  return [
    { case: `memory of one of ${connections} idle connections`, value: (bare - before) / connections / 1000, unit: "kB", budget: 20, better: "lower" },
    { case: `memory with ${connections} connections and ${links} links (half anycast, half queue)`, value: linked / 1e6, unit: "MB", budget: 150, better: "lower" },
    { case: "memory of a gateway at rest", value: before / 1e6, unit: "MB" },
  ];
}

async function withCrowd(bed: Bed, linkCount: number): Promise<number> {
  await using clients = new AsyncDisposableStack();
  const crowd = clients.use(bed.client("crowd", bed.throughGateway, { address: "crowd", addresses: crowdAddresses, connections, links: linkCount, window: 10 }));
  await crowd.ready();
  await delay(settleMilliseconds);
  return await bed.gateway.residentBytes();
}
