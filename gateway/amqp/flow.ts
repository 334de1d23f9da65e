import { decodeError } from "./amqp-error.ts";
import { code } from "./codes.ts";
import { closeList, nextBoolean, nextEncoded, nextUint, openList, span } from "./list-cursor.ts";

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
  propertiesStart = 0;
  propertiesEnd = 0;

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
    this.propertiesStart = span.start;
    this.propertiesEnd = span.end;
    closeList();
    if (this.incomingWindow < 0 || this.nextOutgoingId < 0 || this.outgoingWindow < 0) {
      throw decodeError("A flow must have its session windows.");
    }
  }
}

/** Most bytes of a flow frame without properties. */
export const flowFrameBytes = 8 + 3 + 3 + 8 * 5 + 2;

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
): number {
  out[start + 4] = 2;
  out[start + 5] = 0;
  out[start + 6] = channel >>> 8;
  out[start + 7] = channel;
  out[start + 8] = 0;
  out[start + 9] = 0x53;
  out[start + 10] = code.flow;
  out[start + 11] = 0xc0;
  let at = putOptional(out, start + 14, nextIncomingId);
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
  out[start + 12] = at - start - 13;
  out[start + 13] = 10;
  const frameBytes = at - start;
  out[start] = 0;
  out[start + 1] = 0;
  out[start + 2] = frameBytes >>> 8;
  out[start + 3] = frameBytes;
  return at;
}
