import { decodeError } from "./amqp-error.ts";
import { code } from "./codes.ts";
import { closeList, nextBoolean, nextEncoded, nextUint, openList, span } from "./list-cursor.ts";

/** Encoded delivery states that need no content of their own. */
export const encodedState = {
  accepted: Buffer.from([0, 0x53, code.accepted, 0x45]),
  released: Buffer.from([0, 0x53, code.released, 0x45]),
} as const;

/** Fields of one disposition; one object is reused for all. */
export class Disposition {
  /** True when the receiver of the deliveries speaks. */
  fromReceiver = false;
  first = -1;
  last = -1;
  settled = false;
  stateStart = 0;
  stateEnd = 0;
  batchable = false;

  /** @throws AmqpError `amqp:decode-error` */
  read(buffer: Buffer, position: number, end: number): void {
    openList(buffer, position, end);
    this.fromReceiver = nextBoolean(buffer, false);
    this.first = nextUint(buffer);
    this.last = nextUint(buffer);
    this.settled = nextBoolean(buffer, false);
    nextEncoded(buffer);
    this.stateStart = span.start;
    this.stateEnd = span.end;
    this.batchable = nextBoolean(buffer, false);
    closeList();
    if (this.first < 0) throw decodeError("A disposition must name its first delivery.");
    if (this.last < 0) this.last = this.first;
  }
}

/** Descriptor code of an encoded state, or 0 when it is none that is known by number. */
export function stateCode(buffer: Buffer, start: number, end: number): number {
  if (end - start < 4 || buffer[start] !== 0) return 0;
  if (buffer[start + 1] === 0x53) return buffer[start + 2]!;
  if (buffer[start + 1] === 0x80 && end - start > 10) return buffer[start + 9]!;
  return 0;
}

export function dispositionFrameBytes(stateBytes: number): number {
  return 8 + 3 + 9 + 1 + 5 + 5 + 1 + stateBytes;
}

/** Writes a disposition frame; an empty state is left out. @returns position behind the frame */
export function writeDisposition(
  out: Buffer,
  start: number,
  channel: number,
  fromReceiver: boolean,
  first: number,
  last: number,
  settled: boolean,
  state: Buffer,
): number {
  const wide = state.length > 200;
  out.writeUInt32BE(0x02000000 | channel, start + 4);
  out[start + 8] = 0;
  out[start + 9] = 0x53;
  out[start + 10] = code.disposition;
  out[start + 11] = wide ? 0xd0 : 0xc0;
  let at = start + (wide ? 20 : 14);
  out[at] = fromReceiver ? 0x41 : 0x42;
  out[at + 1] = 0x70;
  out.writeUInt32BE(first, at + 2);
  out[at + 6] = 0x70;
  out.writeUInt32BE(last, at + 7);
  out[at + 11] = settled ? 0x41 : 0x42;
  at += 12;
  const count = state.length > 0 ? 5 : 4;
  if (state.length > 0) at += state.copy(out, at);
  if (wide) {
    out.writeUInt32BE(at - start - 16, start + 12);
    out.writeUInt32BE(count, start + 16);
  } else {
    out[start + 12] = at - start - 13;
    out[start + 13] = count;
  }
  out.writeUInt32BE(at - start, start);
  return at;
}
