import { newBudget, skipValue } from "../amqp/bounded-value.ts";
import { code } from "../amqp/codes.ts";
import { FieldList } from "../amqp/field-list.ts";
import { section, sectionCode } from "../amqp/message-sections.ts";
import { readError, writeError } from "../amqp/performatives.ts";
import { readValue } from "../amqp/value-reader.ts";
import { DescribedList, Encoded, encode, type Writable } from "../amqp/value-writer.ts";
import { addressNameKey } from "#contracts/addresses/address-name-key.ts";
import type { SpaceEntry } from "../directory/directory.ts";
import type { FrontCheck, FrontFinding } from "./front-hold.ts";

const toField = 2;
/** Annotations in which Artemis writes where a message was before it moved it (a dead letter, a redrive). */
const originKeys = "x-opt-ORIG-";

const known = new WeakMap<SpaceEntry, BrokerNames>();

export function brokerNamesOf(space: SpaceEntry): BrokerNames {
  let names = known.get(space);
  if (names === undefined) known.set(space, (names = new BrokerNames(space)));
  return names;
}

/**
 * Takes the names that brokers use for a space's addresses out of what the space's clients get to see: from texts, from
 * rejections, and from messages that a broker has moved and so written anew, with its own name in `to` and the annotations.
 */
export class BrokerNames implements FrontCheck {
  readonly #space: SpaceEntry;
  readonly #prefix: Buffer;
  readonly #inText: RegExp;

  constructor(space: SpaceEntry) {
    this.#space = space;
    this.#prefix = Buffer.from(space.name);
    this.#inText = new RegExp(String.raw`${space.name.replaceAll(".", "\\.")}(?:/|\.(?:[a-z][a-z0-9]{0,11}\.)?)`, "g");
  }

  /** A text without the part of each name that is the broker's. */
  inText(text: string): string {
    return text.includes(this.#space.name) ? text.replace(this.#inText, "") : text;
  }

  /** The name that the space's clients know an address or queue by; other texts as they are. */
  #ownName(name: string): string {
    if (!name.startsWith(`${this.#space.name}.`) && !name.startsWith(`${this.#space.name}/`)) return name;
    const own = this.inText(name);
    return this.#space.addresses.get(addressNameKey(own))?.name ?? own;
  }

