import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultAmqpBounds } from "#contracts/amqp-bounds.ts";
import { newBudget, skipValue } from "./bounded-value.ts";
import { Disposition, encodedState, writeDisposition } from "./disposition.ts";
import { FieldList } from "./field-list.ts";
import { Flow, flowFrameBytes, writeFlow } from "./flow.ts";
import { FrameReader, type FrameSink } from "./frame-reader.ts";
import { Transfer, transferHeadBytes, writeTransferHead } from "./transfer.ts";
import { readValue } from "./value-reader.ts";
import { AmqpSymbol, DescribedList, encode, Unsigned, type Writable } from "./value-writer.ts";

const listStart = 11;
const bytes = (...values: number[]): Buffer => Buffer.from(values);
const skip = (buffer: Buffer): number => skipValue(buffer, 0, buffer.length, newBudget());

describe("a value out of bounds is refused before anything is built", () => {
  const bigCount = [0xff, 0xff, 0xff, 0xff];
  test.each([
    ["an array of 4 billion nulls", bytes(0xf0, 0, 0, 0, 5, ...bigCount, 0x40)],
    ["an array of 4 billion empty lists", bytes(0xf0, 0, 0, 0, 5, ...bigCount, 0x45)],
    ["a list of 4 billion items", bytes(0xd0, 0, 0, 0, 4, ...bigCount)],
    ["a map of 4 billion entries", bytes(0xd1, 0, 0, 0, 4, 0xff, 0xff, 0xff, 0xfe)],
    ["a list longer than what holds it", bytes(0xd0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0)],
    ["a string longer than what holds it", bytes(0xb1, 0x7f, 0xff, 0xff, 0xff, 0x61)],
    ["a list with bytes behind its items", bytes(0xc0, 3, 1, 0x40, 0x40)],
    ["a map with a key and no value", bytes(0xc1, 2, 1, 0x40)],
    ["a string that is not UTF-8", bytes(0xa1, 2, 0xc3, 0x28)],
    ["a symbol that is not ASCII", bytes(0xa3, 1, 0xe4)],
    ["a constructor that does not exist", bytes(0x3f)],
    ["nothing", bytes()],
    ["a descriptor without a value", bytes(0, 0x53, 0x24)],
    ["lists nested 10,000 deep", Buffer.concat([...Array.from({ length: 10_000 }, () => bytes(0xd0, 0, 0, 0xff, 0xff, 0, 0, 0, 1)), bytes(0x45)])],
    ["descriptors of descriptors, 10,000 deep", Buffer.alloc(10_000, 0)],
    ["arrays of described, 10,000 deep", Buffer.concat([bytes(0xf0, 0, 0, 0x27, 0x10, 0, 0, 0, 1), Buffer.alloc(9996, 0)])],
    [`more than ${defaultAmqpBounds.maxElements} items`, encode(Array.from({ length: defaultAmqpBounds.maxElements + 1 }, () => null))],
  ])("%s", (_what, buffer) => {
    expect(() => skip(buffer)).toThrow(expect.objectContaining({ condition: "amqp:decode-error" }));
    expect(() => readValue(buffer, 0, buffer.length)).toThrow(expect.objectContaining({ condition: "amqp:decode-error" }));
  });

  test("no bytes whatever make it read over the end or fail otherwise", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (array) => {
        const buffer = Buffer.from(array);
        try {
          const end = skip(buffer);
          expect(end).toBeLessThanOrEqual(buffer.length);
          expect(readValue(buffer, 0, buffer.length).end).toBe(end);
        } catch (error) {
          expect(error).toMatchObject({ condition: "amqp:decode-error" });
        }
      }),
      { numRuns: 5000 },
    );
  });
});

test("what is written is read back", () => {
  const leaf = fc.oneof(fc.constant(null), fc.boolean(), fc.maxSafeInteger(), fc.string({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)));
  const value = fc.letrec((tie) => ({ any: fc.oneof({ depthSize: "small" }, leaf, fc.array(tie("any"), { maxLength: 8 })) })).any;
  fc.assert(
    fc.property(value, (written) => {
      const buffer = encode(written as Writable);
      expect(readValue(buffer, 0, buffer.length)).toEqual({ value: written, end: buffer.length });
    }),
    { numRuns: 1000 },
  );
});

