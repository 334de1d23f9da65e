import type { AmqpBudget } from "#contracts/amqp-bounds.ts";
import { decodeError } from "./amqp-error.ts";
import { newBudget, skipValue } from "./bounded-value.ts";
import { readValue } from "./value-reader.ts";

/**
 * A described list (a performative, a terminus, an error) cut into its fields, each proved well formed but not yet read.
 * Fields keep their encoded bytes, so that they can be passed on as they came.
 */
export class FieldList {
  readonly descriptor: number;
  readonly end: number;
  readonly #buffer: Buffer;
  readonly #bounds: readonly number[];

  private constructor(buffer: Buffer, descriptor: number, bounds: readonly number[], end: number) {
    this.#buffer = buffer;
    this.descriptor = descriptor;
    this.#bounds = bounds;
    this.end = end;
  }

  /** @throws AmqpError `amqp:decode-error` */
  static read(buffer: Buffer, position: number, end: number, budget: AmqpBudget = newBudget()): FieldList {
    const stop = skipValue(buffer, position, end, budget);
    if (buffer[position] !== 0) throw decodeError("A described list was expected.");
    const descriptorEnd = skipValue(buffer, position + 1, stop, newBudget());
    const descriptor = readValue(buffer, position + 1, descriptorEnd).value;
    if (typeof descriptor !== "number") throw decodeError("A numeric descriptor was expected.");
    const format = buffer[descriptorEnd];
    const bounds: number[] = [];
    if (format === 0xc0 || format === 0xd0) {
      const width = format === 0xc0 ? 1 : 4;
      const count = width === 1 ? buffer[descriptorEnd + 2]! : buffer.readUInt32BE(descriptorEnd + 5);
      let at = descriptorEnd + 1 + 2 * width;
      bounds.push(at);
      const fieldBudget = newBudget();
      for (let index = 0; index < count; index += 1) {
        at = skipValue(buffer, at, stop, fieldBudget);
        bounds.push(at);
      }
    } else if (format !== 0x45) {
      throw decodeError("A described list was expected.");
    }
    return new FieldList(buffer, descriptor, bounds, stop);
  }

  get count(): number {
    return Math.max(0, this.#bounds.length - 1);
  }

  has(index: number): boolean {
    return index < this.count && this.#buffer[this.#bounds[index]!] !== 0x40;
  }

  /** The encoded bytes of a field, or null when it is absent. A view: copy it to keep it. */
  raw(index: number): Buffer | null {
    return this.has(index) ? this.#buffer.subarray(this.#bounds[index], this.#bounds[index + 1]) : null;
  }

  value(index: number): unknown {
    return this.has(index) ? readValue(this.#buffer, this.#bounds[index]!, this.#bounds[index + 1]!).value : null;
  }

  boolean(index: number, absent = false): boolean {
    if (!this.has(index)) return absent;
    const value = this.value(index);
    if (typeof value !== "boolean") throw decodeError(`Field ${index} must be a boolean.`);
    return value;
  }

  /** An unsigned integer of any width; ulongs beyond 2^53 are capped there. */
  unsigned(index: number): number | null {
    if (!this.has(index)) return null;
    const format = this.#buffer[this.#bounds[index]!]!;
    if (!unsignedFormats.has(format)) throw decodeError(`Field ${index} must be an unsigned integer.`);
    const value = this.value(index);
    return typeof value === "bigint" ? Number.MAX_SAFE_INTEGER : (value as number);
  }

  string(index: number): string | null {
    return this.#text(index, 0xa1, 0xb1, "a string");
  }

  symbol(index: number): string | null {
    return this.#text(index, 0xa3, 0xb3, "a symbol");
  }

  /** One symbol or an array of symbols, as a list. */
  symbols(index: number): string[] {
    const value = this.value(index);
    if (value === null || value === undefined) return [];
    const list = Array.isArray(value) ? value : [value];
    if (!list.every((item) => typeof item === "string")) throw decodeError(`Field ${index} must be symbols.`);
    return list as string[];
  }

  binary(index: number): Buffer | null {
    const value = this.value(index);
    if (value === null) return null;
    if (!Buffer.isBuffer(value)) throw decodeError(`Field ${index} must be binary.`);
    return value;
  }

  /** A described list within a field, or null when the field is absent. */
  list(index: number): FieldList | null {
    return this.has(index) ? FieldList.read(this.#buffer, this.#bounds[index]!, this.#bounds[index + 1]!) : null;
  }

  #text(index: number, narrow: number, wide: number, what: string): string | null {
    if (!this.has(index)) return null;
    const format = this.#buffer[this.#bounds[index]!];
    if (format !== narrow && format !== wide) throw decodeError(`Field ${index} must be ${what}.`);
    return this.value(index) as string;
  }
}

const unsignedFormats = new Set([0x43, 0x44, 0x50, 0x52, 0x53, 0x60, 0x70, 0x80]);
