import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { amqpHeader, code, saslHeader } from "./amqp/codes.ts";
import { FieldList } from "./amqp/field-list.ts";
import { FrameReader } from "./amqp/frame-reader.ts";
import { encodeSaslInit } from "./amqp/sasl-frames.ts";
import { AmqpSymbol, DescribedList, encode, Unsigned, type Writable } from "./amqp/value-writer.ts";
import { ClientConnection } from "./entrance/client-connection.ts";
import type { Entrance } from "./entrance/entrance.ts";
import { localEntrance } from "./test-support/local-entrance.ts";
import { MemoryStream } from "./test-support/memory-stream.ts";

let entrance: Entrance;
beforeEach(() => {
  entrance = localEntrance((fault) => {
    throw new Error(String(fault));
  });
});

function frame(body: Buffer, channel = 0, type = 0): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 2, type, channel >> 8, channel & 0xff]);
  header.writeUInt32BE(8 + body.length);
  return Buffer.concat([header, body]);
}

const performative = (descriptor: number, fields: Writable[]): Buffer => encode(new DescribedList(descriptor, fields));
const uint = (value: number): Unsigned => new Unsigned(value);
const login = frame(encodeSaslInit("PLAIN", Buffer.from("\0acme.main.app\0secret"), "host"), 0, 1);
const open = (maxFrameBytes = 65_536): Buffer => frame(performative(code.open, ["client", null, uint(maxFrameBytes), new Unsigned(255, "ushort")]));
const begin = (channel = 0): Buffer => frame(performative(code.begin, [null, uint(0), uint(2048), uint(2048)]), channel);
const source = new DescribedList(code.source, ["any"]);
const target = new DescribedList(code.target, ["any"]);
const attach = (handle: number, isReceiver: boolean, name = `link-${handle}-${isReceiver}`): Buffer =>
  frame(performative(code.attach, [name, uint(handle), isReceiver, null, null, source, target, null, null, isReceiver ? null : uint(0)]));
const credit = (handle: number, amount: number, incomingWindow = 2048): Buffer => frame(performative(code.flow, [uint(0), uint(incomingWindow), uint(0), uint(2048), uint(handle), uint(0), uint(amount)]));
const transfer = (handle: number, id: number, more = false, payload = 10): Buffer =>
  frame(Buffer.concat([performative(code.transfer, [uint(handle), uint(id), Buffer.from([id & 0xff]), uint(0), false, more]), Buffer.alloc(payload)]));

/** Waits until all that was fed has been read and answered. */
async function settled(stream: MemoryStream): Promise<void> {
  for (let turn = 0; turn < 60 || (stream.isPaused && turn < 20_000); turn += 1) await nextTurn();
}

/** A logged-in connection to which these frames were sent. */
async function client(...frames: Buffer[]): Promise<{ stream: MemoryStream; connection: ClientConnection }> {
  const stream = new MemoryStream();
  const connection = new ClientConnection(stream, entrance);
  stream.feed(Buffer.concat([saslHeader, login]));
  await nextTurn();
  stream.feed(Buffer.concat([amqpHeader, ...frames]));
  await settled(stream);
  return { stream, connection };
}

/** What the gateway has sent, as descriptor codes with the error condition if there is one. */
function answers({ written }: MemoryStream): { performative: number; error: string | null }[] {
  const seen: { performative: number; error: string | null }[] = [];
  const errorField: Record<number, number> = { [code.close]: 0, [code.end]: 0, [code.detach]: 2 };
  const reader = new FrameReader({
    onProtocolHeader: () => {},
    onEmptyFrame: () => {},
    onFrame: (buffer, start, end) => {
      const fields = FieldList.read(buffer, start, end);
      const index = errorField[fields.descriptor];
      seen.push({ performative: fields.descriptor, error: index === undefined ? null : (fields.list(index)?.symbol(0) ?? null) });
      if (fields.descriptor === code.saslOutcome) reader.expectHeader();
    },
  }, 10 * 1024 * 1024);
  reader.read(Buffer.concat(written));
  return seen;
}

