/**
 * AMQP 1.0 values for the tests, written for them alone: a fault in the gateway's own codec cannot hide itself here. The
 * writer also writes what nobody should; the reader is for answers of our own servers.
 */
export class Typed {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

/** What {@link encode} takes: plain values get their usual type, {@link Typed} ones are as they are. */
export type AmqpInput = Typed | string | boolean | null | undefined | Buffer | readonly AmqpInput[];

const nullBytes = Buffer.from([0x40]);

function withSize(small: number, large: number, body: Buffer, count?: number): Buffer {
  const counted = count === undefined ? 0 : 1;
  if (body.length + counted < 256 && (count ?? 0) < 256) {
    return Buffer.concat([Buffer.from(count === undefined ? [small, body.length] : [small, body.length + 1, count]), body]);
  }
  const head = Buffer.alloc(count === undefined ? 5 : 9);
  head[0] = large;
  head.writeUInt32BE(body.length + (count === undefined ? 0 : 4), 1);
  if (count !== undefined) head.writeUInt32BE(count, 5);
  return Buffer.concat([head, body]);
}

export const ubyte = (value: number): Typed => new Typed(Buffer.from([0x50, value]));
export function ushort(value: number): Typed {
  const bytes = Buffer.from([0x60, 0, 0]);
  bytes.writeUInt16BE(value, 1);
  return new Typed(bytes);
}
export function uint(value: number): Typed {
  const bytes = Buffer.from([0x70, 0, 0, 0, 0]);
  bytes.writeUInt32BE(value, 1);
  return new Typed(bytes);
}
export function ulong(value: number | bigint): Typed {
  const bytes = Buffer.alloc(9);
  bytes[0] = 0x80;
  bytes.writeBigUInt64BE(BigInt(value), 1);
  return new Typed(bytes);
}
export const symbol = (value: string): Typed => new Typed(withSize(0xa3, 0xb3, Buffer.from(value, "ascii")));
export const text = (value: string): Typed => new Typed(withSize(0xa1, 0xb1, Buffer.from(value)));
export const binary = (value: Buffer): Typed => new Typed(withSize(0xa0, 0xb0, value));
export const list = (values: readonly AmqpInput[]): Typed => new Typed(withSize(0xc0, 0xd0, Buffer.concat(values.map(encode)), values.length));
export const map = (entries: readonly (readonly [AmqpInput, AmqpInput])[]): Typed =>
  new Typed(withSize(0xc1, 0xd1, Buffer.concat(entries.flatMap(([key, value]) => [encode(key), encode(value)])), entries.length * 2));
export const described = (descriptor: number | string, value: AmqpInput): Typed =>
  new Typed(Buffer.concat([Buffer.from([0x00]), typeof descriptor === "number" ? Buffer.from([0x53, descriptor]) : symbol(descriptor).bytes, encode(value)]));
export const symbols = (values: readonly string[]): Typed =>
  new Typed(withSize(0xe0, 0xf0, Buffer.concat([Buffer.from([0xb3]), ...values.map((value) => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(value.length);
    return Buffer.concat([size, Buffer.from(value, "ascii")]);
  })]), values.length));
/** Bytes that stand for themselves. */
export const raw = (...bytes: number[]): Typed => new Typed(Buffer.from(bytes));

export function encode(value: AmqpInput): Buffer {
  if (value instanceof Typed) return value.bytes;
  if (value === null || value === undefined) return nullBytes;
  if (typeof value === "boolean") return Buffer.from([value ? 0x41 : 0x42]);
  if (typeof value === "string") return text(value).bytes;
  if (Buffer.isBuffer(value)) return binary(value).bytes;
  return list(value).bytes;
}

/** What {@link decode} answers; symbols are strings that begin with a colon, described values arrays `["descriptor", value]`. */
export type AmqpOutput = string | number | boolean | null | AmqpOutput[] | { [key: string]: AmqpOutput } | Described;

export class Described {
  readonly descriptor: AmqpOutput;
  readonly value: AmqpOutput;

  constructor(descriptor: AmqpOutput, value: AmqpOutput) {
    this.descriptor = descriptor;
    this.value = value;
  }
}

/** Reads one value at a time. */
export class ValueReader {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  next(): AmqpOutput {
    const code = this.#byte();
    if (code !== 0x00) return this.#data(code);
    const descriptor = this.next();
    return new Described(descriptor, this.next());
  }

  #byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new Error("An answer ends within a value.");
    return byte;
  }

  #take(count: number): Buffer {
    if (this.at + count > this.bytes.length) throw new Error("An answer ends within a value.");
    return this.bytes.subarray(this.at, (this.at += count));
  }

  #size(code: number): number {
    return (code >> 4) % 2 === 0 ? this.#byte() : this.#take(4).readUInt32BE();
  }

  #data(code: number): AmqpOutput {
    switch (code) {
      case 0x40: return null;
      case 0x41: return true;
      case 0x42: return false;
      case 0x43: case 0x44: return 0;
      case 0x45: return [];
      case 0x50: case 0x52: case 0x53: return this.#byte();
      case 0x51: case 0x54: case 0x55: return this.#take(1).readInt8();
      case 0x56: return this.#byte() === 1;
      case 0x60: return this.#take(2).readUInt16BE();
      case 0x61: return this.#take(2).readInt16BE();
      case 0x70: return this.#take(4).readUInt32BE();
      case 0x71: return this.#take(4).readInt32BE();
      case 0x72: return this.#take(4).readFloatBE();
      case 0x80: return Number(this.#take(8).readBigUInt64BE());
      case 0x81: case 0x83: return Number(this.#take(8).readBigInt64BE());
      case 0x82: return this.#take(8).readDoubleBE();
      case 0x98: return this.#take(16).toString("hex");
      case 0xa0: case 0xb0: return `0x${this.#take(this.#size(code)).toString("hex")}`;
      case 0xa1: case 0xb1: return this.#take(this.#size(code)).toString("utf8");
      case 0xa3: case 0xb3: return `:${this.#take(this.#size(code)).toString("ascii")}`;
      case 0xc0: case 0xd0: return this.#items(code);
      case 0xc1: case 0xd1: return this.#map(code);
      case 0xe0: case 0xf0: return this.#array(code);
      default: throw new Error(`An answer holds the unknown constructor 0x${code.toString(16)}.`);
    }
  }

  #items(code: number): AmqpOutput[] {
    const isSmall = code < 0xd0;
    this.#size(isSmall ? 0xc0 : 0xd0);
    const count = isSmall ? this.#byte() : this.#take(4).readUInt32BE();
    return Array.from({ length: count }, () => this.next());
  }

  #map(code: number): AmqpOutput {
    const items = this.#items(code - 1);
    const result: Record<string, AmqpOutput> = {};
    for (let index = 0; index < items.length; index += 2) result[String(items[index])] = items[index + 1]!;
    return result;
  }

  #array(code: number): AmqpOutput[] {
    const isSmall = code === 0xe0;
    this.#size(isSmall ? 0xc0 : 0xd0);
    const count = isSmall ? this.#byte() : this.#take(4).readUInt32BE();
    const element = this.#byte();
    return Array.from({ length: count }, () => this.#data(element));
  }
}

export function decode(bytes: Buffer): AmqpOutput {
  return new ValueReader(bytes).next();
}
