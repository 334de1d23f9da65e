import { decodeError } from "./amqp-error.ts";
import { code } from "./codes.ts";
import { closeList, nextBoolean, nextEncoded, nextUint, openList, span } from "./list-cursor.ts";

const none = Buffer.alloc(0);

/** Fields of one flow; one object is reused for all. Numbers are -1 when absent. */
export class Flow {
  nextIncomingId = -1;
  incomingWindow = 0;
  nextOutgoingId = 0;
  outgoingWindow = 0;
  handle = -1;
  deliveryCount = -1;
  linkCredit = -1;
  available = -1;
  drain = false;
  echo = false;
  /** The encoded map, a view into the buffer that was read; empty when absent. */
  properties: Buffer = none;

  /** @throws AmqpError `amqp:decode-error` */
  read(buffer: Buffer, position: number, end: number): void {
    openList(buffer, position, end);
    this.nextIncomingId = nextUint(buffer);
    this.incomingWindow = nextUint(buffer);
    this.nextOutgoingId = nextUint(buffer);
    this.outgoingWindow = nextUint(buffer);
    this.handle = nextUint(buffer);
    this.deliveryCount = nextUint(buffer);
    this.linkCredit = nextUint(buffer);
    this.available = nextUint(buffer);
    this.drain = nextBoolean(buffer, false);
    this.echo = nextBoolean(buffer, false);
    nextEncoded(buffer);
    this.properties = span.end > span.start ? buffer.subarray(span.start, span.end) : none;
    closeList();
    if (this.properties.length > 0 && this.properties[0] !== 0xc1 && this.properties[0] !== 0xd1) throw decodeError("A flow's properties must be a map.");
    if (this.incomingWindow < 0 || this.nextOutgoingId < 0 || this.outgoingWindow < 0) {
      throw decodeError("A flow must have its session windows.");
    }
  }
}

/** Most bytes of a flow frame with properties of so many bytes. */
export function flowFrameBytes(propertiesBytes: number): number {
  return 8 + 3 + 9 + 8 * 5 + 2 + propertiesBytes;
}

function putOptional(out: Buffer, position: number, value: number): number {
  if (value < 0) {
    out[position] = 0x40;
    return position + 1;
  }
  out[position] = 0x70;
  out[position + 1] = value >>> 24;
  out[position + 2] = value >>> 16;
  out[position + 3] = value >>> 8;
  out[position + 4] = value;
  return position + 5;
}

/**
 * Writes a flow frame.
 *
 * @param handle -1 for a flow of the session alone
 * @param properties the encoded map, of a link's flow; empty for none
 * @returns position behind the frame
 */
export function writeFlow(
  out: Buffer,
  start: number,
  channel: number,
  nextIncomingId: number,
  incomingWindow: number,
  nextOutgoingId: number,
  outgoingWindow: number,
  handle: number,
  deliveryCount: number,
  linkCredit: number,
  available: number,
  drain: boolean,
  echo: boolean,
  properties: Buffer,
): number {
  const isWide = properties.length > 150;
  out[start + 4] = 2;
  out[start + 5] = 0;
  out[start + 6] = channel >>> 8;
  out[start + 7] = channel;
  out[start + 8] = 0;
  out[start + 9] = 0x53;
  out[start + 10] = code.flow;
  out[start + 11] = isWide ? 0xd0 : 0xc0;
  let at = putOptional(out, start + (isWide ? 20 : 14), nextIncomingId);
  at = putOptional(out, at, incomingWindow);
  at = putOptional(out, at, nextOutgoingId);
  at = putOptional(out, at, outgoingWindow);
  at = putOptional(out, at, handle);
  at = putOptional(out, at, handle < 0 ? -1 : deliveryCount);
  at = putOptional(out, at, handle < 0 ? -1 : linkCredit);
  at = putOptional(out, at, handle < 0 ? -1 : available);
  out[at] = drain ? 0x41 : 0x42;
  out[at + 1] = echo ? 0x41 : 0x42;
  at += 2;
  at += properties.copy(out, at);
  const count = properties.length > 0 ? 11 : 10;
  if (isWide) {
    out.writeUInt32BE(at - start - 16, start + 12);
    out.writeUInt32BE(count, start + 16);
  } else {
    out[start + 12] = at - start - 13;
    out[start + 13] = count;
  }
  out.writeUInt32BE(at - start, start);
  return at;
}