const links = ({ connection }: { connection: ClientConnection }): number => [...connection.links()].length;
const opens = (stream: MemoryStream): number => answers(stream).filter(({ performative: seen }) => seen === code.open).length;
const lastError = (stream: MemoryStream): string | null => answers(stream).findLast(({ error }) => error !== null)?.error ?? null;

test.each([
  ["a frame larger than agreed", [open(), frame(Buffer.alloc(70_000))], "amqp:connection:framing-error"],
  ["a begin before the open", [begin()], "amqp:illegal-state"],
  ["a second open", [open(), open()], "amqp:illegal-state"],
  ["an open with frames of 100 bytes", [open(100)], "amqp:invalid-field"],
  ["a channel above the agreed", [open(), begin(300)], "amqp:connection:framing-error"],
  ["a channel that has a session already", [open(), begin(), begin()], "amqp:illegal-state"],
  ["a frame on a channel without a session", [open(), attach(0, true)], "amqp:illegal-state"],
  ["a handle above the agreed", [open(), begin(), attach(70_000, true)], "amqp:connection:framing-error"],
  ["a handle twice", [open(), begin(), attach(1, true, "a"), attach(1, true, "b")], "amqp:session:handle-in-use"],
  ["a transfer on a handle without a link", [open(), begin(), transfer(9, 0)], "amqp:session:unattached-handle"],
  ["a flow on a handle without a link", [open(), begin(), credit(9, 1)], "amqp:session:unattached-handle"],
  ["a transfer on a receiver's link", [open(), begin(), attach(0, true), transfer(0, 0)], "amqp:not-allowed"],
  ["a message without credit", [open(), begin(), attach(0, false), transfer(0, 0)], "amqp:link:transfer-limit-exceeded"],
  ["a delivery id out of order", [open(), begin(), attach(0, true), credit(0, 10), attach(1, false), transfer(1, 0), transfer(1, 5)], "amqp:invalid-field"],
  ["a performative that does not exist", [open(), begin(), frame(performative(0x1a, []))], "amqp:decode-error"],
  ["a symbol where a string must be", [frame(performative(code.open, [new AmqpSymbol("x")]))], "amqp:decode-error"],
  ["a name that is not UTF-8", [frame(Buffer.from([0, 0x53, code.open, 0xc0, 5, 1, 0xa1, 2, 0xc3, 0x28]))], "amqp:decode-error"],
] as const)("%s ends what it belongs to with the right condition", async (_what, frames, expected) => {
  const { stream } = await client(...frames);
  // A busy machine cuts the turns short in which the space's connections are read.
  for (let turn = 0; turn < 20_000 && lastError(stream) === null; turn += 1) await nextTurn();
  expect(lastError(stream)).toBe(expected);
});

test("open, begin, attach and credit in one packet are answered in order", async () => {
  const { stream } = await client(open(), begin(), attach(0, true), credit(0, 5), attach(1, false));
  expect(answers(stream).map(({ performative: seen }) => seen)).toEqual([
    code.saslMechanisms, code.saslOutcome, code.open, code.begin, code.attach, code.attach, code.flow,
  ]);
});

test("credit of 2^32 - 1 counts as much, and not as none", async () => {
  const consumer = await client(open(), begin(), attach(0, true), credit(0, 0xffff_ffff));
  const producer = await client(open(), begin(), attach(0, false));
  expect([...consumer.connection.links()][0]!.credit).toBe(0x7fff_ffff);
  expect([...producer.connection.links()][0]!.credit).toBeGreaterThan(0);
});

test("5,000 attaches on one connection end at the limit, which is said", { timeout: 60_000 }, async () => {
  const frames = Array.from({ length: 5000 }, (_, index) => attach(index % 4096, true, `n${index}`)).slice(0, 4096);
  const { connection, stream } = await client(open(), begin(), begin(1), ...frames, frame(performative(code.attach, ["one more", uint(0), true, null, null, source, target]), 1));
  expect(lastError(stream)).toBe("amqp:resource-limit-exceeded");
  expect(connection.amqp.linkCount).toBe(0);
});

