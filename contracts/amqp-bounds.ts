/**
 * Bounds for AMQP 1.0 encodings (OASIS AMQP 1.0, part 1, section 1.2 and 1.6) that somebody else has written. A decoder that
 * believes the element counts of such bytes can be made to fill the memory with 32 of them, so these functions
 * walk the bytes first, without building anything, in time linear in their number. The gateway, the provisioner and the browser
 * all use them.
 */
export interface AmqpBounds {
  /** Nesting of compound, array and described values. */
  readonly maxDepth: number;
  /** Elements of all lists, maps and arrays together. */
  readonly maxElements: number;
}

export const defaultAmqpBounds: AmqpBounds = { maxDepth: 32, maxElements: 65_536 };

/** The bytes are not a well-formed encoding, or go past a bound. The message is fit for people. */
export class AmqpBoundsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "AmqpBoundsError";
  }
}

/** What may still come within the bounds: counted down, so that many small claims cannot add up to a large one. */
export class AmqpBudget {
  elements: number;
  readonly bounds: AmqpBounds;

  constructor(bounds: AmqpBounds = defaultAmqpBounds) {
    this.bounds = bounds;
    this.elements = bounds.maxElements;
  }

  /** @param bytesLeft of what holds the elements */
  spend(count: number, bytesLeft: number): void {
    if (count > bytesLeft) throw new AmqpBoundsError(`A list, map or array claims ${count} elements in ${bytesLeft} bytes.`);
    this.elements -= count;
    if (this.elements < 0) throw new AmqpBoundsError(`It holds more than ${this.bounds.maxElements} list, map or array elements.`);
  }

  descend(depth: number): void {
    if (depth > this.bounds.maxDepth) throw new AmqpBoundsError(`It is nested deeper than ${this.bounds.maxDepth} levels.`);
  }
}

/** @returns the position behind so many bytes */
function need(at: number, count: number, end: number): number {
  if (count > end - at) throw new AmqpBoundsError(`A value claims ${count} bytes where ${Math.max(0, end - at)} are left.`);
  return at + count;
}

/** An unsigned integer of one byte or four, proved to be there. */
function unsignedAt(bytes: Uint8Array, at: number, width: number): number {
  if (width === 1) return bytes[at]!;
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

const fixedWidths = [0, 1, 2, 4, 8, 16];

/** Width in bytes of a fixed-width constructor, or -1 when the specification has none of that code. */
function fixedWidth(code: number): number {
  switch (code) {
    case 0x40: case 0x41: case 0x42: case 0x43: case 0x44: case 0x45:
    case 0x50: case 0x51: case 0x52: case 0x53: case 0x54: case 0x55: case 0x56:
    case 0x60: case 0x61:
    case 0x70: case 0x71: case 0x72: case 0x73: case 0x74:
    case 0x80: case 0x81: case 0x82: case 0x83: case 0x84:
    case 0x94: case 0x98:
      return fixedWidths[(code >> 4) - 4]!;
    default:
      return -1;
  }
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });

function checkText(bytes: Uint8Array, start: number, stop: number, isSymbol: boolean): void {
  let at = start;
  while (at < stop && bytes[at]! < 0x80) at += 1;
  if (at === stop) return;
  if (isSymbol) throw new AmqpBoundsError("A symbol holds bytes that are not ASCII.");
  try {
    strictUtf8.decode(bytes.subarray(at, stop));
  } catch {
    throw new AmqpBoundsError("A string is not valid UTF-8.");
  }
}

/** The data of a list or map from its size on. */
function walkCompound(bytes: Uint8Array, code: number, at: number, end: number, budget: AmqpBudget, depth: number): number {
  const width = code >= 0xd0 ? 4 : 1;
  const countAt = need(at, width, end);
  const stop = need(countAt, unsignedAt(bytes, at, width), end);
  let position = need(countAt, width, stop);
  const count = unsignedAt(bytes, countAt, width);
  if ((code & 1) === 1 && count % 2 !== 0) throw new AmqpBoundsError("A map has a key without a value.");
  budget.spend(count, stop - position);
  for (let index = 0; index < count; index += 1) position = walkAmqpValue(bytes, position, stop, budget, depth + 1);
  if (position !== stop) throw new AmqpBoundsError("A list's or map's size and its elements disagree.");
  return stop;
}

/** The data of an array from its size on. */
function walkArray(bytes: Uint8Array, code: number, at: number, end: number, budget: AmqpBudget, depth: number): number {
  const width = code === 0xf0 ? 4 : 1;
  const countAt = need(at, width, end);
  const stop = need(countAt, unsignedAt(bytes, at, width), end);
  let position = need(countAt, width, stop);
  const count = unsignedAt(bytes, countAt, width);
  budget.spend(count, stop - position);
  let level = depth + 1;
  need(position, 1, stop);
  while (bytes[position] === 0) {
    level += 1;
    budget.descend(level);
    position = walkAmqpValue(bytes, position + 1, stop, budget, level);
    need(position, 1, stop);
  }
  const elementCode = bytes[position]!;
  position += 1;
  for (let index = 0; index < count; index += 1) position = walkData(bytes, elementCode, position, stop, budget, level);
  if (position !== stop) throw new AmqpBoundsError("An array's size and its elements disagree.");
  return stop;
}