  /** A broker's `rejected` as the client gets it; the bytes given when no name stands in it. */
  inRejection(buffer: Buffer, start: number, end: number): Buffer {
    const state = buffer.subarray(start, end);
    if (!state.includes(this.#prefix)) return state;
    const error = readError(FieldList.read(buffer, start, end).list(0));
    if (error === null) return state;
    return encode(new DescribedList(code.rejected, [writeError({ ...error, description: this.inText(error.description) })]));
  }

  /**
   * Looks for a name of the broker's in front of a message's body. Costs little when there is none: sections are hopped over
   * by their sizes, only `to` and the annotations are looked at.
   *
   * @param isWhole false when more of the message is to come
   */
  look(buffer: Buffer, start: number, end: number, isWhole: boolean): FrontFinding {
    let isNamed = false;
    for (let at = start; ; ) {
      const listAt = at + (buffer[at + 1] === 0x80 ? 10 : 3);
      if (listAt + 5 > end) {
        if (!isWhole && (at >= end || isFrontBegun(buffer, at, end))) return "cut";
        if (listAt >= end) break;
      }
      const descriptor = sectionCode(buffer, at, end);
      if (descriptor < section.header || descriptor > section.properties) break;
      const format = buffer[listAt]!;
      const isNarrow = format === 0xc0 || format === 0xc1;
      let next = listAt + 1;
      if (isNarrow && next < end) next += 1 + buffer[next]!;
      else if ((format === 0xd0 || format === 0xd1) && listAt + 5 <= end) next += 4 + buffer.readUInt32BE(next);
      else if (format !== 0x45) break;
      if (next > end) {
        if (!isWhole) return "cut";
        next = end;
      }
      if (descriptor === section.properties) isNamed ||= this.#isAt(buffer, toPosition(buffer, listAt + (isNarrow ? 3 : 9), next), next);
      else if (descriptor !== section.header) isNamed ||= buffer.subarray(at, next).includes(this.#prefix);
      at = next;
      if (descriptor === section.properties) break;
    }
    return isNamed ? "named" : "clean";
  }

  #isAt(buffer: Buffer, from: number, end: number): boolean {
    const prefix = this.#prefix;
    if (end - from <= prefix.length) return false;
    for (let index = 0; index < prefix.length; index += 1) if (buffer[from + index] !== prefix[index]) return false;
    return true;
  }

  /**
   * What is there of a message, all sections in front of its body included, with the names that clients know in `to` and in the
   * annotations about its origin.
   *
   * @throws AmqpError `amqp:decode-error` when those sections go past the bounds of the decoder
   */
  rewritten(buffer: Buffer, start: number, end: number): Buffer {
    const parts: Buffer[] = [];
    let at = start;
    while (at < end) {
      const descriptor = sectionCode(buffer, at, end);
      if (descriptor < section.header || descriptor > section.properties) break;
      const next = skipValue(buffer, at, end, newBudget());
      if (descriptor === section.properties) parts.push(this.#properties(buffer, at, next));
      else if (descriptor === section.header) parts.push(buffer.subarray(at, next));
      else parts.push(this.#annotations(buffer, at, next));
      at = next;
    }
    return Buffer.concat([...parts, buffer.subarray(at, end)]);
  }

  passable(buffer: Buffer, start: number, end: number): { readonly bytes: Buffer } {
    return { bytes: this.rewritten(buffer, start, end) };
  }

  #properties(buffer: Buffer, start: number, end: number): Buffer {
    const fields = FieldList.read(buffer, start, end);
    const to = fields.string(toField);
    if (to === null || this.#ownName(to) === to) return buffer.subarray(start, end);
    const written = Array.from({ length: fields.count }, (_, index): Writable => {
      const raw = fields.raw(index);
      return index === toField ? this.#ownName(to) : raw === null ? null : new Encoded(raw);
    });
    return encode(new DescribedList(section.properties, written));
  }

  #annotations(buffer: Buffer, start: number, end: number): Buffer {
    const mapAt = skipValue(buffer, start + 1, end, newBudget());
    const isWide = buffer[mapAt] === 0xd1;
    if (!isWide && buffer[mapAt] !== 0xc1) return buffer.subarray(start, end);
    const count = isWide ? buffer.readUInt32BE(mapAt + 5) : buffer[mapAt + 2]!;
    const entries = new Map<Encoded, Writable>();
    for (let at = mapAt + (isWide ? 9 : 3), index = 0; index < count; index += 2) {
      const valueAt = skipValue(buffer, at, end, newBudget());
      const next = skipValue(buffer, valueAt, end, newBudget());
      const key = readValue(buffer, at, valueAt).value;
      const value: unknown = typeof key === "string" && key.startsWith(originKeys) ? readValue(buffer, valueAt, next).value : null;
      entries.set(new Encoded(buffer.subarray(at, valueAt)), typeof value === "string" ? this.#ownName(value) : new Encoded(buffer.subarray(valueAt, next)));
      at = next;
    }
    return Buffer.concat([buffer.subarray(start, mapAt), encode(entries)]);
  }
}

/** True when these few bytes may go on as a section in front of the body. */
function isFrontBegun(buffer: Buffer, start: number, end: number): boolean {
  const isLong = buffer[start + 1] === 0x80;
  const codeAt = start + (isLong ? 9 : 2);
  return buffer[start] === 0 && (end - start < 2 || isLong || buffer[start + 1] === 0x53) && (codeAt >= end || (buffer[codeAt]! >= section.header && buffer[codeAt]! <= section.properties));
}

/** Where the text of the third property starts, `to`, behind message and user id; `end` when there is none. */
function toPosition(buffer: Buffer, start: number, end: number): number {
  let at = start;
  for (let field = 0; field < toField; field += 1) {
    const format = buffer[at]!;
    if (at >= end) return end;
    if (format === 0x40 || format === 0x44) at += 1;
    else if (format === 0xa0 || format === 0xa1) at += 2 + buffer[at + 1]!;
    else if (format === 0x53) at += 2;
    else if (format === 0x80) at += 9;
    else if (format === 0x98) at += 17;
    else if ((format === 0xb0 || format === 0xb1) && end - at > 5) at += 5 + buffer.readUInt32BE(at + 1);
    else return end;
  }
  if (at >= end) return end;
  return buffer[at] === 0xa1 ? at + 2 : buffer[at] === 0xb1 ? at + 5 : end;
}