describe("memory stays bounded", () => {
  test("for a stranger who sends and sends without logging in", () => {
    const stream = new MemoryStream();
    const connection = new ClientConnection(stream, entrance);
    stream.feed(saslHeader);
    stream.feed(Buffer.from([0, 0, 0x40, 0, 2, 1, 0, 0]));
    for (let index = 0; index < 15; index += 1) stream.feed(Buffer.alloc(1024));
    expect(connection.amqp.bufferedBytes).toBeLessThanOrEqual(64 * 1024);
  });

  test("for a client that pours out bytes while its login is checked", async () => {
    const stream = new MemoryStream();
    const connection = new ClientConnection(stream, entrance);
    stream.feed(Buffer.concat([saslHeader, login]));
    expect(stream.isPaused).toBe(true);
    for (let index = 0; index < 10; index += 1) stream.feed(Buffer.alloc(16 * 1024));
    expect(connection.amqp.bufferedBytes).toBeLessThanOrEqual(64 * 1024);
    await nextTurn();
    expect(connection.amqp.state).not.toBe("open");
  });

  test("for a consumer that gives endless credit and never reads, whose messages go back to the producer", { timeout: 60_000 }, async () => {
    const consumer = await client(open(), begin(), attach(0, true), credit(0, 0xffff_ffff >>> 1));
    consumer.stream.isStalled = true;
    const producer = await client(open(), begin(), attach(0, false));
    let id = 0;
    for (let round = 0; round < 200; round += 1) {
      const link = [...producer.connection.links()][0]!;
      const frames: Buffer[] = [];
      for (let sent = 0; sent < 50 && link.credit - sent > 0; sent += 1) frames.push(transfer(0, id++, false, 10_000));
      if (frames.length > 0) producer.stream.feed(Buffer.concat(frames));
      await settled(producer.stream);
    }
    expect(id).toBeGreaterThan(100);
    expect(consumer.connection.amqp.bufferedBytes).toBeLessThan(4 * 1024 * 1024);
    expect(lastError(producer.stream)).toBeNull();
  });

  test("for deliveries that nobody ever settles, whose link ends at the limit", { timeout: 60_000 }, async () => {
    const consumer = await client(open(), begin(), attach(0, true), credit(0, 0x7fff_ffff, 0x7fff_ffff));
    const { stream, connection } = await client(open(), begin(), attach(0, false));
    const link = [...connection.links()][0]!;
    let id = 0;
    while (link.isLive) {
      expect(link.credit).toBeGreaterThan(0);
      stream.feed(Buffer.concat(Array.from({ length: Math.min(link.credit, 1000) }, () => transfer(0, id++))));
      await settled(stream);
    }
    expect(id).toBeGreaterThan(65_000);
    expect(id).toBeLessThan(70_000);
    expect(lastError(stream) ?? lastError(consumer.stream)).toBe("amqp:resource-limit-exceeded");
  });

  test("for a message that never ends", async () => {
    const consumer = await client(open(), begin(), attach(0, true), credit(0, 10));
    const { stream, connection } = await client(open(), begin(), attach(0, false));
    for (let index = 0; index < 100; index += 1) {
      stream.feed(transfer(0, 0, true, 30_000));
      await nextTurn();
    }
    await settled(stream);
    expect(lastError(stream)).toBe("amqp:link:message-size-exceeded");
    expect(connection.amqp.bufferedBytes).toBeLessThan(64 * 1024);
    expect([...consumer.connection.links()][0]!.unsettled).toBe(0);
  });
});

