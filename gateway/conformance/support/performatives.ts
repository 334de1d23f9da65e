import { type AmqpInput, type AmqpOutput, Described, described, encode, list, map, symbol, symbols, text, Typed, ubyte, uint, ulong, ushort } from "./amqp-value.ts";

type Kind = "string" | "uint" | "ushort" | "ubyte" | "ulong" | "boolean" | "symbol" | "symbols" | "map" | "any" | "binary";
type Fields = readonly (readonly [name: string, kind: Kind])[];

const handle = ["handle", "uint"] as const;
const error = ["error", "any"] as const;

/** Field lists of the specification, part 2, section 2.7, and of sources, targets and outcomes, part 3. */
const layouts = {
  open: [0x10, [["containerId", "string"], ["hostname", "string"], ["maxFrameSize", "uint"], ["channelMax", "ushort"], ["idleTimeOut", "uint"], ["outgoingLocales", "symbols"], ["incomingLocales", "symbols"], ["offeredCapabilities", "symbols"], ["desiredCapabilities", "symbols"], ["properties", "map"]]],
  begin: [0x11, [["remoteChannel", "ushort"], ["nextOutgoingId", "uint"], ["incomingWindow", "uint"], ["outgoingWindow", "uint"], ["handleMax", "uint"], ["offeredCapabilities", "symbols"], ["desiredCapabilities", "symbols"], ["properties", "map"]]],
  attach: [0x12, [["name", "string"], handle, ["role", "boolean"], ["sndSettleMode", "ubyte"], ["rcvSettleMode", "ubyte"], ["source", "any"], ["target", "any"], ["unsettled", "map"], ["incompleteUnsettled", "boolean"], ["initialDeliveryCount", "uint"], ["maxMessageSize", "ulong"], ["offeredCapabilities", "symbols"], ["desiredCapabilities", "symbols"], ["properties", "map"]]],
  flow: [0x13, [["nextIncomingId", "uint"], ["incomingWindow", "uint"], ["nextOutgoingId", "uint"], ["outgoingWindow", "uint"], handle, ["deliveryCount", "uint"], ["linkCredit", "uint"], ["available", "uint"], ["drain", "boolean"], ["echo", "boolean"], ["properties", "map"]]],
  transfer: [0x14, [handle, ["deliveryId", "uint"], ["deliveryTag", "binary"], ["messageFormat", "uint"], ["settled", "boolean"], ["more", "boolean"], ["rcvSettleMode", "ubyte"], ["state", "any"], ["resume", "boolean"], ["aborted", "boolean"], ["batchable", "boolean"]]],
  disposition: [0x15, [["role", "boolean"], ["first", "uint"], ["last", "uint"], ["settled", "boolean"], ["state", "any"], ["batchable", "boolean"]]],
  detach: [0x16, [handle, ["closed", "boolean"], error]],
  end: [0x17, [error]],
  close: [0x18, [error]],
  error: [0x1d, [["condition", "symbol"], ["description", "string"], ["info", "map"]]],
  received: [0x23, [["sectionNumber", "uint"], ["sectionOffset", "ulong"]]],
  accepted: [0x24, []],
  rejected: [0x25, [error]],
  released: [0x26, []],
  modified: [0x27, [["deliveryFailed", "boolean"], ["undeliverableHere", "boolean"], ["messageAnnotations", "map"]]],
  source: [0x28, [["address", "string"], ["durable", "uint"], ["expiryPolicy", "symbol"], ["timeout", "uint"], ["dynamic", "boolean"], ["dynamicNodeProperties", "map"], ["distributionMode", "symbol"], ["filter", "map"], ["defaultOutcome", "any"], ["outcomes", "symbols"], ["capabilities", "symbols"]]],
  target: [0x29, [["address", "string"], ["durable", "uint"], ["expiryPolicy", "symbol"], ["timeout", "uint"], ["dynamic", "boolean"], ["dynamicNodeProperties", "map"], ["capabilities", "symbols"]]],
  coordinator: [0x30, [["capabilities", "symbols"]]],
  declare: [0x31, [["globalId", "any"]]],
  discharge: [0x32, [["txnId", "binary"], ["fail", "boolean"]]],
  declared: [0x33, [["txnId", "binary"]]],
  transactionalState: [0x34, [["txnId", "binary"], ["outcome", "any"]]],
  saslMechanisms: [0x40, [["mechanisms", "symbols"]]],
  saslInit: [0x41, [["mechanism", "symbol"], ["initialResponse", "binary"], ["hostname", "string"]]],
  saslChallenge: [0x42, [["challenge", "binary"]]],
  saslResponse: [0x43, [["response", "binary"]]],
  saslOutcome: [0x44, [["code", "ubyte"], ["additionalData", "binary"]]],
} as const satisfies Record<string, readonly [number, Fields]>;