test("fields of a list keep their bytes and are checked for their type", () => {
  const buffer = encode(new DescribedList(0x12, ["name", new Unsigned(7), true, null, new AmqpSymbol("a")]));
  const list = FieldList.read(buffer, 0, buffer.length);
  expect([list.descriptor, list.string(0), list.unsigned(1), list.boolean(2), list.has(3), list.symbol(4), list.count]).toEqual([0x12, "name", 7, true, false, "a", 5]);
  expect(list.raw(0)).toEqual(encode("name"));
  for (const wrong of [() => list.unsigned(0), () => list.string(1), () => list.boolean(4), () => list.symbol(0)]) {
    expect(wrong).toThrow(expect.objectContaining({ condition: "amqp:decode-error" }));
  }
});

describe("performatives of the data path are read as they were written", () => {
  const uint = fc.nat(0xffff_ffff);

  test("transfer", () => {
    const cases = fc.record({
      handle: uint, deliveryId: fc.option(uint, { nil: -1 }), tag: fc.uint8Array({ minLength: 1, maxLength: 32 }), format: uint, settled: fc.boolean(), more: fc.boolean(),
      state: fc.option(fc.constantFrom(encodedState.accepted, encode(new DescribedList(0x34, [Buffer.alloc(220)]))), { nil: Buffer.alloc(0) }), aborted: fc.boolean(), payload: fc.uint8Array({ maxLength: 400 }),
    });
    fc.assert(
      fc.property(cases, ({ handle, deliveryId, tag, format, settled, more, state, aborted, payload }) => {
        const head = Object.assign(new Transfer(), { tagStart: 0, tagEnd: tag.length, messageFormat: format, stateStart: tag.length, stateEnd: tag.length + state.length, aborted });
        const source = Buffer.concat([tag, state]);
        const out = Buffer.alloc(transferHeadBytes(state.length) + payload.length);
        const payloadAt = writeTransferHead(out, 0, 5, handle, deliveryId, head, settled, more, source, payload.length);
        out.set(payload, payloadAt);
        const end = payloadAt + payload.length;
        expect(out.readUInt32BE(0)).toBe(end);
        const read = new Transfer();
        expect(read.read(out, listStart, end)).toBe(payloadAt);
        expect(read).toMatchObject({ handle, deliveryId, settled, more, aborted, messageFormat: deliveryId < 0 ? -1 : format });
        expect(out.subarray(read.stateStart, read.stateEnd)).toEqual(state);
        if (deliveryId >= 0) expect(out.subarray(read.tagStart, read.tagEnd)).toEqual(Buffer.from(tag));
      }),
    );
  });

  test("flow and disposition", () => {
    fc.assert(
      fc.property(uint, uint, uint, fc.boolean(), fc.constantFrom(0, 1, 140, 1000), (a, b, c, flag, valueBytes) => {
        const properties = valueBytes === 0 ? Buffer.alloc(0) : encode(new Map([[new AmqpSymbol("note"), "x".repeat(valueBytes)]]));
        const out = Buffer.alloc(flowFrameBytes(properties.length));
        const end = writeFlow(out, 0, 3, a, b, c, 9, 4, a, b, c, flag, !flag, properties);
        const flow = new Flow();
        flow.read(out, listStart, end);
        expect(flow).toMatchObject({ nextIncomingId: a, incomingWindow: b, nextOutgoingId: c, handle: 4, deliveryCount: a, linkCredit: b, available: c, drain: flag, echo: !flag, properties });
        const end2 = writeDisposition(out, 0, 3, flag, a, b, !flag, encodedState.accepted);
        const disposition = new Disposition();
        disposition.read(out, listStart, end2);
        expect(disposition).toMatchObject({ fromReceiver: flag, first: a, last: b, settled: !flag });
        expect(out.subarray(disposition.stateStart, disposition.stateEnd)).toEqual(encodedState.accepted);
      }),
    );
  });
});