describe("who goes on breaking the protocol", () => {
  beforeEach(() => {
    entrance = localEntrance(undefined, { protocolErrorsPerSecond: 5 });
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
  });
  afterEach(() => void vi.useRealTimers());

  test.each([
    ["as a connection", [open(), open()]],
    ["as a session", [open(), begin(), transfer(9, 0)]],
    ["as a link", [open(), begin(), attach(0, false), transfer(0, 0)]],
  ])("%s, waits behind its login with every new connection, and others at its address do not", async (_what, frames) => {
    for (let error = 0; error < 25; error += 1) await client(...frames);
    const { stream, connection } = await client(open());
    expect([opens(stream), stream.isPaused, connection.identity?.login]).toEqual([0, true, "acme.main.app"]);
    const other = new MemoryStream();
    void new ClientConnection(other, entrance);
    other.feed(Buffer.concat([saslHeader, frame(encodeSaslInit("PLAIN", Buffer.from("\0globex.main.app\0secret"), "host"), 0, 1)]));
    await nextTurn();
    other.feed(Buffer.concat([amqpHeader, open()]));
    await settled(other);
    expect(opens(other)).toBe(1);
    await vi.advanceTimersByTimeAsync(1000);
    await settled(stream);
    expect([opens(stream), stream.isPaused]).toEqual([1, false]);
  });

  test("and is closed while it waits, comes in no more", async () => {
    for (let error = 0; error < 25; error += 1) await client(open(), open());
    const { stream, connection } = await client(open());
    connection.close({ condition: "amqp:unauthorized-access", description: "The login was revoked." });
    await vi.advanceTimersByTimeAsync(1000);
    await settled(stream);
    expect([opens(stream), stream.isEnded, entrance.connections.has(connection)]).toEqual([0, true, false]);
  });

  test.each([
    ["another protocol", Buffer.from("GET / HTTP/1.1\r\n")],
    ["an open before the login", Buffer.concat([saslHeader, open()])],
    ["a frame that claims 2 GiB", Buffer.concat([saslHeader, Buffer.from([0x7f, 0xff, 0xff, 0xff, 2, 1, 0, 0])])],
    ["a login for somebody else", Buffer.concat([saslHeader, frame(encodeSaslInit("PLAIN", Buffer.from("other\0acme.main.app\0secret"), "host"), 0, 1)])],
  ])("as a stranger, with %s, waits with the next connection, and so do others at its address, for less than half a second", async (_what, bytes) => {
    for (let error = 0; error < 25; error += 1) {
      const stream = new MemoryStream();
      void new ClientConnection(stream, entrance);
      stream.feed(bytes);
      await settled(stream);
    }
    const { stream } = await client(open());
    expect([stream.written.length, stream.isPaused]).toEqual([0, true]);
    await vi.advanceTimersByTimeAsync(400);
    await settled(stream);
    expect(opens(stream)).toBe(1);
  });
});

/** A connection of another space with a link. */
async function neighbour(): Promise<ClientConnection> {
  const stream = new MemoryStream();
  const connection = new ClientConnection(stream, entrance);
  stream.feed(Buffer.concat([saslHeader, frame(encodeSaslInit("PLAIN", Buffer.from("\0globex.main.app\0secret"), "host"), 0, 1)]));
  await nextTurn();
  stream.feed(Buffer.concat([amqpHeader, open(), begin(), attach(0, true)]));
  await settled(stream);
  return connection;
}

