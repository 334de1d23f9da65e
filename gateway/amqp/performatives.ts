import { AmqpError, decodeError } from "./amqp-error.ts";
import { code, condition } from "./codes.ts";
import { FieldList } from "./field-list.ts";
import { AmqpSymbol, DescribedList, Encoded, encode, SymbolArray, Unsigned, type Writable } from "./value-writer.ts";

export interface OpenFrame {
  readonly containerId: string;
  readonly hostname: string | null;
  readonly maxFrameBytes: number;
  readonly channelMax: number;
  readonly idleTimeoutMs: number;
  readonly desiredCapabilities: readonly string[];
  /** What the peer says it is made with; empty when it does not. */
  readonly product: string;
  readonly version: string;
}

export interface BeginFrame {
  readonly remoteChannel: number | null;
  readonly nextOutgoingId: number;
  readonly incomingWindow: number;
  readonly outgoingWindow: number;
  readonly handleMax: number;
}

/** A source or target: what the gateway looks at, and all fields as they came. */
export interface Terminus {
  readonly descriptor: number;
  readonly address: string | null;
  readonly durable: number;
  readonly dynamic: boolean;
  readonly capabilities: readonly string[];
  readonly fields: readonly (Buffer | null)[];
}

/** An attach; fields the gateway does not interpret stay encoded. */
export interface AttachFrame {
  readonly name: string;
  readonly handle: number;
  /** True when the peer is the receiver of the link. */
  readonly isReceiver: boolean;
  readonly senderSettleMode: number;
  readonly receiverSettleMode: number;
  readonly source: Terminus | null;
  readonly target: Terminus | null;
  readonly unsettled: Buffer | null;
  readonly incompleteUnsettled: boolean;
  readonly initialDeliveryCount: number;
  readonly maxMessageBytes: number;
  readonly offeredCapabilities: Buffer | null;
  readonly desiredCapabilities: readonly string[];
  readonly properties: Buffer | null;
}

/** An error condition in words; `info` holds symbols and is only for those we send. */
export interface ErrorFields {
  readonly condition: string;
  readonly description: string;
  readonly info?: ReadonlyMap<string, string>;
}

function required<T>(value: T | null, what: string): T {
  if (value === null) throw decodeError(`${what} is missing.`);
  return value;
}

export function readOpen(fields: FieldList): OpenFrame {
  return {
    containerId: required(fields.string(0), "The container id of an open"),
    hostname: fields.string(1),
    maxFrameBytes: fields.unsigned(2) ?? 0xffffffff,
    channelMax: fields.unsigned(3) ?? 0xffff,
    idleTimeoutMs: fields.unsigned(4) ?? 0,
    desiredCapabilities: fields.symbols(8),
    ...readProduct(fields.value(9)),
  };
}

const maxProductCharacters = 100;

function readProduct(properties: unknown): { product: string; version: string } {
  const named = (key: string): string => {
    const value: unknown = properties instanceof Map ? properties.get(key) : undefined;
    return typeof value === "string" ? value.slice(0, maxProductCharacters) : "";
  };
  return { product: named("product"), version: named("version") };
}

export function readBegin(fields: FieldList): BeginFrame {
  return {
    remoteChannel: fields.unsigned(0),
    nextOutgoingId: required(fields.unsigned(1), "The next outgoing id of a begin"),
    incomingWindow: required(fields.unsigned(2), "The incoming window of a begin"),
    outgoingWindow: required(fields.unsigned(3), "The outgoing window of a begin"),
    handleMax: fields.unsigned(4) ?? 0xffffffff,
  };
}

function readTerminus(list: FieldList | null): Terminus | null {
  if (list === null) return null;
  const fields: (Buffer | null)[] = [];
  for (let index = 0; index < list.count; index += 1) {
    const raw = list.raw(index);
    fields.push(raw === null ? null : Buffer.from(raw));
  }
  if (list.descriptor === code.coordinator) {
    return { descriptor: list.descriptor, address: null, durable: 0, dynamic: false, capabilities: [], fields };
  }
  if (list.descriptor !== code.source && list.descriptor !== code.target) throw decodeError("A link end must be a source, a target or a coordinator.");
  const isSource = list.descriptor === code.source;
  return {
    descriptor: list.descriptor,
    address: list.string(0),
    durable: list.unsigned(1) ?? 0,
    dynamic: list.boolean(4),
    capabilities: list.symbols(isSource ? 10 : 6),
    fields,
  };
}

function kept(raw: Buffer | null): Buffer | null {
  return raw === null ? null : Buffer.from(raw);
}

