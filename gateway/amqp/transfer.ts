import { decodeError } from "./amqp-error.ts";
import { code } from "./codes.ts";
import { closeList, nextBinary, nextBoolean, nextEncoded, nextUbyte, nextUint, openList, span } from "./list-cursor.ts";

/** The specification's limit of a delivery tag. */
const maxTagBytes = 32;

/**
 * Fields of one transfer. One object is reused for all: what is needed later must be copied. Ids are -1 when absent; tag
 * and state are positions in the buffer that was read.
 */
export class Transfer {
  handle = -1;
  deliveryId = -1;
  tagStart = 0;
  tagEnd = 0;
  messageFormat = -1;
  settled = false;
  settledGiven = false;
  more = false;
  receiverSettleMode = -1;
  stateStart = 0;
  stateEnd = 0;
  resume = false;
  aborted = false;
  batchable = false;

  /**
   * Reads the list behind the descriptor.
   *
   * @returns where the payload starts
   * @throws AmqpError `amqp:decode-error`
   */
  read(buffer: Buffer, position: number, end: number): number {
    const payload = openList(buffer, position, end);
    this.handle = nextUint(buffer);
    this.deliveryId = nextUint(buffer);
    nextBinary(buffer);
    this.tagStart = span.start;
    this.tagEnd = span.end;
    this.messageFormat = nextUint(buffer);
    this.settled = nextBoolean(buffer, false);
    this.more = nextBoolean(buffer, false);
    this.receiverSettleMode = nextUbyte(buffer);
    nextEncoded(buffer);
    this.stateStart = span.start;
    this.stateEnd = span.end;
    this.resume = nextBoolean(buffer, false);
    this.aborted = nextBoolean(buffer, false);
    this.batchable = nextBoolean(buffer, false);
    closeList();
    if (this.handle < 0) throw decodeError("A transfer must have a handle.");
    if (this.tagEnd - this.tagStart > maxTagBytes) throw decodeError(`A delivery tag has at most ${maxTagBytes} bytes.`);
    return payload;
  }
}

/** Most bytes in front of the payload of a transfer written by {@link writeTransferHead}, for a state of that size. */
export function transferHeadBytes(stateBytes: number): number {
  return 8 + 3 + 9 + 5 + 5 + 2 + maxTagBytes + 5 + 1 + 1 + 2 + 1 + 1 + 1 + stateBytes;
}

function putUint(out: Buffer, position: number, value: number): number {
  if (value < 256) {
    out[position] = 0x52;
    out[position + 1] = value;
    return position + 2;
  }
  out[position] = 0x70;
  out[position + 1] = value >>> 24;
  out[position + 2] = value >>> 16;
  out[position + 3] = value >>> 8;
  out[position + 4] = value;
  return position + 5;
}

/**
 * Writes frame header and performative of a transfer; the frame's size is set for the payload that the caller appends.
 *
 * @param deliveryId -1 for the second and later frames of a delivery, which then carry no tag and format either
 * @param source buffer that holds the tag and state of `transfer`
 * @returns position where the payload is to be written
 */
export function writeTransferHead(
  out: Buffer,
  start: number,
  channel: number,
  handle: number,
  deliveryId: number,
  transfer: Transfer,
  settled: boolean,
  more: boolean,
  source: Buffer,
  payloadBytes: number,
): number {
  const stateBytes = transfer.stateEnd - transfer.stateStart;
  const wide = stateBytes > 150;
  out[start + 4] = 2;
  out[start + 5] = 0;
  out[start + 6] = channel >>> 8;
  out[start + 7] = channel;
  out[start + 8] = 0;
  out[start + 9] = 0x53;
  out[start + 10] = code.transfer;
  out[start + 11] = wide ? 0xd0 : 0xc0;
  const listAt = start + (wide ? 20 : 14);
  let at = putUint(out, listAt, handle);
  let count = 6;
  if (deliveryId < 0) {
    out[at] = 0x40;
    out[at + 1] = 0x40;
    out[at + 2] = 0x40;
    at += 3;
  } else {
    at = putUint(out, at, deliveryId);
    const tagBytes = transfer.tagEnd - transfer.tagStart;
    out[at] = 0xa0;
    out[at + 1] = tagBytes;
    at += 2;
    for (let index = transfer.tagStart; index < transfer.tagEnd; index += 1, at += 1) out[at] = source[index]!;
    if (transfer.messageFormat < 0) {
      out[at] = 0x40;
      at += 1;
    } else if (transfer.messageFormat === 0) {
      out[at] = 0x43;
      at += 1;
    } else {
      at = putUint(out, at, transfer.messageFormat);
    }
  }
  out[at] = settled ? 0x41 : 0x42;
  out[at + 1] = more ? 0x41 : 0x42;
  at += 2;
  if (stateBytes > 0 || transfer.resume || transfer.aborted || transfer.receiverSettleMode >= 0) {
    count = 10;
    if (transfer.receiverSettleMode >= 0) {
      out[at] = 0x50;
      out[at + 1] = transfer.receiverSettleMode;
      at += 2;
    } else {
      out[at] = 0x40;
      at += 1;
    }
    if (stateBytes > 0) at += source.copy(out, at, transfer.stateStart, transfer.stateEnd);
    else {
      out[at] = 0x40;
      at += 1;
    }
    out[at] = transfer.resume ? 0x41 : 0x42;
    out[at + 1] = transfer.aborted ? 0x41 : 0x42;
    at += 2;
  }
  if (wide) {
    out.writeUInt32BE(at - start - 16, start + 12);
    out.writeUInt32BE(count, start + 16);
  } else {
    out[start + 12] = at - start - 13;
    out[start + 13] = count;
  }
  const frameBytes = at - start + payloadBytes;
  out[start] = frameBytes >>> 24;
  out[start + 1] = frameBytes >>> 16;
  out[start + 2] = frameBytes >>> 8;
  out[start + 3] = frameBytes;
  return at;
}
