import * as fc from "fast-check";
import rhea from "rhea";
import { describe, expect, it } from "vitest";
import { AmqpBoundsError, checkAmqpMessage, checkAmqpValue } from "#contracts/amqp-bounds.ts";
import { FrameGuard, maxFrameBytes, maxKeptMessageBytes, maxShownMessageBytes } from "./frame-guard.ts";

function frame(body: Uint8Array | number[], type = 0): Uint8Array {
  const bytes = new Uint8Array(8 + body.length);
  new DataView(bytes.buffer).setUint32(0, bytes.length);
  bytes[4] = 2;
  bytes[5] = type;
  bytes.set(body, 8);
  return bytes;
}

/** Transfer of delivery `id` on handle 0: fields handle, delivery-id, tag, format, settled, more, and up to aborted. */
function transfer(id: number, payload: Uint8Array | number[], { more = false, aborted = false } = {}): Uint8Array {
  const fields = [0x43, 0x52, id, 0xa0, 1, id, 0x43, 0x42, more ? 0x41 : 0x42, 0x40, 0x40, 0x42, aborted ? 0x41 : 0x42];
  return frame([0x00, 0x53, 0x14, 0xc0, fields.length + 1, 10, ...fields, ...payload]);
}

function guarded() {
  const refused: { id: number; reason: string }[] = [];
  const arrived: { id: number; bytes: Uint8Array; sizeBytes: number }[] = [];
  const guard = new FrameGuard((id, { bytes, sizeBytes, refusal }) => {
    arrived.push({ id, bytes, sizeBytes });
    if (refusal !== undefined) refused.push({ id, reason: refusal });
  });
  return { refused, arrived, guard };
}

/** An array32 that claims four billion nulls, as an amqp-value body. */
const bomb = [0x00, 0x53, 0x77, 0xf0, 0, 0, 0, 5, 0xff, 0xff, 0xff, 0xff, 0x40];
const hello = rhea.message.encode({ body: "hello", application_properties: { n: 1, yes: true } });
const standIn = [0x00, 0x53, 0x77, 0x40];

