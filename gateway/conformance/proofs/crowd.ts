import { setTimeout as delay } from "node:timers/promises";
import { connect, type Socket } from "node:net";
import { RawClient, type RawPeer, saslHeader } from "../support/raw-client.ts";
import { message, receiverAt, senderTo } from "../differential/exchange.ts";
import { ProofBed } from "./proof-bed.ts";

const retryMs = 250;
const loginsPerCrowd = 50;
const churnLogins = 20;
const churnAtOnce = 16;
const churnEndMs = 20_000;

/** A client with a session and a receiver at the queue. */
async function attached(peer: RawPeer): Promise<RawClient> {
  const client = await RawClient.session(peer);
  try {
    await client.attach("in", { handle: 0, ...receiverAt("queue") });
    return client;
  } catch (error) {
    await client[Symbol.asyncDispose]();
    throw error;
  }
}

export interface ReconnectResult {
  readonly clients: number;
  /** From the gateway's readiness until the last client was attached again, in ms. */
  readonly milliseconds: number;
  readonly attempts: number;
  readonly residentBytes: number;
}

/** Lets a crowd of clients (some tens of logins) attach to a queue, kills the gateway, and lets all of them come back at once. */
export async function proveReconnect(clients: number): Promise<ReconnectResult> {
  await using bed = await ProofBed.make("reconnect", Math.min(clients, loginsPerCrowd));
  const crowd: RawClient[] = [];
  for (let from = 0; from < clients; from += loginsPerCrowd) {
    crowd.push(...(await Promise.all(Array.from({ length: Math.min(loginsPerCrowd, clients - from) }, (_, index) => attached(bed.peer(from + index))))));
  }
  await bed.killGateway();
  let attempts = 0;
  let isListening = false;
  let readyAt = 0;
  const back = crowd.map(async (client, index) => {
    await client.closed(30_000);
    for (;;) {
      if (isListening) attempts++;
      try {
        return await attached(bed.peer(index));
      } catch {
        await delay(retryMs);
      }
    }
  });
  await bed.startGateway();
  isListening = true;
  readyAt = performance.now();
  const returned = await Promise.all(back);
  const milliseconds = performance.now() - readyAt;
  const residentBytes = await bed.gateway.residentBytes();
  await Promise.all(returned.map((client) => client[Symbol.asyncDispose]()));
  return { clients, milliseconds, attempts, residentBytes };
}

export interface ChurnResult {
  readonly connections: number;
  /** Files and sockets that are open after it and were not before. */
  readonly leftOpen: number;
  /** Memory after it, as a multiple of what the first tenth had left. */
  readonly residentRatio: number;
}

/** Clients that come, attach and go, every third without a word, so many in all and a tenth more to warm up. */
export async function proveChurn(connections: number): Promise<ChurnResult> {
  await using bed = await ProofBed.make("churn", churnLogins);
  const churn = async (count: number): Promise<void> => {
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let index = next++; index < count; index = next++) {
        await using client = await attached(bed.peer(index));
        if (index % 3 === 0) continue;
        client.send("close");
        await client.closed();
      }
    };
    await Promise.all(Array.from({ length: churnAtOnce }, worker));
  };
  const filesAtRest = await bed.gateway.openFiles();
  const goneWithin = async (): Promise<number> => {
    const deadline = Date.now() + churnEndMs;
    while (Date.now() < deadline && (await bed.gateway.openFiles()) > filesAtRest) await delay(100);
    return (await bed.gateway.openFiles()) - filesAtRest;
  };
  await churn(connections / 10);
  await goneWithin();
  const before = await bed.gateway.residentBytes();
  await churn(connections);
  const leftOpen = await goneWithin();
  return { connections, leftOpen, residentRatio: (await bed.gateway.residentBytes()) / before };
}

export interface SlowHandshakesResult {
  readonly strangers: number;
  readonly logins: number;
  readonly medianMilliseconds: number;
  readonly slowestMilliseconds: number;
  readonly residentBytes: number;
}

/**
 * Keeps so many connections in the middle of their handshake, each sending a byte now and then and coming back when it is
 * thrown out, and lets clients that behave log in meanwhile, each with a login that was not used before.
 */
