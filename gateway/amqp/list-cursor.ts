import { decodeError } from "./amqp-error.ts";
import { newBudget, skipValue } from "./bounded-value.ts";

/**
 * Cursor over the fields of one performative in the data path. Module state instead of an object per frame: frames are
 * decoded one after the other and nothing of a cursor outlives the decoding of its frame.
 */
let at = 0;
let stop = 0;
let left = 0;

/**
 * Starts at a performative's list, behind its descriptor.
 *
 * @returns position behind the list, where the payload starts
 */
export function openList(buffer: Buffer, position: number, end: number): number {
  if (position >= end) throw decodeError("A performative has no list.");
  const format = buffer[position]!;
  if (format === 0xc0) {
    if (position + 3 > end) throw decodeError("A performative's list is cut off.");
    stop = position + 2 + buffer[position + 1]!;
    left = buffer[position + 2]!;
    at = position + 3;
  } else if (format === 0xd0) {
    if (position + 9 > end) throw decodeError("A performative's list is cut off.");
    stop = position + 5 + buffer.readUInt32BE(position + 1);
    left = buffer.readUInt32BE(position + 5);
    at = position + 9;
  } else if (format === 0x45) {
    stop = position + 1;
    left = 0;
    at = stop;
  } else {
    throw decodeError("A performative must be a list.");
  }
  if (stop > end || at > stop || left > stop - at) throw decodeError("A performative's list is longer than its frame.");
  return stop;
}

/** Checks that the list ends where its size says. Fields behind those the specification names are refused. */
export function closeList(): void {
  if (left !== 0 || at !== stop) throw decodeError("A performative has more fields than the specification knows.");
}

function nextFormat(buffer: Buffer): number {
  if (left === 0) return 0x40;
  left -= 1;
  if (at >= stop) throw decodeError("A performative's list is cut off.");
  const format = buffer[at]!;
  at += 1;
  return format;
}

/** @returns the value, or -1 when the field is absent */
export function nextUint(buffer: Buffer): number {
  const format = nextFormat(buffer);
  if (format === 0x40) return -1;
  if (format === 0x43) return 0;
  if (format === 0x52 && at < stop) {
    at += 1;
    return buffer[at - 1]!;
  }
  if (format === 0x70 && at + 4 <= stop) {
    at += 4;
    return ((buffer[at - 4]! << 24) | (buffer[at - 3]! << 16) | (buffer[at - 2]! << 8) | buffer[at - 1]!) >>> 0;
  }
  throw decodeError("A field must be a uint.");
}

/** @returns the value, or -1 when the field is absent */
export function nextUbyte(buffer: Buffer): number {
  const format = nextFormat(buffer);
  if (format === 0x40) return -1;
  if (format === 0x50 && at < stop) {
    at += 1;
    return buffer[at - 1]!;
  }
  throw decodeError("A field must be a ubyte.");
}

/** @returns the value; `absent` when the field is */
export function nextBoolean(buffer: Buffer, absent: boolean): boolean {
  const format = nextFormat(buffer);
  if (format === 0x40) return absent;
  if (format === 0x41) return true;
  if (format === 0x42) return false;
  if (format === 0x56 && at < stop) {
    at += 1;
    return buffer[at - 1] !== 0;
  }
  throw decodeError("A field must be a boolean.");
}

/** Where the last {@link nextBinary} or {@link nextEncoded} field's bytes are; empty when it was absent. */
export const span = { start: 0, end: 0 };

/** Sets {@link span} to the content of a binary field. */
export function nextBinary(buffer: Buffer): void {
  const format = nextFormat(buffer);
  if (format === 0x40) {
    span.start = 0;
    span.end = 0;
    return;
  }
  let length = -1;
  if (format === 0xa0 && at < stop) {
    length = buffer[at]!;
    at += 1;
  } else if (format === 0xb0 && at + 4 <= stop) {
    length = buffer.readUInt32BE(at);
    at += 4;
  }
  if (length < 0 || length > stop - at) throw decodeError("A field must be binary.");
  span.start = at;
  at += length;
  span.end = at;
}

/** Sets {@link span} to the encoded bytes of a field of any type, proved well formed. */
export function nextEncoded(buffer: Buffer): void {
  if (left === 0 || (at < stop && buffer[at] === 0x40)) {
    nextFormat(buffer);
    span.start = 0;
    span.end = 0;
    return;
  }
  left -= 1;
  span.start = at;
  // Accepted and released with an empty list, nearly every state there is, need no walk.
  if (at + 4 <= stop && buffer[at] === 0 && buffer[at + 1] === 0x53 && buffer[at + 3] === 0x45) at += 4;
  else at = skipValue(buffer, at, stop, newBudget());
  span.end = at;
}