describe("a space that opens fast while another is there", () => {
  const attaches = Array.from({ length: 40 }, (_, handle) => attach(handle, true));

  beforeEach(() => {
    entrance = localEntrance(undefined, { connectionsPerSecond: 10, linksPerSecond: 50 });
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
  });
  afterEach(() => void vi.useRealTimers());

  test("gets some links at once and the others one after the other, and none is lost", async () => {
    await neighbour();
    const opening = await client(open(), begin(), ...attaches);
    const atOnce = links(opening);
    expect([atOnce, opening.stream.isPaused], "a session counts like a link").toEqual([10, true]);
    await vi.advanceTimersByTimeAsync(200);
    await settled(opening.stream);
    expect(links(opening) - atOnce).toBe(10);
    expect([...(await neighbour()).links()], "the other space waits for nothing").toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1000);
    await settled(opening.stream);
    expect([links(opening), opening.stream.isPaused]).toEqual([40, false]);
  });

  test("begins sessions at the pace of its links", async () => {
    await neighbour();
    const { stream, connection } = await client(open(), ...Array.from({ length: 40 }, (_, channel) => begin(channel)));
    expect([[...connection.amqp.sessions].length, stream.isPaused]).toEqual([11, true]);
    await vi.advanceTimersByTimeAsync(1000);
    await settled(stream);
    expect([[...connection.amqp.sessions].length, stream.isPaused]).toEqual([40, false]);
  });

  test("gets some connections at once and the others one after the other, within a second", async () => {
    await neighbour();
    const opening = await Promise.all(Array.from({ length: 20 }, () => client(open())));
    const opened = (): number => opening.filter(({ stream }) => opens(stream) === 1).length;
    expect(opened()).toBe(2);
    await vi.advanceTimersByTimeAsync(500);
    for (const { stream } of opening) if (!stream.isPaused) await settled(stream);
    expect(opened()).toBe(7);
    await vi.advanceTimersByTimeAsync(500);
    for (const { stream } of opening) await settled(stream);
    expect(opened()).toBe(20);
  });

  test("sends large messages at a pace, and small ones without", async () => {
    entrance = localEntrance(undefined, { largeMessageBytesPerSecond: 1_000_000 });
    entrance.directory.putAddress({ name: "acme.main/any", generation: 2, addressType: "anycast", broker: "", brokerAddress: "", maxMessageBytes: 100_000_000, maxConsumers: 1000 });
    await neighbour();
    await client(open(), begin(), attach(0, true), credit(0, 10, 100_000));
    const sender = await client(open(), begin(), attach(0, false));
    const part = transfer(0, 0, true, 60_000);
    const { counters } = [...sender.connection.links()][0]!;
    sender.stream.feed(Buffer.concat(Array.from({ length: 17 }, () => part)));
    await settled(sender.stream);
    expect([counters.bytes, sender.stream.isPaused], "just below a MiB").toEqual([1_020_000, false]);
    sender.stream.feed(Buffer.concat(Array.from({ length: 30 }, () => part)));
    await settled(sender.stream);
    const atOnce = counters.bytes - 1_020_000;
    expect(sender.stream.isPaused).toBe(true);
    expect(atOnce).toBeLessThan(400_000);
    await vi.advanceTimersByTimeAsync(500);
    await settled(sender.stream);
    expect(counters.bytes - 1_020_000 - atOnce).toBeGreaterThan(400_000);
    expect(counters.bytes - 1_020_000 - atOnce).toBeLessThan(700_000);
    await vi.advanceTimersByTimeAsync(5000);
    await settled(sender.stream);
    expect([counters.bytes, sender.stream.isPaused]).toEqual([47 * 60_000, false]);
  });

  test("waits for nothing when it is alone", async () => {
    const alone = await client(open(), begin());
    vi.setSystemTime(Date.now() + 2000);
    alone.stream.feed(Buffer.concat(attaches));
    expect(links(alone)).toBe(40);
  });

  test("has what waits read when its connection ends", async () => {
    await neighbour();
    const { stream, connection } = await client(open(), begin(), ...attaches, frame(performative(code.close, [])));
    stream.drop();
    expect([entrance.connections.has(connection), [...entrance.directory.spaces.get("acme.main")!.addresses.values()].reduce((sum, { links: left }) => sum + left.size, 0)]).toEqual([false, 0]);
    await vi.advanceTimersByTimeAsync(2000);
  });
});

test("somebody who does not finish the handshake is cut off after ten seconds, a silent one after twice the idle time-out", async () => {
  const slow = new MemoryStream();
  const stranger = new ClientConnection(slow, entrance);
  slow.feed(saslHeader);
  const { connection, stream } = await client(open());
  const now = Date.now();
  stranger.tick(now + 9000);
  expect(slow.isEnded).toBe(false);
  stranger.tick(now + 10_500);
  expect(slow.isEnded).toBe(true);
  connection.tick(now + 59_000);
  expect(lastError(stream)).toBeNull();
  connection.tick(now + 61_000);
  await settled(stream);
  expect(lastError(stream)).toBe("amqp:resource-limit-exceeded");
});
