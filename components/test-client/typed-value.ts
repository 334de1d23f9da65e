import type { Typed } from "rhea";

/** The simple types of AMQP 1.0 (part 1, section 1.6) that a value typed by hand can have. */
export const valueTypes = [
  "string", "boolean", "byte", "ubyte", "short", "ushort", "int", "uint", "long", "ulong", "float", "double", "timestamp", "uuid", "symbol", "binary",
] as const;
export type ValueType = (typeof valueTypes)[number];

export const valueTypeLabels: Readonly<Record<ValueType, string>> = {
  string: "Text", boolean: "Boolean", byte: "Byte", ubyte: "Unsigned byte", short: "Short", ushort: "Unsigned short", int: "Integer",
  uint: "Unsigned integer", long: "Long", ulong: "Unsigned long", float: "Float", double: "Double", timestamp: "Timestamp", uuid: "UUID",
  symbol: "Symbol", binary: "Binary (hex)",
};

type IntegerType = "byte" | "ubyte" | "short" | "ushort" | "int" | "uint" | "long" | "ulong";

/** Bounds of the integers. Longs end where a browser's numbers stop being exact. */
const integerBounds: Readonly<Record<IntegerType, readonly [least: number, most: number]>> = {
  byte: [-128, 127],
  ubyte: [0, 255],
  short: [-32_768, 32_767],
  ushort: [0, 65_535],
  int: [-(2 ** 31), 2 ** 31 - 1],
  uint: [0, 2 ** 32 - 1],
  long: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ulong: [0, Number.MAX_SAFE_INTEGER],
};

function isIntegerType(type: ValueType): type is IntegerType {
  return type in integerBounds;
}

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Bytes of pairs of hexadecimal digits, white space between them allowed; undefined when the text is something else. */
export function bytesOfHex(text: string): Uint8Array | undefined {
  const digits = text.replaceAll(/\s/g, "");
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) return undefined;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Bytes of Base64 text (RFC 4648), white space allowed; undefined when the text is something else. */
export function bytesOfBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text.replaceAll(/\s/g, "")), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** What is wrong with a text as a value of this type; undefined when nothing is. */
export function faultOfValue(type: ValueType, text: string): string | undefined {
  if (isIntegerType(type)) {
    const [least, most] = integerBounds[type];
    const isWithin = /^-?\d+$/.test(text) && Number(text) >= least && Number(text) <= most;
    return isWithin ? undefined : `Type a whole number from ${least} to ${most}.`;
  }
  switch (type) {
    case "boolean":
      return text === "true" || text === "false" ? undefined : "Type true or false.";
    case "float":
    case "double":
      return text.trim() !== "" && Number.isFinite(Number(text)) ? undefined : "Type a number, for example 1.5 or 2e-3.";
    case "timestamp":
      return Number.isNaN(Date.parse(text)) ? "Type a time, for example 2030-01-31T12:00:00Z." : undefined;
    case "uuid":
      return uuidPattern.test(text) ? undefined : "Type a UUID, for example 123e4567-e89b-12d3-a456-426614174000.";
    case "symbol":
      return /^[\x20-\x7e]+$/.test(text) ? undefined : "Type ASCII characters.";
    case "binary":
      return bytesOfHex(text) === undefined ? "Type pairs of hexadecimal digits, for example 0a ff." : undefined;
    default:
      return undefined;
  }
}

/** rhea's wrappers of values, which say as which type a value is encoded. */
export type Wrap = Pick<
  typeof import("rhea").types,
  | "wrap_string" | "wrap_boolean" | "wrap_byte" | "wrap_ubyte" | "wrap_short" | "wrap_ushort" | "wrap_int" | "wrap_uint" | "wrap_long" | "wrap_ulong"
  | "wrap_float" | "wrap_double" | "wrap_timestamp" | "wrap_uuid" | "wrap_symbol" | "wrap_binary"
>;

/** rhea writes a UUID with the `copy` of Node's Buffer, which a browser's arrays do not have. */
function copyable(bytes: Uint8Array): { copy: (target: Uint8Array, at: number) => void } {
  return { copy: (target, at) => target.set(bytes, at) };
}

/** The value for rhea. @param text one in which {@link faultOfValue} finds nothing */
export function typedValue(type: ValueType, text: string, wrap: Wrap): Typed {
  if (isIntegerType(type)) return wrap[`wrap_${type}`](Number(text)) as Typed;
  switch (type) {
    case "boolean":
      return wrap.wrap_boolean(text === "true");
    case "float":
    case "double":
      return wrap[`wrap_${type}`](Number(text));
    case "timestamp":
      return wrap.wrap_timestamp(Date.parse(text));
    case "uuid":
      return wrap.wrap_uuid(copyable(bytesOfHex(text.replaceAll("-", ""))!));
    case "symbol":
      return wrap.wrap_symbol(text);
    case "binary":
      return wrap.wrap_binary(bytesOfHex(text));
    default:
      return wrap.wrap_string(text);
  }
}
