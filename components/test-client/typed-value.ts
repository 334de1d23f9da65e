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

/** Types with parts, written as JSON; where the specification lets a value be more than simple. */
export const compoundTypes = ["list", "map", "array", "char", "null"] as const;
export type AnyValueType = ValueType | (typeof compoundTypes)[number];
export const anyValueTypes: readonly AnyValueType[] = [...valueTypes, ...compoundTypes];

export const anyValueTypeLabels: Readonly<Record<AnyValueType, string>> = {
  ...valueTypeLabels, list: "List (JSON)", map: "Map (JSON)", array: "Array (JSON)", char: "Character", null: "Null",
};

export const compoundHelp = 'Whole numbers become int or long, others double. A type can be said: {"$ushort": 7}, {"$uuid": "…"}. An array: {"$array": "int", "values": [1, 2]}.';

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
  | "wrap_float" | "wrap_double" | "wrap_timestamp" | "wrap_uuid" | "wrap_symbol" | "wrap_binary" | "wrap_char" | "wrap_list" | "wrap_map" | "wrap_array" | "wrap"
>;

const arrayCodes = { boolean: 0x56, byte: 0x51, ubyte: 0x50, short: 0x61, ushort: 0x60, int: 0x71, uint: 0x70, long: 0x81, ulong: 0x80, float: 0x72, double: 0x82, timestamp: 0x83, string: 0xb1, symbol: 0xb3 } as const;
type ArrayType = keyof typeof arrayCodes;

function isArrayType(type: unknown): type is ArrayType {
  return typeof type === "string" && type in arrayCodes;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const maxNesting = 30;

/** What is wrong with a part of a JSON text as an AMQP value. */
function faultOfPart(part: unknown, depth: number): string | undefined {
  if (depth > maxNesting) return `At most ${maxNesting} levels.`;
  if (part === null || typeof part !== "object") return undefined;
  if (Array.isArray(part)) return part.map((each) => faultOfPart(each, depth + 1)).find((fault) => fault !== undefined);
  const entries = Object.entries(part);
  const [name, value] = entries[0] ?? [];
  if (name === undefined || !name.startsWith("$")) return entries.map(([, each]) => faultOfPart(each, depth + 1)).find((fault) => fault !== undefined);
  if (name === "$array") return faultOfArray(part);
  const type = name.slice(1) as ValueType;
  if (!valueTypes.includes(type) || entries.length > 1) return `${name} is not a type. ${valueTypes.map((each) => `$${each}`).join(", ")} and $array are.`;
  return faultOfValue(type, String(value));
}

function faultOfArray(part: object): string | undefined {
  const { $array: type, values } = part as { $array?: unknown; values?: unknown };
  if (!isArrayType(type) || !Array.isArray(values)) return `An array is written {"$array": "int", "values": [1, 2]}, of ${Object.keys(arrayCodes).join(", ")}.`;
  return values.map((value) => faultOfValue(type, String(value))).find((fault) => fault !== undefined);
}

/** What is wrong with a text as a value of any type; undefined when nothing is. */
export function faultOfAnyValue(type: AnyValueType, text: string): string | undefined {
  if (type === "null") return undefined;
  if (type === "char") return [...text].length === 1 ? undefined : "Type one character.";
  if (type !== "list" && type !== "map" && type !== "array") return faultOfValue(type, text);
  const value = parsed(text);
  const isArray = typeof value === "object" && value !== null && "$array" in value;
  if (type === "list" && !Array.isArray(value)) return `Type a list as JSON, for example [1, "two"].`;
  if (type === "array" && !isArray) return `Type an array as JSON, for example {"$array": "int", "values": [1, 2]}.`;
  if (type === "map" && (typeof value !== "object" || value === null || Array.isArray(value) || isArray)) return `Type a map as JSON, for example {"colour": "red"}.`;
  return faultOfPart(value, 0);
}

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

function typedPart(part: unknown, wrap: Wrap): Typed {
  if (part === null || typeof part === "boolean" || typeof part === "string") return wrap.wrap(part);
  if (typeof part === "number") {
    if (!Number.isInteger(part)) return wrap.wrap_double(part);
    return typedValue(Math.abs(part) < 2 ** 31 ? "int" : Number.isSafeInteger(part) ? "long" : "double", String(part), wrap);
  }
  if (Array.isArray(part)) return wrap.wrap_list(part.map((each) => typedPart(each, wrap)) as never);
  const entries = Object.entries(part as object);
  const [name, value] = entries[0] ?? [];
  if (name === "$array") {
    const { $array: type, values } = part as { $array: ArrayType; values: unknown[] };
    const plain = values.map((each) => (typeof each === "string" && type !== "string" && type !== "symbol" ? plainOf(type, each) : each));
    return wrap.wrap_array(plain as never, arrayCodes[type], undefined as never) as Typed;
  }
  if (name?.startsWith("$") === true) return typedValue(name.slice(1) as ValueType, String(value), wrap);
  return wrap.wrap_map(Object.fromEntries(entries.map(([key, each]) => [key, typedPart(each, wrap)])) as never);
}

function plainOf(type: ArrayType, text: string): unknown {
  return type === "boolean" ? text === "true" : type === "timestamp" ? Date.parse(text) : Number(text);
}

/** The value for rhea. @param text one in which {@link faultOfAnyValue} finds nothing */
export function anyTypedValue(type: AnyValueType, text: string, wrap: Wrap): Typed {
  if (type === "null") return wrap.wrap(null);
  if (type === "char") return wrap.wrap_char(text.codePointAt(0)!);
  return type === "list" || type === "map" || type === "array" ? typedPart(JSON.parse(text), wrap) : typedValue(type, text, wrap);
}
