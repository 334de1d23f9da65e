import { checkAmqpMessage } from "../amqp-bounds.ts";

/** A value of AMQP 1.0 with the type it was encoded as (part 1, section 1.6). 64-bit integers are bigint. */
export type AmqpValue =
  | { readonly type: "null"; readonly value: null }
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "ubyte" | "ushort" | "uint" | "byte" | "short" | "int" | "float" | "double"; readonly value: number }
  | { readonly type: "ulong" | "long"; readonly value: bigint }
  /** Milliseconds since the epoch. */
  | { readonly type: "timestamp"; readonly value: number }
  | { readonly type: "char" | "string" | "symbol" | "uuid"; readonly value: string }
  | { readonly type: "binary" | "decimal32" | "decimal64" | "decimal128"; readonly value: Uint8Array }
  | { readonly type: "list" | "array"; readonly value: readonly AmqpValue[] }
  | { readonly type: "map"; readonly value: readonly (readonly [AmqpValue, AmqpValue])[] }
  | { readonly type: "described"; readonly descriptor: AmqpValue; readonly value: AmqpValue };

export type AmqpBody =
  | { readonly kind: "value"; readonly value: AmqpValue }
  | { readonly kind: "data"; readonly bytes: Uint8Array }
  | { readonly kind: "sequence"; readonly lists: readonly AmqpValue[] }
  | { readonly kind: "none" };

/** The sections of a message (part 3, section 3.2); fields of header and properties by their names, absent ones left out. */
export interface AmqpMessage {
  readonly header: Readonly<Record<string, AmqpValue>>;
  readonly deliveryAnnotations: readonly (readonly [AmqpValue, AmqpValue])[];
  readonly messageAnnotations: readonly (readonly [AmqpValue, AmqpValue])[];
  readonly properties: Readonly<Record<string, AmqpValue>>;
  readonly applicationProperties: readonly (readonly [AmqpValue, AmqpValue])[];
  readonly body: AmqpBody;
  readonly footer: readonly (readonly [AmqpValue, AmqpValue])[];
}

export const headerFields = ["durable", "priority", "ttl", "first-acquirer", "delivery-count"] as const;
export const propertyFields = [
  "message-id", "user-id", "to", "subject", "reply-to", "correlation-id", "content-type", "content-encoding", "absolute-expiry-time", "creation-time",
  "group-id", "group-sequence", "reply-to-group-id",
] as const;

interface Cursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at: number;
}

const utf8 = new TextDecoder("utf-8");

function step(cursor: Cursor, width: number): number {
  const { at } = cursor;
  cursor.at += width;
  return at;
}

function take(cursor: Cursor, length: number): Uint8Array {
  const at = step(cursor, length);
  return cursor.bytes.subarray(at, at + length);
}

