import { type Bed, median } from "./bed.ts";
import type { LoadPeer } from "./load-client.ts";
import type { Measurement } from "../report.ts";
import type { Rounds } from "./rounds.ts";

interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** One request at a time, answered to a dynamic reply address; in ms. */
async function requestReply(bed: Bed, peer: LoadPeer, address: string, seconds: number): Promise<Latency> {
  await using clients = new AsyncDisposableStack();
  const replying = clients.use(bed.client("reply", peer, { address }));
  await replying.ready();
  const requesting = clients.use(bed.client("request", peer, { address, seconds }));
  const figures = await requesting.figures();
  await replying.stop();
  return { p50: figures.p50Microseconds! / 1000, p99: figures.p99Microseconds! / 1000 };
}

export async function requestReplyLatency(bed: Bed, rounds: Rounds): Promise<Measurement[]> {
  const results: { straight: Latency; queue: Latency; anycast: Latency }[] = [];
  for (let round = 0; round <= rounds.count; round++) {
    const result = {
      straight: await requestReply(bed, bed.straight, bed.queue, rounds.seconds),
      queue: await requestReply(bed, bed.throughGateway, "queue", rounds.seconds),
      anycast: await requestReply(bed, bed.throughGateway, "anycast", rounds.seconds),
    };
    if (round > 0) results.push(result);
  }
  const added = (key: keyof Latency): number => median(results.map(({ queue, straight }) => queue[key] - straight[key]));
  const straight = (key: keyof Latency): number => median(results.map((result) => result.straight[key]));
  return [
    { case: "request/reply on a queue, added to Artemis' own, p50", value: added("p50"), unit: "ms", peer: straight("p50"), budget: 0.3, better: "lower" },
    { case: "request/reply on a queue, added to Artemis' own, p99", value: added("p99"), unit: "ms", peer: straight("p99"), budget: 2, better: "lower" },
    { case: "request/reply on anycast, p50", value: median(results.map(({ anycast }) => anycast.p50)), unit: "ms" },
    { case: "request/reply on anycast, p99", value: median(results.map(({ anycast }) => anycast.p99)), unit: "ms" },
  ];
}
