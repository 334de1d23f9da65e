/** Marks a string that is to be written as a symbol. */
export class AmqpSymbol {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** Marks an unsigned integer; plain numbers are written as long. */
export class Unsigned {
  readonly value: number;
  readonly width: "ubyte" | "ushort" | "uint" | "ulong";
  constructor(value: number, width: "ubyte" | "ushort" | "uint" | "ulong" = "uint") {
    this.value = value;
    this.width = width;
  }
}

/** Bytes that are one encoded value already, passed on as they are. */
export class Encoded {
  readonly bytes: Buffer;
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

/** A described list under construction: descriptor code and fields, trailing nulls left out when written. */
export class DescribedList {
  readonly descriptor: number;
  readonly fields: readonly Writable[];
  constructor(descriptor: number, fields: readonly Writable[]) {
    this.descriptor = descriptor;
    this.fields = fields;
  }
}

export type Writable =
  | null
  | undefined
  | boolean
  | number
  | bigint
  | string
  | Buffer
  | AmqpSymbol
  | Unsigned
  | Encoded
  | DescribedList
  | SymbolArray
  | readonly Writable[]
  | ReadonlyMap<string | AmqpSymbol | Encoded, Writable>;

/** An array of symbols, as capabilities and mechanisms are sent. */
export class SymbolArray {
  readonly names: readonly string[];
  constructor(names: readonly string[]) {
    this.names = names;
  }
}

/** A growing buffer for everything that is not in the data path: handshakes, links, management. */
export class ValueWriter {
  #buffer = Buffer.allocUnsafe(512);
  #length = 0;

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  write(value: Writable): this {
    if (value === null || value === undefined) this.#byte(0x40);
    else if (typeof value === "boolean") this.#byte(value ? 0x41 : 0x42);
    else if (typeof value === "number") this.#number(value);
    else if (typeof value === "bigint") this.#room(9).#wide(0x81, (at) => this.#buffer.writeBigInt64BE(value, at));
    else if (typeof value === "string") this.#variable(0xa1, Buffer.from(value, "utf8"));
    else if (Buffer.isBuffer(value)) this.#variable(0xa0, value);
    else if (value instanceof AmqpSymbol) this.#variable(0xa3, Buffer.from(value.name, "ascii"));
    else if (value instanceof Unsigned) this.#unsigned(value);
    else if (value instanceof Encoded) this.raw(value.bytes);
    else if (value instanceof DescribedList) this.#described(value);
    else if (value instanceof SymbolArray) this.#symbolArray(value);
    else if (value instanceof Map) this.#compound(0xd1, [...value].flat() as Writable[]);
    else this.#compound(0xd0, value as readonly Writable[]);
    return this;
  }

  raw(bytes: Buffer): this {
    this.#room(bytes.length);
    bytes.copy(this.#buffer, this.#length);
    this.#length += bytes.length;
    return this;
  }

  #room(bytes: number): this {
    if (this.#length + bytes > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + bytes));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    return this;
  }

  #byte(byte: number): void {
    this.#room(1);
    this.#buffer[this.#length] = byte;
    this.#length += 1;
  }

  #wide(format: number, write: (at: number) => void): void {
    this.#buffer[this.#length] = format;
    write(this.#length + 1);
    this.#length += 9;
  }

  #number(value: number): void {
    this.#room(9);
    if (Number.isSafeInteger(value)) this.#wide(0x81, (at) => this.#buffer.writeBigInt64BE(BigInt(value), at));
    else this.#wide(0x82, (at) => this.#buffer.writeDoubleBE(value, at));
  }

  #unsigned({ value, width }: Unsigned): void {
    this.#room(9);
    if (width === "ubyte") {
      this.#byte(0x50);
      this.#byte(value);
    } else if (width === "ushort") {
      this.#byte(0x60);
      this.#length = this.#buffer.writeUInt16BE(value, this.#length);
    } else if (width === "uint") {
      if (value === 0) return this.#byte(0x43);
      this.#byte(0x70);
      this.#length = this.#buffer.writeUInt32BE(value >>> 0, this.#length);
    } else {
      this.#wide(0x80, (at) => this.#buffer.writeBigUInt64BE(BigInt(value), at));
    }
  }

  #variable(narrowFormat: number, bytes: Buffer): void {
    this.#room(5);
    if (bytes.length < 256) {
      this.#byte(narrowFormat);
      this.#byte(bytes.length);
    } else {
      this.#byte(narrowFormat + 0x10);
      this.#length = this.#buffer.writeUInt32BE(bytes.length, this.#length);
    }
    this.raw(bytes);
  }

  #described({ descriptor, fields }: DescribedList): void {
    this.#byte(0);
    this.#byte(0x53);
    this.#byte(descriptor);
    let count = fields.length;
    while (count > 0 && (fields[count - 1] === null || fields[count - 1] === undefined)) count -= 1;
    if (count === 0) this.#byte(0x45);
    else this.#compound(0xd0, fields.slice(0, count));
  }

  #compound(format: number, items: readonly Writable[]): void {
    this.#room(9);
    this.#buffer[this.#length] = format;
    const sizeAt = this.#length + 1;
    this.#length += 9;
    for (const item of items) this.write(item);
    this.#buffer.writeUInt32BE(this.#length - sizeAt - 4, sizeAt);
    this.#buffer.writeUInt32BE(items.length, sizeAt + 4);
  }

  #symbolArray({ names }: SymbolArray): void {
    this.#room(10);
    this.#buffer[this.#length] = 0xf0;
    const sizeAt = this.#length + 1;
    this.#buffer[this.#length + 9] = 0xb3;
    this.#length += 10;
    for (const name of names) {
      const bytes = Buffer.from(name, "ascii");
      this.#room(4);
      this.#length = this.#buffer.writeUInt32BE(bytes.length, this.#length);
      this.raw(bytes);
    }
    this.#buffer.writeUInt32BE(this.#length - sizeAt - 4, sizeAt);
    this.#buffer.writeUInt32BE(names.length, sizeAt + 4);
  }
}

export function encode(value: Writable): Buffer {
  return new ValueWriter().write(value).bytes();
}