export type CompositeName = keyof typeof layouts;
/** Fields as tests write them: numbers, strings and booleans get the type of the field; {@link Typed} goes out as it is. */
export type CompositeFields = Readonly<Record<string, AmqpInput | number | readonly string[] | Readonly<Record<string, AmqpInput>>>>;

const namesByCode = new Map<number, CompositeName>((Object.keys(layouts) as CompositeName[]).map((name) => [layouts[name][0], name]));

function typed(kind: Kind, value: CompositeFields[string]): AmqpInput {
  if (value === undefined || value === null || value instanceof Typed) return value ?? null;
  switch (kind) {
    case "uint": return uint(value as number);
    case "ushort": return ushort(value as number);
    case "ubyte": return ubyte(value as number);
    case "ulong": return ulong(value as number);
    case "symbol": return symbol(value as string);
    case "symbols": return symbols(value as readonly string[]);
    case "string": return text(value as string);
    case "map": return map(Object.entries(value as Record<string, AmqpInput>).map(([key, entry]) => [symbol(key), entry]));
    default: return value as AmqpInput;
  }
}

/** A described list of the specification. @throws Error on a field that it does not have */
export function composite(name: CompositeName, fields: CompositeFields = {}): Typed {
  const [code, layout] = layouts[name] as readonly [number, Fields];
  const known = new Set(layout.map(([field]) => field));
  for (const field of Object.keys(fields)) if (!known.has(field)) throw new Error(`${name} has no field ${field}.`);
  const values = layout.map(([field, kind]) => typed(kind, fields[field]));
  while (values.length > 0 && values.at(-1) === null) values.pop();
  return described(code, list(values));
}

export interface Composite {
  readonly type: CompositeName;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Names what was decoded, all the way down; absent and null fields are left out. */
export function named(value: AmqpOutput): unknown {
  if (value instanceof Described) {
    const name = typeof value.descriptor === "number" ? namesByCode.get(value.descriptor) : undefined;
    if (name === undefined || !Array.isArray(value.value)) return { descriptor: value.descriptor, value: named(value.value) };
    const [, layout] = layouts[name] as readonly [number, Fields];
    const fields: Record<string, unknown> = {};
    for (const [index, item] of value.value.entries()) if (item !== null) fields[layout[index]?.[0] ?? `extra${index}`] = named(item);
    return { type: name, fields } satisfies Composite;
  }
  if (Array.isArray(value)) return value.map(named);
  if (value !== null && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, named(entry)]));
  return value;
}

/** A frame: 8 bytes of header, then the performative and the payload. */
export function frame(channel: number, body: AmqpInput | Buffer, payload: Buffer = Buffer.alloc(0), type = 0): Buffer {
  const content = Buffer.isBuffer(body) ? body : encode(body);
  const head = Buffer.from([0, 0, 0, 0, 2, type, channel >> 8, channel & 0xff]);
  head.writeUInt32BE(8 + content.length + payload.length);
  return Buffer.concat([head, content, payload]);
}