export async function proveSlowHandshakes(strangers: number, logins: number): Promise<SlowHandshakesResult> {
  await using bed = await ProofBed.make("slow", logins);
  const { port } = bed.peer();
  const sockets = new Set<Socket>();
  const enough = strangers * 0.98;
  const state = { isOver: false, waiting: 0 };
  const dribble = (): void => {
    const socket = connect({ port, host: "127.0.0.1" }, () => {
      state.waiting++;
      socket.write(saslHeader);
    });
    sockets.add(socket);
    socket.on("error", () => undefined).on("data", () => undefined).once("close", () => {
      sockets.delete(socket);
      state.waiting--;
      if (!state.isOver) dribble();
    });
  };
  const trickle = setInterval(() => {
    for (const socket of sockets) if (socket.readyState === "open") socket.write(Buffer.from([0]));
  }, 5000);
  try {
    for (let made = 0; made < strangers; made += 100) {
      for (let index = 0; index < Math.min(100, strangers - made); index++) dribble();
      await delay(20);
    }
    while (state.waiting < enough) await delay(20);
    const times: number[] = [];
    for (let index = 0; index < logins; index++) {
      const started = performance.now();
      const client = await RawClient.session(bed.peer(index));
      times.push(performance.now() - started);
      await client[Symbol.asyncDispose]();
    }
    times.sort((a, b) => a - b);
    return { strangers: state.waiting, logins, medianMilliseconds: times[Math.floor(times.length / 2)]!, slowestMilliseconds: times.at(-1)!, residentBytes: await bed.gateway.residentBytes() };
  } finally {
    state.isOver = true;
    clearInterval(trickle);
    for (const socket of sockets) socket.destroy();
  }
}

export interface StalledResult {
  readonly consumers: number;
  readonly offeredBytes: number;
  readonly peakResidentBytes: number;
}

/** Consumers that give all credit and read nothing, one half at a queue and one at a multicast address, while producers send. */
export async function proveStalledConsumers(consumers: number, messagesEach: number): Promise<StalledResult> {
  await using bed = await ProofBed.make("stalled");
  const bytes = 30_000;
  const stalled: RawClient[] = [];
  for (let index = 0; index < consumers; index++) {
    const client = await RawClient.session(bed.peer());
    await client.attach(`in-${index}`, { handle: 0, ...receiverAt(index % 2 === 0 ? "queue" : "multicast") });
    client.flow({ handle: 0, deliveryCount: 0, linkCredit: 2 ** 31 - 1, incomingWindow: 2 ** 31 - 1 });
    await client.settle();
    client.socket.pause();
    stalled.push(client);
  }
  let peakResidentBytes = await bed.gateway.residentBytes();
  const payload = message(Buffer.alloc(bytes));
  const count = messagesEach * (consumers / 2);
  try {
    // The queue's share goes to one consumer each; every multicast message goes to all of them.
    await Promise.all([send(bed.peer(), "queue", payload, count), send(bed.peer(), "multicast", payload, messagesEach)].map(async (sending) => {
      const over = sending.then(() => true);
      do peakResidentBytes = Math.max(peakResidentBytes, await bed.gateway.residentBytes());
      while (!(await Promise.race([delay(100, false), over])));
    }));
  } finally {
    for (const client of stalled) await client[Symbol.asyncDispose]();
  }
  return { consumers, offeredBytes: (count + messagesEach * (consumers / 2)) * bytes, peakResidentBytes };
}

const sendMs = 60_000;

/** Sends pre-settled messages as credit allows, and gives up quietly when there is none for long: the broker or gateway then holds back. */
async function send(peer: RawPeer, address: string, payload: Buffer, count: number): Promise<void> {
  await using client = await RawClient.session(peer);
  await client.attach("out", { handle: 0, ...senderTo(address), sndSettleMode: 1 });
  const deadlineMs = Date.now() + sendMs;
  let limit = 0;
  for (let id = 0; id < count && Date.now() < deadlineMs; ) {
    if (id >= limit) {
      const flow = await client.expect("flow", ({ fields }) => fields.handle !== undefined).catch(() => undefined);
      if (flow === undefined) return;
      limit = Number(flow.fields.deliveryCount ?? 0) + Number(flow.fields.linkCredit ?? 0);
      continue;
    }
    client.send("transfer", { handle: 0, deliveryId: id, deliveryTag: Buffer.from(String(id)), messageFormat: 0, settled: true }, { payload });
    id++;
    if (client.socket.writableLength > 1024 * 1024) await Promise.race([new Promise((resolve) => client.socket.once("drain", resolve)), client.closed(10_000)]);
  }
}
