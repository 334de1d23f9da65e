import { setTimeout as delay } from "node:timers/promises";
import type { Receiver, Sender } from "rhea";
import { gatewayEntityTypes } from "#contracts/gateway-management.ts";
import { TestClient } from "../../test-support/client.ts";
import { ProofBed } from "./proof-bed.ts";
import { seededRandom, shuffled } from "./random.ts";

const producers = 2;
const consumers = 2;
const inFlight = 300;
const consumerCredit = 200;
/** How long nothing may move, in ms, before the proof is given up. */
const patienceMs = 60_000;
const reconnectMs = 100;

export interface KillsResult {
  readonly accepted: number;
  readonly sent: number;
  /** Accepted and never delivered: has to be 0. */
  readonly lost: number;
  /** Delivered again because the consumer's outcome was lost with its link; as AMQP has it. */
  readonly redelivered: number;
  /** Most that the kills can have caused to be delivered again: what consumers had not settled then. */
  readonly redeliverable: number;
  readonly kills: Readonly<Record<Kill, number>>;
  readonly leftOnBroker: number;
}

const kinds = ["gateway", "broker", "link"] as const;
type Kill = (typeof kinds)[number];

/** What producers and consumers have seen; each message is sent once and has a number of its own. */
class Ledger {
  readonly target: number;
  sent = 0;
  readonly accepted = new Set<number>();
  readonly delivered = new Set<number>();
  redelivered = 0;
  isOver = false;
  lastMoveMs = Date.now();

  constructor(target: number) {
    this.target = target;
  }

  get isFull(): boolean {
    return this.accepted.size >= this.target;
  }

  accept(number: number): void {
    this.accepted.add(number);
    this.lastMoveMs = Date.now();
  }

  deliver(number: number): void {
    if (this.delivered.has(number)) this.redelivered++;
    this.delivered.add(number);
    this.lastMoveMs = Date.now();
  }

  missing(): number[] {
    return [...this.accepted].filter((number) => !this.delivered.has(number));
  }
}

/** Resolves when the link or its connection is over, for whatever reason. */
function ended(client: TestClient, link: Sender | Receiver): Promise<void> {
  return new Promise((resolve) => {
    for (const event of ["sender_error", "sender_close", "receiver_error", "receiver_close"]) link.once(event as never, (() => resolve()) as never);
    for (const event of ["disconnected", "connection_close", "session_close"]) client.connection.once(event as never, (() => resolve()) as never);
  });
}

async function produce(bed: ProofBed, ledger: Ledger): Promise<void> {
  while (!ledger.isFull) {
    const client = await connected(bed);
    if (client === null) continue;
    await using _ = client;
    const sender = await client.sender("queue").catch(() => null);
    if (sender === null) {
      await delay(reconnectMs);
      continue;
    }
    const numbers = new Map<number, number>();
    const over = ended(client, sender);
    const full = Promise.withResolvers<void>();
    const pump = (): void => {
      if (ledger.isFull) return full.resolve();
      while (numbers.size < inFlight && sender.sendable()) {
        const number = ledger.sent++;
        numbers.set(sender.send({ body: number, durable: true }).id, number);
      }
    };
    sender.on("accepted", ({ delivery }) => {
      ledger.accept(numbers.get(delivery!.id)!);
      numbers.delete(delivery!.id);
      pump();
    });
    for (const outcome of ["released", "rejected", "modified"] as const) {
      sender.on(outcome, ({ delivery }) => {
        numbers.delete(delivery!.id);
        pump();
      });
    }
    sender.on("sendable", pump);
    pump();
    await Promise.race([over, full.promise]);
  }
}

async function consume(bed: ProofBed, ledger: Ledger): Promise<void> {
  while (!ledger.isOver) {
    const client = await connected(bed);
    if (client === null) continue;
    await using _ = client;
    const receiver = await client.receiver({ source: { address: "queue" }, credit_window: 0 }).catch(() => null);
    if (receiver === null) {
      await delay(reconnectMs);
      continue;
    }
    const over = ended(client, receiver);
    let open = consumerCredit;
    receiver.on("message", ({ message }) => {
      ledger.deliver(message!.body as number);
      if (--open <= consumerCredit / 2) {
        receiver.add_credit(consumerCredit - open);
        open = consumerCredit;
      }
    });
    receiver.add_credit(consumerCredit);
    while (!ledger.isOver && (await Promise.race([over.then(() => true), delay(200, false)])) === false);
  }
}

async function connected(bed: ProofBed): Promise<TestClient | null> {
  const { user: username, password, port } = bed.peer();
  const client = await TestClient.connect({ port, username, password }).catch(() => null);
  if (client === null) await delay(reconnectMs);
  return client;
}

async function strike(bed: ProofBed, kind: Kill, random: () => number): Promise<void> {
  if (kind === "gateway") {
    await bed.killGateway();
    await bed.startGateway();
  } else if (kind === "broker") {
    await bed.broker.killAndRestart();
  } else {
    const { body } = await bed.gateway.query(gatewayEntityTypes.link);
    const { attributeNames, results } = body as { attributeNames: string[]; results: unknown[][] };
    if (results.length === 0) return;
    const name = String(results[Math.floor(random() * results.length)]![attributeNames.indexOf("name")]);
    // The link may have gone by itself since.
    await bed.gateway.request("DELETE", gatewayEntityTypes.link, name, { reason: "A proof ends it." }).catch(() => undefined);
  }
}

/**
 * Sends durable messages through a gateway to a broker while gateway, broker and single links are killed at random points, and
 * compares what was accepted with what was delivered.
 *
 * @param messages to be accepted in all; @param kills in all, the kinds in equal parts; @param report told of each kill
 * @throws Error when nothing moves for a minute
 */
export async function proveKills(messages: number, kills: number, seed: number, report: (line: string) => void = () => {}): Promise<KillsResult> {
  const random = seededRandom(seed);
  await using bed = await ProofBed.make("kills");
  const ledger = new Ledger(messages);
  const order = shuffled(Array.from({ length: kills }, (_, index) => kinds[index % kinds.length]!), random);
  const points = order.map((_, index) => Math.floor((messages * (index + random())) / kills));
  const work = [...Array.from({ length: producers }, () => produce(bed, ledger)), ...Array.from({ length: consumers }, () => consume(bed, ledger))];
  const failed = Promise.race(work.map((one) => one.then(() => new Promise<never>(() => {})))).catch((error: Error) => Promise.reject(error));
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) {
      if (Date.now() - ledger.lastMoveMs > patienceMs) throw new Error(`Nothing moves: ${ledger.accepted.size} accepted, ${ledger.delivered.size} delivered.`);
      await Promise.race([delay(10), failed]);
    }
  };
  const count = { gateway: 0, broker: 0, link: 0 };
  for (const [index, kind] of order.entries()) {
    await until(() => ledger.accepted.size >= points[index]!);
    await strike(bed, kind, random);
    count[kind]++;
    ledger.lastMoveMs = Date.now();
    report(`${kind} killed at ${ledger.accepted.size} accepted, ${ledger.delivered.size} delivered`);
  }
  await until(() => ledger.isFull);
  // Accepted and not delivered by now: on its way, or lost.
  let left = Number.NaN;
  await until(() => ledger.missing().length === 0).catch(() => undefined);
  left = await bed.messagesLeft();
  ledger.isOver = true;
  await Promise.all(work);
  return {
    accepted: ledger.accepted.size,
    sent: ledger.sent,
    lost: ledger.missing().length,
    redelivered: ledger.redelivered,
    redeliverable: kills * consumers * consumerCredit,
    kills: count,
    leftOnBroker: left,
  };
}