/** What stands behind a constructor that is no descriptor. */
function walkData(bytes: Uint8Array, code: number, at: number, end: number, budget: AmqpBudget, depth: number): number {
  const fixed = fixedWidth(code);
  if (fixed >= 0) return need(at, fixed, end);
  switch (code) {
    case 0xa0: case 0xa1: case 0xa3: case 0xb0: case 0xb1: case 0xb3: {
      const width = code >= 0xb0 ? 4 : 1;
      const start = need(at, width, end);
      const stop = need(start, unsignedAt(bytes, at, width), end);
      if ((code & 0x0f) !== 0) checkText(bytes, start, stop, (code & 0x0f) === 3);
      return stop;
    }
    case 0xc0: case 0xc1: case 0xd0: case 0xd1:
      return walkCompound(bytes, code, at, end, budget, depth);
    case 0xe0: case 0xf0:
      return walkArray(bytes, code, at, end, budget, depth);
    default:
      throw new AmqpBoundsError(`0x${code.toString(16)} is not an AMQP type.`);
  }
}

/**
 * Proves that the value that begins at `at` is well formed and within the bounds.
 * @param end first byte that is not the value's any more
 * @returns position behind the value
 * @throws AmqpBoundsError otherwise
 */
export function walkAmqpValue(bytes: Uint8Array, at: number, end: number, budget: AmqpBudget, depth = 0): number {
  budget.descend(depth);
  need(at, 1, end);
  const code = bytes[at]!;
  if (code !== 0) return walkData(bytes, code, at + 1, end, budget, depth);
  const afterDescriptor = walkAmqpValue(bytes, at + 1, end, budget, depth + 1);
  return walkAmqpValue(bytes, afterDescriptor, end, budget, depth + 1);
}

/**
 * Checks the one value that begins at `start` and answers where it ends.
 * @throws AmqpBoundsError when it is malformed, runs past the end of `bytes`, or past a bound.
 */
export function checkAmqpValue(bytes: Uint8Array, start: number, bounds: AmqpBounds = defaultAmqpBounds): number {
  return walkAmqpValue(bytes, start, bytes.length, new AmqpBudget(bounds));
}

/**
 * Reads the descriptor of a described value as a number.
 * @throws AmqpBoundsError unless the value begins with a numeric (ulong) descriptor.
 */
export function readAmqpDescriptor(bytes: Uint8Array, at: number): { descriptor: number; at: number } {
  if (bytes[at] === 0x00) {
    const code = bytes[at + 1];
    if (code === 0x53 && at + 3 <= bytes.length) return { descriptor: bytes[at + 2] ?? 0, at: at + 3 };
    if (code === 0x44) return { descriptor: 0, at: at + 2 };
    if (code === 0x80 && at + 10 <= bytes.length) {
      const view = new DataView(bytes.buffer, bytes.byteOffset + at + 2, 8);
      if (view.getUint32(0) === 0) return { descriptor: view.getUint32(4), at: at + 10 };
    }
  }
  throw new AmqpBoundsError("A frame or message section does not begin with a numeric descriptor.");
}

const listCodes = new Set([0x45, 0xc0, 0xd0]);
const mapCodes = new Set([0xc1, 0xd1]);
const binaryCodes = new Set([0xa0, 0xb0]);

/** Message sections (part 3, section 3.2) and the constructors that each may have; undefined means any. */
const sectionCodes = new Map<number, ReadonlySet<number> | undefined>([
  [0x70, listCodes], [0x71, mapCodes], [0x72, mapCodes], [0x73, listCodes], [0x74, mapCodes],
  [0x75, binaryCodes], [0x76, listCodes], [0x77, undefined], [0x78, mapCodes],
]);

/**
 * Checks a whole encoded message: known sections of the right shape, at most one of each but for data and sequence
 * sections, and all values within the bounds together.
 * @throws AmqpBoundsError otherwise.
 */
export function checkAmqpMessage(bytes: Uint8Array, bounds: AmqpBounds = defaultAmqpBounds): void {
  const budget = new AmqpBudget(bounds);
  const seen = new Set<number>();
  let at = 0;
  while (at < bytes.length) {
    const section = readAmqpDescriptor(bytes, at);
    if (!sectionCodes.has(section.descriptor)) throw new AmqpBoundsError("It has a section that AMQP does not know.");
    const codes = sectionCodes.get(section.descriptor);
    if (codes !== undefined && !codes.has(bytes[section.at] ?? 0)) throw new AmqpBoundsError("One of its sections has the wrong shape.");
    if (seen.has(section.descriptor) && section.descriptor !== 0x75 && section.descriptor !== 0x76) {
      throw new AmqpBoundsError("One of its sections comes twice.");
    }
    seen.add(section.descriptor);
    budget.spend(1, bytes.length - at);
    at = walkAmqpValue(bytes, section.at, bytes.length, budget, 1);
  }
}