function frame(body: Buffer, doff = 2): Buffer {
  const head = Buffer.from([0, 0, 0, 0, doff, 0, 0, 0]);
  head.writeUInt32BE(8 + body.length);
  return Buffer.concat([head, body]);
}

describe("frames", () => {
  class Sink implements FrameSink {
    readonly headers: number[] = [];
    readonly frames: Buffer[] = [];
    empty = 0;
    onProtocolHeader(protocolId: number): void {
      this.headers.push(protocolId);
    }
    onFrame(buffer: Buffer, start: number, end: number): void {
      this.frames.push(Buffer.from(buffer.subarray(start, end)));
    }
    onEmptyFrame(): void {
      this.empty += 1;
    }
  }
  const header = Buffer.from("AMQP\0\u0001\0\0", "latin1");
  test("come out the same however the bytes are cut", () => {
    const bodies = [Buffer.from("a"), Buffer.alloc(0), Buffer.from("bcd".repeat(50)), Buffer.from("ef")];
    const stream = Buffer.concat([header, ...bodies.map((body) => frame(body))]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (cuts) => {
        const sink = new Sink();
        const reader = new FrameReader(sink, 512);
        for (let at = 0, turn = 0; at < stream.length; turn += 1) {
          const size = cuts[turn % cuts.length]!;
          reader.read(stream.subarray(at, at + size));
          at += size;
        }
        expect(sink.headers).toEqual([0]);
        expect(sink.empty).toBe(1);
        expect(sink.frames).toEqual(bodies.filter(({ length }) => length > 0));
        expect(reader.keptBytes).toBe(0);
      }),
    );
  });

  test("that are large come out the same however the bytes of two connections are cut", () => {
    const bodies = [20_000, 65_528, 3, 40_000].map((size, index) => Buffer.alloc(size, index + 1));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 20 }), (cuts) => {
        const sinks = [new Sink(), new Sink()];
        const readers = sinks.map((sink) => new FrameReader(sink, 65_536));
        const streams = [bodies, bodies.toReversed()].map((of) => Buffer.concat([header, ...of.map((body) => frame(body))]));
        for (let at = 0, turn = 0; at < streams[0]!.length; turn += 1) {
          const size = Math.max(cuts[turn % cuts.length]!, 500);
          readers.forEach((reader, index) => reader.read(streams[index]!.subarray(at, at + size)));
          at += size;
        }
        expect(sinks.map(({ frames }) => frames.map((body) => [body.length, body[0], body.at(-1)]))).toEqual([bodies, bodies.toReversed()].map((of) => of.map((body) => [body.length, body[0], body[0]])));
        expect(readers.map(({ keptBytes }) => keptBytes)).toEqual([0, 0]);
      }),
    );
  });

  test.each([
    ["a size of 0", bytes(0, 0, 0, 0, 2, 0, 0, 0)],
    ["a size of 7", bytes(0, 0, 0, 7, 2, 0, 0, 0)],
    ["a size above the limit, before its bytes come", bytes(0x7f, 0xff, 0xff, 0xff, 2, 0, 0, 0)],
    ["a data offset of 1", bytes(0, 0, 0, 9, 1, 0, 0, 0, 1)],
    ["a data offset behind the frame", bytes(0, 0, 0, 9, 255, 0, 0, 0, 1)],
    ["an unknown type", bytes(0, 0, 0, 9, 2, 9, 0, 0, 1)],
  ])("with %s are refused", (_what, wrong) => {
    for (const pieces of [[wrong], [...wrong].map((byte) => bytes(byte))]) {
      const reader = new FrameReader(new Sink(), 512);
      reader.read(header);
      expect(() => pieces.forEach((piece) => reader.read(piece))).toThrow(expect.objectContaining({ condition: "amqp:connection:framing-error" }));
      expect(reader.keptBytes).toBeLessThanOrEqual(512);
    }
  });

  test("another protocol is told from AMQP by its first bytes", () => {
    const reader = new FrameReader(new Sink(), 512);
    expect(() => reader.read(Buffer.from("GET / HTTP/1.1\r\n"))).toThrow(/another protocol/);
  });
});
