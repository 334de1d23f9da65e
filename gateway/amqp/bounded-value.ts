import { isUtf8 } from "node:buffer";
import { decodeError } from "./amqp-error.ts";

/** The most values (list items, map keys and values, array elements) that one frame or body may hold. */
export const maxElements = 65_536;
export const maxDepth = 32;

/** Counts the elements of one frame down, so that many small claims cannot add up to a large one. */
export interface ElementBudget {
  elements: number;
}

export function newBudget(): ElementBudget {
  return { elements: maxElements };
}

function spend(budget: ElementBudget, count: number, bytesLeft: number): void {
  if (count > bytesLeft) throw decodeError(`A list, map or array claims ${count} elements in ${bytesLeft} bytes.`);
  budget.elements -= count;
  if (budget.elements < 0) throw decodeError(`A frame holds more than ${maxElements} values.`);
}

function need(position: number, bytes: number, end: number): number {
  if (bytes > end - position) throw decodeError("A value is longer than what holds it.");
  return position + bytes;
}

const fixedWidths = [0, 1, 2, 4, 8, 16];

/** Width in bytes of a fixed-width format code, or -1 when it is none of the specification. */
function fixedWidth(format: number): number {
  switch (format) {
    case 0x40: case 0x41: case 0x42: case 0x43: case 0x44: case 0x45:
    case 0x50: case 0x51: case 0x52: case 0x53: case 0x54: case 0x55: case 0x56:
    case 0x60: case 0x61:
    case 0x70: case 0x71: case 0x72: case 0x73: case 0x74:
    case 0x80: case 0x81: case 0x82: case 0x83: case 0x84:
    case 0x94: case 0x98:
      return fixedWidths[(format >> 4) - 4] ?? -1;
    default:
      return -1;
  }
}

/**
 * Walks one value and proves that it is well formed and within bounds, without keeping anything.
 *
 * @param position where the value's constructor starts
 * @param end first byte that is not the value's any more
 * @returns position behind the value
 * @throws AmqpError `amqp:decode-error`
 */
export function skipValue(buffer: Buffer, position: number, end: number, budget: ElementBudget, depth = 0): number {
  if (depth > maxDepth) throw decodeError(`Values are nested deeper than ${maxDepth}.`);
  need(position, 1, end);
  const format = buffer[position]!;
  if (format === 0) {
    const descriptorEnd = skipValue(buffer, position + 1, end, budget, depth + 1);
    return skipValue(buffer, descriptorEnd, end, budget, depth + 1);
  }
  return skipData(buffer, position + 1, end, format, budget, depth);
}

/** As {@link skipValue}, for the data behind a primitive constructor already read. */
function skipData(buffer: Buffer, position: number, end: number, format: number, budget: ElementBudget, depth: number): number {
  const width = fixedWidth(format);
  if (width >= 0) return need(position, width, end);
  switch (format) {
    case 0xa0:
    case 0xb0:
      return variableEnd(buffer, position, end, format);
    case 0xa1:
    case 0xb1: {
      const stop = variableEnd(buffer, position, end, format);
      const start = position + (format === 0xa1 ? 1 : 4);
      if (!isUtf8(buffer.subarray(start, stop))) throw decodeError("A string is not valid UTF-8.");
      return stop;
    }
    case 0xa3:
    case 0xb3: {
      const stop = variableEnd(buffer, position, end, format);
      for (let at = position + (format === 0xa3 ? 1 : 4); at < stop; at += 1) {
        if (buffer[at]! > 0x7f) throw decodeError("A symbol holds bytes that are not ASCII.");
      }
      return stop;
    }
    case 0xc0: case 0xd0: case 0xc1: case 0xd1:
      return skipCompound(buffer, position, end, format, budget, depth);
    case 0xe0: case 0xf0:
      return skipArray(buffer, position, end, format, budget, depth);
    default:
      throw decodeError(`0x${format.toString(16)} is no AMQP 1.0 constructor.`);
  }
}

function variableEnd(buffer: Buffer, position: number, end: number, format: number): number {
  const wide = format >= 0xb0;
  const start = need(position, wide ? 4 : 1, end);
  return need(start, wide ? buffer.readUInt32BE(position) : buffer[position]!, end);
}

/** Where a compound or array ends, its count, and where its content starts; the outcome of {@link readExtent}. */
const extent = { stop: 0, count: 0, start: 0 };

function readExtent(buffer: Buffer, position: number, end: number, wide: boolean): typeof extent {
  const width = wide ? 4 : 1;
  const countAt = need(position, width, end);
  const size = wide ? buffer.readUInt32BE(position) : buffer[position]!;
  extent.stop = need(countAt, size, end);
  extent.start = need(countAt, width, extent.stop);
  extent.count = wide ? buffer.readUInt32BE(countAt) : buffer[countAt]!;
  return extent;
}

function skipCompound(buffer: Buffer, position: number, end: number, format: number, budget: ElementBudget, depth: number): number {
  const { stop, count, start } = readExtent(buffer, position, end, format >= 0xd0);
  if ((format & 1) === 1 && count % 2 !== 0) throw decodeError("A map has a key without a value.");
  spend(budget, count, stop - start);
  let at = start;
  for (let index = 0; index < count; index += 1) at = skipValue(buffer, at, stop, budget, depth + 1);
  if (at !== stop) throw decodeError("A list or map is longer than its items.");
  return stop;
}

function skipArray(buffer: Buffer, position: number, end: number, format: number, budget: ElementBudget, depth: number): number {
  const { stop, count, start } = readExtent(buffer, position, end, format === 0xf0);
  spend(budget, count, stop - start);
  let at = start;
  let level = depth + 1;
  need(at, 1, stop);
  while (buffer[at] === 0) {
    level += 1;
    if (level > maxDepth) throw decodeError(`Values are nested deeper than ${maxDepth}.`);
    at = skipValue(buffer, at + 1, stop, budget, level);
    need(at, 1, stop);
  }
  const elementFormat = buffer[at]!;
  at += 1;
  for (let index = 0; index < count; index += 1) at = skipData(buffer, at, stop, elementFormat, budget, level);
  if (at !== stop) throw decodeError("An array is longer than its elements.");
  return stop;
}
