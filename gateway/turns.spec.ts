import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { amqpHeader, code, saslHeader } from "./amqp/codes.ts";
import { encodeSaslInit } from "./amqp/sasl-frames.ts";
import { DescribedList, encode, Unsigned, type Writable } from "./amqp/value-writer.ts";
import { ClientConnection } from "./entrance/client-connection.ts";
import type { Entrance } from "./entrance/entrance.ts";
import { localEntrance } from "./test-support/local-entrance.ts";
import { MemoryStream } from "./test-support/memory-stream.ts";

const flood = 20_000;
let entrance: Entrance;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  entrance = localEntrance((fault) => {
    throw new Error(String(fault));
  });
});
afterEach(() => void vi.useRealTimers());

function frame(body: Buffer, type = 0): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 2, type, 0, 0]);
  header.writeUInt32BE(8 + body.length);
  return Buffer.concat([header, body]);
}

const uint = (value: number): Unsigned => new Unsigned(value);
const performative = (descriptor: number, fields: Writable[]): Buffer => frame(encode(new DescribedList(descriptor, fields)));
/** A flow of the session's, which is answered with one. */
const echo = performative(code.flow, [uint(0), uint(2048), uint(0), uint(2048), null, null, null, null, null, true]);
const echoes = Buffer.concat(Array.from({ length: flood }, () => echo));

async function client(space: string): Promise<MemoryStream> {
  const stream = new MemoryStream(false);
  void new ClientConnection(stream, entrance);
  stream.feed(Buffer.concat([saslHeader, frame(encodeSaslInit("PLAIN", Buffer.from(`\0${space}.app\0secret`), "host"), 1)]));
  await nextTurn();
  stream.feed(Buffer.concat([amqpHeader, performative(code.open, ["client"]), performative(code.begin, [null, uint(0), uint(2048), uint(2048)])]));
  await turns(6);
  return stream;
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await nextTurn();
}

/** Bytes that a stream is written while `work` is done. */
async function written(stream: MemoryStream, work: () => Promise<unknown>): Promise<number> {
  const before = stream.writtenBytes;
  await work();
  return stream.writtenBytes - before;
}

async function answered(stream: MemoryStream): Promise<void> {
  while (stream.isPaused) await nextTurn();
  await turns(6);
}

test("a space that pours out frames, over however many connections, is read a share at a time while another space is there", async () => {
  const neighbour = await client("globex.main");
  const attackers = await Promise.all(Array.from({ length: 5 }, () => client("acme.main")));
  const one = await written(attackers[0]!, async () => {
    attackers[0]!.feed(echo);
    await answered(attackers[0]!);
  });
  const before = attackers.map(({ writtenBytes }) => writtenBytes);
  for (const attacker of attackers) attacker.feed(echoes);
  expect(attackers.every(({ isPaused }) => isPaused)).toBe(true);
  const reply = await written(neighbour, async () => {
    neighbour.feed(echo);
    await turns(3);
  });
  expect(reply).toBe(one);
  expect(attackers.every(({ isPaused }) => isPaused)).toBe(true);
  await Promise.all(attackers.map(answered));
  expect(attackers.map(({ writtenBytes }, index) => writtenBytes - before[index]!)).toEqual(attackers.map(() => flood * one));
});

test("what has gathered for a client goes out in parts while another space is there, and whole when there is none", async () => {
  const stream = await client("acme.main");
  vi.setSystemTime(Date.now() + 2000);
  stream.feed(echoes);
  await turns(1);
  expect(stream.largestWrite).toBeGreaterThan(500_000);
  await client("globex.main");
  stream.largestWrite = 0;
  const { amqp } = [...entrance.connections][0]!;
  const before = stream.writtenBytes;
  amqp.output.hold();
  stream.feed(echoes);
  await answered(stream);
  expect(stream.writtenBytes).toBe(before);
  amqp.output.release();
  while (amqp.output.waitingBytes > 0) await nextTurn();
  expect(stream.writtenBytes - before).toBeGreaterThan(500_000);
  expect(stream.largestWrite).toBeLessThanOrEqual(65_536);
});

test("a space that is alone is read on", async () => {
  const stream = await client("acme.main");
  vi.setSystemTime(Date.now() + 2000);
  stream.feed(echoes);
  expect(stream.isPaused).toBe(false);
});

test("who logs in is company for as long as a login goes on", async () => {
  const stream = await client("acme.main");
  vi.setSystemTime(Date.now() + 2000);
  const stranger = new MemoryStream(false);
  void new ClientConnection(stranger, entrance);
  stranger.feed(saslHeader);
  stream.feed(echoes);
  expect(stream.isPaused).toBe(true);
  await answered(stream);
  vi.setSystemTime(Date.now() + 100);
  stream.feed(echoes);
  expect(stream.isPaused).toBe(false);
});

test("what waits for its turn is read before the end of its connection", async () => {
  await client("globex.main");
  const stream = await client("acme.main");
  stream.feed(Buffer.concat([echoes, performative(code.close, [])]));
  expect(stream.isPaused).toBe(true);
  expect(entrance.connections.size).toBe(2);
  stream.drop();
  expect(entrance.connections.size).toBe(1);
});

test("an error in what waited for its turn ends the connection once, and holds up nobody", async () => {
  const neighbour = await client("globex.main");
  const stream = await client("acme.main");
  stream.feed(Buffer.concat([echoes, performative(0x1a, []), echoes]));
  expect(stream.isPaused).toBe(true);
  await answered(stream);
  const before = neighbour.writtenBytes;
  neighbour.feed(echo);
  await answered(neighbour);
  expect(neighbour.writtenBytes).toBeGreaterThan(before);
  expect([...entrance.connections].map(({ amqp }) => amqp.state)).toEqual(["open"]);
});
