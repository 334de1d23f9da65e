/**
 * Bounds for AMQP 1.0 encodings (OASIS AMQP 1.0, part 1, section 1.2 and 1.6) that somebody else has written. A decoder that
 * believes the element counts of such bytes can be made to fill the memory with 32 of them, so these functions
 * walk the bytes first, without building anything, in time linear in their number.
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

interface Walk {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly bounds: AmqpBounds;
  elements: number;
}

function walkOf(bytes: Uint8Array, bounds: AmqpBounds): Walk {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), bounds, elements: 0 };
}

function need(at: number, count: number, end: number): void {
  if (count > end - at) throw new AmqpBoundsError(`A value claims ${count} bytes where ${Math.max(0, end - at)} are left.`);
}

function countElements(walk: Walk, count: number): void {
  walk.elements += count;
  if (walk.elements > walk.bounds.maxElements) {
    throw new AmqpBoundsError(`It claims more than ${walk.bounds.maxElements} list, map or array elements.`);
  }
}

/** Widths of the fixed-width constructors; any other code of the categories 4 to 9 is unknown. */
const fixedWidths = new Map<number, number>([
  [0x40, 0], [0x41, 0], [0x42, 0], [0x43, 0], [0x44, 0], [0x45, 0],
  [0x50, 1], [0x51, 1], [0x52, 1], [0x53, 1], [0x54, 1], [0x55, 1], [0x56, 1],
  [0x60, 2], [0x61, 2],
  [0x70, 4], [0x71, 4], [0x72, 4], [0x73, 4], [0x74, 4],
  [0x80, 8], [0x81, 8], [0x82, 8], [0x83, 8], [0x84, 8],
  [0x94, 16], [0x98, 16],
]);
const variableSizes = new Map<number, 1 | 4>([[0xa0, 1], [0xa1, 1], [0xa3, 1], [0xb0, 4], [0xb1, 4], [0xb3, 4]]);
const compoundSizes = new Map<number, 1 | 4>([[0xc0, 1], [0xc1, 1], [0xd0, 4], [0xd1, 4]]);
const arraySizes = new Map<number, 1 | 4>([[0xe0, 1], [0xf0, 4]]);

function readSize(walk: Walk, at: number, width: 1 | 4, end: number): number {
  need(at, width, end);
  return width === 1 ? walk.view.getUint8(at) : walk.view.getUint32(at);
}

/** Walks the descriptors and the code of a constructor; answers the code and where the data begins. */
function walkConstructor(walk: Walk, at: number, end: number, depth: number): { code: number; at: number } {
  need(at, 1, end);
  const code = walk.view.getUint8(at);
  if (code !== 0x00) return { code, at: at + 1 };
  const afterDescriptor = walkValue(walk, at + 1, end, depth + 1);
  return walkConstructor(walk, afterDescriptor, end, depth + 1);
}

function walkArray(walk: Walk, at: number, width: 1 | 4, end: number, depth: number): number {
  const size = readSize(walk, at, width, end);
  need(at + width, size, end);
  const arrayEnd = at + width + size;
  const count = readSize(walk, at + width, width, arrayEnd);
  countElements(walk, count);
  const element = walkConstructor(walk, at + width + width, arrayEnd, depth + 1);
  let position = element.at;
  for (let index = 0; index < count; index += 1) position = walkData(walk, element.code, position, arrayEnd, depth + 1);
  if (position !== arrayEnd) throw new AmqpBoundsError("An array's size and its elements disagree.");
  return arrayEnd;
}

function walkCompound(walk: Walk, code: number, at: number, width: 1 | 4, end: number, depth: number): number {
  const size = readSize(walk, at, width, end);
  need(at + width, size, end);
  const compoundEnd = at + width + size;
  const count = readSize(walk, at + width, width, compoundEnd);
  if ((code === 0xc1 || code === 0xd1) && count % 2 !== 0) throw new AmqpBoundsError("A map has a key without a value.");
  // Each element has at least its constructor byte.
  need(at + width + width, count, compoundEnd);
  countElements(walk, count);
  let position = at + width + width;
  for (let index = 0; index < count; index += 1) position = walkValue(walk, position, compoundEnd, depth + 1);
  if (position !== compoundEnd) throw new AmqpBoundsError("A list's or map's size and its elements disagree.");
  return compoundEnd;
}

function walkData(walk: Walk, code: number, at: number, end: number, depth: number): number {
  if (depth > walk.bounds.maxDepth) throw new AmqpBoundsError(`It is nested deeper than ${walk.bounds.maxDepth} levels.`);
  const fixed = fixedWidths.get(code);
  if (fixed !== undefined) {
    need(at, fixed, end);
    return at + fixed;
  }
  const variable = variableSizes.get(code);
  if (variable !== undefined) {
    const size = readSize(walk, at, variable, end);
    need(at + variable, size, end);
    return at + variable + size;
  }
  const compound = compoundSizes.get(code);
  if (compound !== undefined) return walkCompound(walk, code, at, compound, end, depth);
  const array = arraySizes.get(code);
  if (array !== undefined) return walkArray(walk, at, array, end, depth);
  throw new AmqpBoundsError(`0x${code.toString(16)} is not an AMQP type.`);
}

function walkValue(walk: Walk, at: number, end: number, depth: number): number {
  if (depth > walk.bounds.maxDepth) throw new AmqpBoundsError(`It is nested deeper than ${walk.bounds.maxDepth} levels.`);
  const constructor = walkConstructor(walk, at, end, depth);
  return walkData(walk, constructor.code, constructor.at, end, depth);
}

/**
 * Checks the one value that begins at `start` and answers where it ends.
 * @throws AmqpBoundsError when it is malformed, runs past the end of `bytes`, or past a bound.
 */
export function checkAmqpValue(bytes: Uint8Array, start: number, bounds: AmqpBounds = defaultAmqpBounds): number {
  return walkValue(walkOf(bytes, bounds), start, bytes.length, 0);
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
  const walk = walkOf(bytes, bounds);
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
    countElements(walk, 1);
    at = walkValue(walk, section.at, bytes.length, 1);
  }
}