function size(cursor: Cursor, isWide: boolean): number {
  return isWide ? cursor.view.getUint32(step(cursor, 4)) : cursor.view.getUint8(step(cursor, 1));
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function uuidOf(bytes: Uint8Array): string {
  return hexOf(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function items(cursor: Cursor, isWide: boolean): AmqpValue[] {
  size(cursor, isWide);
  const count = size(cursor, isWide);
  return Array.from({ length: count }, () => value(cursor));
}

function pairsOf(values: readonly AmqpValue[]): (readonly [AmqpValue, AmqpValue])[] {
  return Array.from({ length: values.length >> 1 }, (_, index) => [values[index * 2]!, values[index * 2 + 1]!] as const);
}

function array(cursor: Cursor, isWide: boolean): AmqpValue {
  size(cursor, isWide);
  const count = size(cursor, isWide);
  const descriptors: AmqpValue[] = [];
  while (cursor.bytes[cursor.at] === 0x00) {
    cursor.at += 1;
    descriptors.push(value(cursor));
  }
  const code = cursor.view.getUint8(step(cursor, 1));
  const described = (plain: AmqpValue) => descriptors.reduceRight<AmqpValue>((inner, descriptor) => ({ type: "described", descriptor, value: inner }), plain);
  return { type: "array", value: Array.from({ length: count }, () => described(data(cursor, code))) };
}

function value(cursor: Cursor): AmqpValue {
  const code = cursor.view.getUint8(step(cursor, 1));
  if (code !== 0x00) return data(cursor, code);
  const descriptor = value(cursor);
  return { type: "described", descriptor, value: value(cursor) };
}

function data(cursor: Cursor, code: number): AmqpValue {
  const { view } = cursor;
  switch (code) {
    case 0x40: return { type: "null", value: null };
    case 0x41: return { type: "boolean", value: true };
    case 0x42: return { type: "boolean", value: false };
    case 0x56: return { type: "boolean", value: view.getUint8(step(cursor, 1)) === 1 };
    case 0x50: return { type: "ubyte", value: view.getUint8(step(cursor, 1)) };
    case 0x60: return { type: "ushort", value: view.getUint16(step(cursor, 2)) };
    case 0x43: return { type: "uint", value: 0 };
    case 0x52: return { type: "uint", value: view.getUint8(step(cursor, 1)) };
    case 0x70: return { type: "uint", value: view.getUint32(step(cursor, 4)) };
    case 0x44: return { type: "ulong", value: 0n };
    case 0x53: return { type: "ulong", value: BigInt(view.getUint8(step(cursor, 1))) };
    case 0x80: return { type: "ulong", value: view.getBigUint64(step(cursor, 8)) };
    case 0x51: return { type: "byte", value: view.getInt8(step(cursor, 1)) };
    case 0x61: return { type: "short", value: view.getInt16(step(cursor, 2)) };
    case 0x54: return { type: "int", value: view.getInt8(step(cursor, 1)) };
    case 0x71: return { type: "int", value: view.getInt32(step(cursor, 4)) };
    case 0x55: return { type: "long", value: BigInt(view.getInt8(step(cursor, 1))) };
    case 0x81: return { type: "long", value: view.getBigInt64(step(cursor, 8)) };
    case 0x72: return { type: "float", value: view.getFloat32(step(cursor, 4)) };
    case 0x82: return { type: "double", value: view.getFloat64(step(cursor, 8)) };
    case 0x74: return { type: "decimal32", value: take(cursor, 4) };
    case 0x84: return { type: "decimal64", value: take(cursor, 8) };
    case 0x94: return { type: "decimal128", value: take(cursor, 16) };
    case 0x73: return { type: "char", value: String.fromCodePoint(Math.min(view.getUint32(step(cursor, 4)), 0x10_ff_ff)) };
    case 0x83: return { type: "timestamp", value: Number(view.getBigInt64(step(cursor, 8))) };
    case 0x98: return { type: "uuid", value: uuidOf(take(cursor, 16)) };
    case 0xa0: case 0xb0: return { type: "binary", value: take(cursor, size(cursor, code === 0xb0)) };
    case 0xa1: case 0xb1: return { type: "string", value: utf8.decode(take(cursor, size(cursor, code === 0xb1))) };
    case 0xa3: case 0xb3: return { type: "symbol", value: utf8.decode(take(cursor, size(cursor, code === 0xb3))) };
    case 0x45: return { type: "list", value: [] };
    case 0xc0: case 0xd0: return { type: "list", value: items(cursor, code === 0xd0) };
    case 0xc1: case 0xd1: return { type: "map", value: pairsOf(items(cursor, code === 0xd1)) };
    default: return array(cursor, code === 0xf0);
  }
}

function fieldsOf(section: AmqpValue, names: readonly string[]): Record<string, AmqpValue> {
  if (section.type !== "list") return {};
  return Object.fromEntries(section.value.slice(0, names.length).flatMap((each, index) => (each.type === "null" ? [] : [[names[index]!, each]])));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * Reads an encoded message with all its types. Nothing is built before the whole of it was checked against the bounds.
 * @throws AmqpBoundsError when it is malformed or goes past a bound
 */
export function decodeAmqpMessage(bytes: Uint8Array): AmqpMessage {
  checkAmqpMessage(bytes);
  const cursor: Cursor = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), at: 0 };
  const sections = new Map<number, AmqpValue[]>();
  while (cursor.at < bytes.length) {
    cursor.at += 1;
    const descriptor = value(cursor);
    const code = Number(descriptor.value);
    sections.set(code, [...(sections.get(code) ?? []), value(cursor)]);
  }
  const map = (code: number) => {
    const section = sections.get(code)?.[0];
    return section?.type === "map" ? section.value : [];
  };
  const chunks = sections.get(0x75);
  const lists = sections.get(0x76);
  const single = sections.get(0x77)?.[0];
  const body: AmqpBody =
    single !== undefined ? { kind: "value", value: single }
    : chunks !== undefined ? { kind: "data", bytes: joined(chunks.flatMap((chunk) => (chunk.type === "binary" ? [chunk.value] : []))) }
    : lists !== undefined ? { kind: "sequence", lists }
    : { kind: "none" };
  const none: AmqpValue = { type: "null", value: null };
  return {
    header: fieldsOf(sections.get(0x70)?.[0] ?? none, headerFields),
    deliveryAnnotations: map(0x71),
    messageAnnotations: map(0x72),
    properties: fieldsOf(sections.get(0x73)?.[0] ?? none, propertyFields),
    applicationProperties: map(0x74),
    body,
    footer: map(0x78),
  };
}