describe("frame guard", () => {
  it("refuses the array bomb in an open frame, before login", () => {
    const { guard } = guarded();
    const open = frame([0x00, 0x53, 0x10, 0xd0, 0, 0, 0, 14, 0, 0, 0, 1, 0xf0, 0, 0, 0, 5, 0xff, 0xff, 0xff, 0xff, 0x40]);
    expect(() => [...guard.push(open)]).toThrow(AmqpBoundsError);
  });

  it("refuses the array bomb in a SASL frame", () => {
    const { guard } = guarded();
    expect(() => [...guard.push(frame([0x00, 0x53, 0x40, 0xc0, 12, 1, 0xf0, 0, 0, 0, 5, 0xff, 0xff, 0xff, 0xff, 0x40], 1))]).toThrow(AmqpBoundsError);
  });

  it("puts an empty message in the place of a body that would kill the decoder, and names the delivery", () => {
    const { guard, refused } = guarded();
    const safe = [...guard.push(transfer(7, bomb))];
    expect(refused).toEqual([{ id: 7, reason: expect.stringContaining("4294967295 elements") }]);
    expect([...(safe[0] ?? [])].slice(-4)).toEqual(standIn);
  });

  it("finds a bomb that is cut over several transfers", () => {
    const { guard, refused } = guarded();
    expect([...guard.push(transfer(3, bomb.slice(0, 6), { more: true }))]).toEqual([]);
    const safe = [...guard.push(transfer(3, bomb.slice(6)))];
    expect(refused.map(({ id }) => id)).toEqual([3]);
    expect(safe).toHaveLength(2);
    expect([...(safe[0] ?? [])].slice(-4)).toEqual(standIn);
  });

  it("hands messages over byte for byte, however they are cut, and passes all else on as it is", () => {
    const header = Uint8Array.of(0x41, 0x4d, 0x51, 0x50, 0, 1, 0, 0);
    const stream = Buffer.concat([header, frame([]), transfer(0, hello), transfer(1, hello.subarray(0, 9), { more: true }), transfer(1, hello.subarray(9))]);
    const passed = Buffer.concat([header, frame([]), transfer(0, standIn), transfer(1, standIn, { more: true }), transfer(1, [])]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 60 }), (cuts) => {
        const { guard, refused, arrived } = guarded();
        const out: Uint8Array[] = [];
        let at = 0;
        for (const cut of cuts) out.push(...guard.push(stream.subarray(at, (at += cut))));
        out.push(...guard.push(stream.subarray(at)));
        expect(Buffer.concat(out).equals(passed)).toBe(true);
        expect(arrived.map(({ id, bytes }) => [id, Buffer.from(bytes).equals(hello)])).toEqual([[0, true], [1, true]]);
        expect(refused).toEqual([]);
      }),
    );
  });

  it("hands a message that is too large to show over to be saved, and keeps nothing of one that is far too large", () => {
    const piece = new Uint8Array(60_000);
    for (const [limit, isKept] of [[maxShownMessageBytes, true], [maxKeptMessageBytes, false]] as const) {
      const { guard, refused, arrived } = guarded();
      let size = piece.length;
      for (; size <= limit; size += piece.length) expect([...guard.push(transfer(9, piece, { more: true }))].length).toBe(0);
      expect([...guard.push(transfer(9, piece))].length).toBe(size / piece.length);
      expect(refused[0]?.reason).toContain("4 MiB");
      expect([arrived[0]?.sizeBytes, arrived[0]?.bytes.length]).toEqual([size, isKept ? size : 0]);
    }
  });

  it("shows an aborted and an empty message as such", () => {
    const { guard, refused } = guarded();
    for (const each of [transfer(1, hello.subarray(0, 9), { more: true }), transfer(1, [], { aborted: true }), transfer(2, [])]) Array.from(guard.push(each));
    expect(refused.map(({ id }) => id)).toEqual([1, 2]);
  });

  it("refuses frames above the limit it announced, and below a frame's own header", () => {
    for (const size of [7, maxFrameBytes + 1, 0xffff_ffff]) {
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setUint32(0, size);
      expect(() => [...guarded().guard.push(bytes)]).toThrow(AmqpBoundsError);
    }
  });
});

describe("bounds of AMQP values", () => {
  it("answers at once for deep nesting, long descriptors and counts that the bytes cannot hold", () => {
    const deep = new Uint8Array(60_000);
    expect(() => checkAmqpValue(deep, 0)).toThrow(AmqpBoundsError);
    expect(() => checkAmqpValue(Uint8Array.of(0xd0, 0, 0, 0, 5, 0, 1, 0, 0, 0x40), 0)).toThrow(AmqpBoundsError);
    expect(() => checkAmqpValue(Uint8Array.of(0xb1, 0xff, 0xff, 0xff, 0xff), 0)).toThrow(AmqpBoundsError);
  });

  it("lets nothing pass on which rhea's decoder throws or takes long", () => {
    const piece = fc.oneof(
      fc.constantFrom(...[0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78].map((code) => [0x00, 0x53, code])),
      fc.constantFrom([0xc1, 3, 2, 0x40, 0x40], [0xc0, 2, 1, 0x41], [0xe0, 3, 2, 0x71], [0xa1, 1, 0x61], [0x00, 0x53, 0x24, 0x45], [0x45], [0x40]),
      fc.array(fc.nat(255), { maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 12 }), (pieces) => {
        const bytes = Buffer.from(pieces.flat());
        try {
          checkAmqpMessage(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(AmqpBoundsError);
          return;
        }
        const before = performance.now();
        rhea.message.decode(bytes);
        expect(performance.now() - before).toBeLessThan(1_000);
      }),
      { numRuns: 5000 },
    );
  });
});
