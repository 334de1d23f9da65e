import type { AmqpBudget } from "#contracts/amqp-bounds.ts";
import { newBudget, skipValue } from "./bounded-value.ts";

/** A value with a descriptor, for example a filter or a delivery state. */
export class Described {
  readonly descriptor: unknown;
  readonly value: unknown;
  constructor(descriptor: unknown, value: unknown) {
    this.descriptor = descriptor;
    this.value = value;
  }
}

/**
 * Reads one value into JavaScript: integers as numbers (bigint beyond 2^53), binary as Buffer, symbols as strings,
 * timestamps as numbers (ms), lists and arrays as arrays, maps as Map, described values as {@link Described}.
 *
 * @returns the value and the position behind it
 * @throws AmqpError `amqp:decode-error`, before anything was built, when the value is malformed or out of bounds
 */
export function readValue(buffer: Buffer, position: number, end: number, budget: AmqpBudget = newBudget()): { value: unknown; end: number } {
  const stop = skipValue(buffer, position, end, budget);
  const cursor = { at: position };
  return { value: build(buffer, cursor), end: stop };
}

interface Cursor {
  at: number;
}

/** Builds a value that {@link skipValue} has proved well formed. */
function build(buffer: Buffer, cursor: Cursor): unknown {
  const format = buffer[cursor.at]!;
  cursor.at += 1;
  if (format === 0) {
    const descriptor = build(buffer, cursor);
    return new Described(descriptor, build(buffer, cursor));
  }
  return buildData(buffer, cursor, format);
}

function exact(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

function take(cursor: Cursor, bytes: number): number {
  const at = cursor.at;
  cursor.at += bytes;
  return at;
}

function buildData(buffer: Buffer, cursor: Cursor, format: number): unknown {
  switch (format) {
    case 0x40: return null;
    case 0x41: return true;
    case 0x42: return false;
    case 0x43: case 0x44: return 0;
    case 0x45: return [];
    case 0x50: case 0x52: case 0x53: return buffer[take(cursor, 1)];
    case 0x51: case 0x54: case 0x55: return buffer.readInt8(take(cursor, 1));
    case 0x56: return buffer[take(cursor, 1)] !== 0;
    case 0x60: return buffer.readUInt16BE(take(cursor, 2));
    case 0x61: return buffer.readInt16BE(take(cursor, 2));
    case 0x70: return buffer.readUInt32BE(take(cursor, 4));
    case 0x71: return buffer.readInt32BE(take(cursor, 4));
    case 0x72: return buffer.readFloatBE(take(cursor, 4));
    case 0x73: return String.fromCodePoint(Math.min(buffer.readUInt32BE(take(cursor, 4)), 0x10ffff));
    case 0x80: return exact(buffer.readBigUInt64BE(take(cursor, 8)));
    case 0x81: case 0x83: return exact(buffer.readBigInt64BE(take(cursor, 8)));
    case 0x82: return buffer.readDoubleBE(take(cursor, 8));
    case 0x74: return copyOf(buffer, cursor, 4);
    case 0x84: return copyOf(buffer, cursor, 8);
    case 0x94: case 0x98: return copyOf(buffer, cursor, 16);
    case 0xa0: return copyOf(buffer, cursor, buffer[take(cursor, 1)]!);
    case 0xb0: return copyOf(buffer, cursor, buffer.readUInt32BE(take(cursor, 4)));
    case 0xa1: case 0xa3: return copyOf(buffer, cursor, buffer[take(cursor, 1)]!).toString("utf8");
    case 0xb1: case 0xb3: return copyOf(buffer, cursor, buffer.readUInt32BE(take(cursor, 4))).toString("utf8");
    case 0xc0: return buildItems(buffer, cursor, narrowCount(buffer, cursor));
    case 0xd0: return buildItems(buffer, cursor, wideCount(buffer, cursor));
    case 0xc1: return buildMap(buffer, cursor, narrowCount(buffer, cursor));
    case 0xd1: return buildMap(buffer, cursor, wideCount(buffer, cursor));
    case 0xe0: return buildArray(buffer, cursor, narrowCount(buffer, cursor));
    default: return buildArray(buffer, cursor, wideCount(buffer, cursor));
  }
}

function narrowCount(buffer: Buffer, cursor: Cursor): number {
  return buffer[take(cursor, 2) + 1]!;
}

function wideCount(buffer: Buffer, cursor: Cursor): number {
  return buffer.readUInt32BE(take(cursor, 8) + 4);
}

function copyOf(buffer: Buffer, cursor: Cursor, bytes: number): Buffer {
  const start = take(cursor, bytes);
  return Buffer.from(buffer.subarray(start, start + bytes));
}

function buildItems(buffer: Buffer, cursor: Cursor, count: number): unknown[] {
  const items: unknown[] = [];
  for (let index = 0; index < count; index += 1) items.push(build(buffer, cursor));
  return items;
}

function buildMap(buffer: Buffer, cursor: Cursor, count: number): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>();
  for (let index = 0; index < count; index += 2) {
    const key = build(buffer, cursor);
    map.set(key, build(buffer, cursor));
  }
  return map;
}

function buildArray(buffer: Buffer, cursor: Cursor, count: number): unknown[] {
  const descriptors: unknown[] = [];
  while (buffer[cursor.at] === 0) {
    cursor.at += 1;
    descriptors.push(build(buffer, cursor));
  }
  const format = buffer[take(cursor, 1)]!;
  const items: unknown[] = [];
  for (let index = 0; index < count; index += 1) {
    let item = buildData(buffer, cursor, format);
    for (let level = descriptors.length - 1; level >= 0; level -= 1) item = new Described(descriptors[level], item);
    items.push(item);
  }
  return items;
}
