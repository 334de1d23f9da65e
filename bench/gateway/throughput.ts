import { setTimeout as delay } from "node:timers/promises";
import { type Bed, median } from "./bed.ts";
import type { Measurement } from "../report.ts";
import type { Rounds } from "./rounds.ts";
import type { LoadClient, LoadPeer } from "./load-client.ts";

interface Flow {
  /** Messages a second: in for several receivers, through for one. */
  readonly perSecond: number;
  /** Processor time of the gateway for each message in, in µs; NaN where it had no part. */
  readonly cpuMicroseconds: number;
  /** Of the messages in, on an average of the receivers; multicast drops what a receiver has no credit for. */
  readonly lostPercent: number;
}

const lastMessageMilliseconds = 1000;

/** The receiver's figures; where the last message may have been dropped, it is not waited for long. */
async function endOf(receiver: LoadClient, mayLoseTheLast: boolean): Promise<Readonly<Record<string, number>>> {
  if (!mayLoseTheLast) return receiver.figures();
  const ended = receiver.figures();
  const isLate = await Promise.race([ended.then(() => false), delay(lastMessageMilliseconds, true)]);
  return isLate ? receiver.stop() : ended;
}

/** Sender and receivers on one address of a peer. */
async function flowThrough(bed: Bed, peer: LoadPeer, address: string, size: number, seconds: number, options: { receivers?: number; raw?: boolean } = {}): Promise<Flow> {
  await using clients = new AsyncDisposableStack();
  const { receivers = 1, raw } = options;
  const receiving = Array.from({ length: receivers }, () => clients.use(bed.client("receive", peer, { address, raw })));
  await Promise.all(receiving.map((client) => client.ready()));
  const cpuBefore = await bed.gateway.cpuSeconds();
  const sending = clients.use(bed.client("send", peer, { address, size, seconds, raw }));
  const sent = await sending.figures();
  if (sent.other! > 0) throw new Error(`${sent.other} of ${sent.sent} messages were not accepted.`);
  const received = await Promise.all(receiving.map((client) => endOf(client, receivers > 1)));
  const cpu = (await bed.gateway.cpuSeconds()) - cpuBefore;
  const arrived = received.reduce((sum, { received: count }) => sum + count!, 0) / receivers;
  if (receivers === 1 && arrived !== sent.sent) throw new Error(`${sent.sent} messages were accepted and ${arrived} arrived.`);
  return {
    lostPercent: (1 - arrived / sent.sent!) * 100,
    perSecond: receivers === 1 ? received[0]!.perSecond! : sent.perSecond!,
    cpuMicroseconds: (cpu / sent.sent!) * 1e6,
  };
}

/** Two clients with nothing between them. */
async function flowDirect(bed: Bed, size: number, seconds: number, raw?: boolean): Promise<Flow> {
  await using clients = new AsyncDisposableStack();
  const host = await bed.directHost();
  const receiving = clients.use(bed.client("receive", undefined, { listen: host, raw }));
  await receiving.ready();
  const sending = clients.use(bed.client("send", { host }, { address: "direct", size, seconds, raw }));
  await sending.figures();
  return { perSecond: (await receiving.figures()).perSecond!, cpuMicroseconds: Number.NaN, lostPercent: 0 };
}

/** Runs peer and product in turn after one round that does not count, which warms up both. */
async function interleaved(rounds: Rounds, peer: (() => Promise<Flow>) | undefined, product: () => Promise<Flow>): Promise<{ peer: number; product: number; ratio: number; cpuMicroseconds: number; lostPercent: number }> {
  const flows: { peer: number; product: Flow }[] = [];
  for (let round = 0; round <= rounds.count; round++) {
    const flow = { peer: peer ? (await peer()).perSecond : Number.NaN, product: await product() };
    if (round > 0) flows.push(flow);
  }
  return {
    peer: median(flows.map((flow) => flow.peer)),
    product: median(flows.map((flow) => flow.product.perSecond)),
    ratio: median(flows.map((flow) => flow.product.perSecond / flow.peer)),
    cpuMicroseconds: median(flows.map((flow) => flow.product.cpuMicroseconds)),
    lostPercent: median(flows.map((flow) => flow.product.lostPercent)),
  };
}

const sizes = [
  { size: 100, label: "100 B", perSecond: 200_000 },
  { size: 1024, label: "1 KiB", perSecond: 120_000 },
] as const;

/** Queue through the gateway against the same clients straight at Artemis. */
export async function queueThroughput(bed: Bed, rounds: Rounds): Promise<Measurement[]> {
  const rows: Measurement[] = [];
  for (const { size, label } of sizes) {
    const result = await interleaved(
      rounds,
      () => flowThrough(bed, bed.straight, bed.queue, size, rounds.seconds),
      () => flowThrough(bed, bed.throughGateway, "queue", size, rounds.seconds),
    );
    rows.push(
      { case: `queue ${label}, against straight at Artemis`, value: result.product, unit: "messages/s", peer: result.peer, ratio: result.ratio, budget: 0.8, judged: "ratio", better: "higher" },
      { case: `queue ${label}, gateway's processor time`, value: result.cpuMicroseconds, unit: "µs/message" },
    );
  }
  return rows;
}

/** Anycast through the gateway against the same clients connected to each other. */
export async function anycastThroughput(bed: Bed, rounds: Rounds): Promise<Measurement[]> {
  const rows: Measurement[] = [];
  for (const { size, label, perSecond } of sizes) {
    const result = await interleaved(
      rounds,
      () => flowDirect(bed, size, rounds.seconds),
      () => flowThrough(bed, bed.throughGateway, "anycast", size, rounds.seconds),
    );
    rows.push(
      { case: `anycast ${label}, against nothing between`, value: result.product, unit: "messages/s", peer: result.peer, ratio: result.ratio, budget: 0.4, judged: "ratio", better: "higher" },
      { case: `anycast ${label}`, value: result.product, unit: "messages/s", budget: perSecond, better: "higher" },
      { case: `anycast ${label}, gateway's processor time`, value: result.cpuMicroseconds, unit: "µs/message" },
    );
  }
  return rows;
}

/** The same with clients that neither encode nor decode: the hardest comparison, without a budget. */
export async function rawThroughput(bed: Bed, rounds: Rounds): Promise<Measurement[]> {
  const rows: Measurement[] = [];
  for (const { size, label } of sizes) {
    const result = await interleaved(
      rounds,
      () => flowDirect(bed, size, rounds.seconds, true),
      () => flowThrough(bed, bed.throughGateway, "anycast", size, rounds.seconds, { raw: true }),
    );
    rows.push(
      { case: `anycast ${label}, clients that repeat the same bytes`, value: result.product, unit: "messages/s", peer: result.peer, ratio: result.ratio },
      { case: `anycast ${label}, same clients, gateway's processor time`, value: result.cpuMicroseconds, unit: "µs/message" },
    );
  }
  return rows;
}

export async function multicastThroughput(bed: Bed, rounds: Rounds): Promise<Measurement[]> {
  const result = await interleaved(rounds, undefined, () => flowThrough(bed, bed.throughGateway, "multicast", 100, rounds.seconds, { receivers: 3 }));
  return [
    { case: "multicast to 3, 100 B, in", value: result.product, unit: "messages/s", budget: 100_000, better: "higher" },
    { case: "multicast to 3, 100 B, gateway's processor time", value: result.cpuMicroseconds, unit: "µs/message in" },
    { case: "multicast to 3, 100 B, dropped for want of a receiver's credit", value: result.lostPercent, unit: "%" },
  ];
}