export function readAttach(fields: FieldList): AttachFrame {
  const senderSettleMode = fields.unsigned(3) ?? 2;
  const receiverSettleMode = fields.unsigned(4) ?? 0;
  if (senderSettleMode > 2 || receiverSettleMode > 1) throw new AmqpError(condition.invalidField, "A settle mode of the attach is out of range.");
  return {
    name: required(fields.string(0), "The name of an attach"),
    handle: required(fields.unsigned(1), "The handle of an attach"),
    isReceiver: fields.boolean(2),
    senderSettleMode,
    receiverSettleMode,
    source: readTerminus(fields.list(5)),
    target: readTerminus(fields.list(6)),
    unsettled: kept(fields.raw(7)),
    incompleteUnsettled: fields.boolean(8),
    initialDeliveryCount: fields.unsigned(9) ?? 0,
    maxMessageBytes: fields.unsigned(10) ?? 0,
    offeredCapabilities: kept(fields.raw(11)),
    desiredCapabilities: fields.symbols(12),
    properties: kept(fields.raw(13)),
  };
}

export function readError(list: FieldList | null): ErrorFields | null {
  if (list === null || list.descriptor !== code.error) return null;
  return { condition: list.symbol(0) ?? condition.internalError, description: list.string(1) ?? "" };
}

export function encoded(bytes: Buffer | null): Writable {
  return bytes === null ? null : new Encoded(bytes);
}

export function writeError(error: ErrorFields | null): Writable {
  if (error === null) return null;
  const info = error.info === undefined ? null : new Map([...error.info].map(([key, value]) => [new AmqpSymbol(key), new AmqpSymbol(value)] as const));
  return new DescribedList(code.error, [new AmqpSymbol(error.condition), error.description.slice(0, 1000), info]);
}

export function writeTerminus(terminus: Terminus | null): Writable {
  return terminus === null ? null : new DescribedList(terminus.descriptor, terminus.fields.map(encoded));
}

/** A terminus with other values in some fields; keys are field positions of the specification. */
export function terminusWith(terminus: Terminus, changes: ReadonlyMap<number, Writable>): Terminus {
  const fields = [...terminus.fields];
  for (const [index, value] of changes) {
    while (fields.length <= index) fields.push(null);
    fields[index] = value === null ? null : Buffer.from(encode(value));
  }
  const address = changes.get(0);
  return { ...terminus, fields, address: typeof address === "string" ? address : terminus.address };
}

export function encodeOpen(open: {
  containerId: string;
  hostname?: string;
  maxFrameBytes: number;
  channelMax: number;
  idleTimeoutMs: number;
  offeredCapabilities?: readonly string[];
  properties?: ReadonlyMap<AmqpSymbol, Writable>;
}): Buffer {
  return encode(
    new DescribedList(code.open, [
      open.containerId,
      open.hostname ?? null,
      new Unsigned(open.maxFrameBytes),
      new Unsigned(open.channelMax, "ushort"),
      open.idleTimeoutMs > 0 ? new Unsigned(open.idleTimeoutMs) : null,
      null,
      null,
      open.offeredCapabilities ? new SymbolArray(open.offeredCapabilities) : null,
      null,
      open.properties ?? null,
    ]),
  );
}

export function encodeBegin(remoteChannel: number | null, nextOutgoingId: number, incomingWindow: number, outgoingWindow: number, handleMax: number): Buffer {
  return encode(
    new DescribedList(code.begin, [
      remoteChannel === null ? null : new Unsigned(remoteChannel, "ushort"),
      new Unsigned(nextOutgoingId),
      new Unsigned(incomingWindow),
      new Unsigned(outgoingWindow),
      new Unsigned(handleMax),
    ]),
  );
}

/** Fields of an attach to write: as read, with the gateway's own handle. */
export function encodeAttach(attach: AttachFrame): Buffer {
  return encode(
    new DescribedList(code.attach, [
      attach.name,
      new Unsigned(attach.handle),
      attach.isReceiver,
      new Unsigned(attach.senderSettleMode, "ubyte"),
      new Unsigned(attach.receiverSettleMode, "ubyte"),
      writeTerminus(attach.source),
      writeTerminus(attach.target),
      encoded(attach.unsettled),
      attach.incompleteUnsettled ? true : null,
      attach.isReceiver ? null : new Unsigned(attach.initialDeliveryCount),
      attach.maxMessageBytes > 0 ? new Unsigned(attach.maxMessageBytes, "ulong") : null,
      encoded(attach.offeredCapabilities),
      attach.desiredCapabilities.length > 0 ? new SymbolArray(attach.desiredCapabilities) : null,
      encoded(attach.properties),
    ]),
  );
}

export function encodeDetach(handle: number, closed: boolean, error: ErrorFields | null): Buffer {
  return encode(new DescribedList(code.detach, [new Unsigned(handle), closed, writeError(error)]));
}

export function encodeEnd(error: ErrorFields | null): Buffer {
  return encode(new DescribedList(code.end, [writeError(error)]));
}

export function encodeClose(error: ErrorFields | null): Buffer {
  return encode(new DescribedList(code.close, [writeError(error)]));
}
