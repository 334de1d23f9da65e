import { type AmqpMessage, type AmqpValue, decodeAmqpMessage } from "#contracts/messages/amqp-decode.ts";
import type { ArrivedMessage } from "./frame-guard.ts";
import { emptyDraft, type MessageDraft, type TypedValueDraft } from "./message-draft.ts";
import { type AnyValueType, valueTypes } from "./typed-value.ts";

const maxValueCharacters = 1_000;
const maxEntries = 500;
const maxTitleCharacters = 200;

function hexOf(bytes: Uint8Array, most = 65_536): string {
  return Array.from(bytes.subarray(0, most), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

function utf8Of(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function cut(text: string, most = maxValueCharacters): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

/** The value as JSON would have it; what JSON has no word for becomes text. */
export function plainOf(value: AmqpValue): unknown {
  switch (value.type) {
    case "ulong":
    case "long":
      return Number.isSafeInteger(Number(value.value)) ? Number(value.value) : String(value.value);
    case "timestamp":
      return timeOf(value.value);
    case "binary":
    case "decimal32":
    case "decimal64":
    case "decimal128":
      return hexOf(value.value);
    case "list":
    case "array":
      return value.value.map(plainOf);
    case "map":
      return Object.fromEntries(value.value.map(([key, each]) => [textOf(key), plainOf(each)]));
    case "described":
      return plainOf(value.value);
    case "float":
    case "double":
      return Number.isFinite(value.value) ? value.value : String(value.value);
    default:
      return value.value;
  }
}

function timeOf(ms: number): string {
  const at = new Date(ms);
  return Number.isNaN(at.getTime()) ? `${ms} ms, out of range` : at.toISOString();
}

/** One value in a line of text. */
function textOf(value: AmqpValue): string {
  const plain = plainOf(value);
  return cut(typeof plain === "string" ? plain : (JSON.stringify(plain) ?? "null"));
}

export interface DetailEntry {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

export interface DetailBody {
  /** In words: which section, which type. */
  readonly kind: string;
  /** As what it can be read. */
  readonly format: "json" | "xml" | "text" | "hex";
  readonly text: string;
  /** What the JSON tree shows. */
  readonly json: unknown;
  readonly bytes: Uint8Array;
}

export interface MessageDetail {
  readonly title: string;
  readonly body: DetailBody;
  readonly sections: readonly { readonly title: string; readonly entries: readonly DetailEntry[] }[];
  readonly replyTo: string | undefined;
  readonly correlationId: string | undefined;
  readonly message: AmqpMessage;
}

function entriesOfFields(fields: Readonly<Record<string, AmqpValue>>): DetailEntry[] {
  return Object.entries(fields).map(([name, value]) => ({ name, type: value.type, text: textOf(value) }));
}

function entriesOfMap(map: readonly (readonly [AmqpValue, AmqpValue])[]): DetailEntry[] {
  return map.slice(0, maxEntries).map(([key, value]) => ({ name: textOf(key), type: value.type, text: textOf(value) }));
}

const utf8 = new TextEncoder();

function ofText(text: string, kind: string, contentType: string): DetailBody {
  const bytes = utf8.encode(text);
  const trimmed = text.trimStart();
  if (contentType.includes("json") || trimmed.startsWith("{") || trimmed.startsWith("[")) {
    try {
      return { kind, format: "json", text, json: JSON.parse(text) as unknown, bytes };
    } catch {
      // Not JSON after all: shown as the text it is.
    }
  }
  return { kind, format: contentType.includes("xml") || trimmed.startsWith("<?xml") ? "xml" : "text", text, json: undefined, bytes };
}

function bodyOf({ body, properties }: AmqpMessage): DetailBody {
  const contentType = properties["content-type"] === undefined ? "" : textOf(properties["content-type"]);
  if (body.kind === "none") return ofText("", "none", "");
  if (body.kind === "data") {
    const text = utf8Of(body.bytes);
    const kind = `data, ${body.bytes.length.toLocaleString("en")} bytes`;
    return text === undefined ? { kind, format: "hex", text: hexOf(body.bytes), json: undefined, bytes: body.bytes } : { ...ofText(text, kind, contentType), bytes: body.bytes };
  }
  if (body.kind === "value" && (body.value.type === "string" || body.value.type === "symbol")) return ofText(body.value.value, `value, ${body.value.type}`, contentType);
  if (body.kind === "value" && body.value.type === "binary") return { kind: "value, binary", format: "hex", text: hexOf(body.value.value), json: undefined, bytes: body.value.value };
  const json = body.kind === "value" ? plainOf(body.value) : body.lists.length === 1 ? plainOf(body.lists[0]!) : body.lists.map(plainOf);
  const text = typeof json === "object" && json !== null ? JSON.stringify(json, null, 2) : String(json);
  const kind = body.kind === "value" ? `value, ${body.value.type}` : body.lists.length === 1 ? "sequence" : `${body.lists.length} sequences`;
  return { kind, format: typeof json === "object" && json !== null ? "json" : "text", text, json, bytes: utf8.encode(text) };
}

function detailOf(bytes: Uint8Array): MessageDetail {
  const message = decodeAmqpMessage(bytes);
  const body = bodyOf(message);
  const { subject } = message.properties;
  const sections = [
    { title: "Properties", entries: entriesOfFields(message.properties) },
    { title: "Application properties", entries: entriesOfMap(message.applicationProperties) },
    { title: "Header", entries: entriesOfFields(message.header) },
    { title: "Message annotations", entries: entriesOfMap(message.messageAnnotations) },
    { title: "Delivery annotations", entries: entriesOfMap(message.deliveryAnnotations) },
    { title: "Footer", entries: entriesOfMap(message.footer) },
  ].filter(({ entries }) => entries.length > 0);
  const text = (name: string) => (message.properties[name] === undefined ? undefined : textOf(message.properties[name]));
  return {
    title: cut(subject === undefined ? body.text.slice(0, maxTitleCharacters + 1) : textOf(subject), maxTitleCharacters) || "(empty)",
    body,
    sections,
    replyTo: text("reply-to"),
    correlationId: text("correlation-id") ?? text("message-id"),
    message,
  };
}

const known = new WeakMap<ArrivedMessage, MessageDetail>();

/** What a message that may be decoded shows; made when it is first asked for. */
export function detailOfMessage(arrived: ArrivedMessage): MessageDetail {
  const held = known.get(arrived);
  if (held !== undefined) return held;
  const detail = detailOf(arrived.bytes);
  known.set(arrived, detail);
  return detail;
}

function draftOfValue(name: string, value: AmqpValue): TypedValueDraft {
  const isSimple = (valueTypes as readonly string[]).includes(value.type);
  const type: AnyValueType = isSimple ? (value.type as AnyValueType) : value.type === "list" || value.type === "map" || value.type === "char" || value.type === "null" ? value.type : "string";
  const plain = plainOf(value);
  return { name, type, value: typeof plain === "string" ? plain : (JSON.stringify(plain) ?? "") };
}

function draftsOf(map: readonly (readonly [AmqpValue, AmqpValue])[]): TypedValueDraft[] {
  return map.slice(0, 50).map(([key, value]) => draftOfValue(textOf(key), value));
}

/** Annotations that brokers and the protocol itself put there: they are not part of what somebody sends again. */
function isOwn([key]: readonly [AmqpValue, AmqpValue]): boolean {
  return !/^x-opt-(jms|cart|ORIG|delivery|ingress)/i.test(textOf(key));
}

/** A message as a draft from which one like it can be sent; it gets an id and a time of its own. */
export function draftOfMessage({ message, body }: MessageDetail): MessageDraft {
  const property = (name: string) => (message.properties[name] === undefined ? "" : String(plainOf(message.properties[name])));
  const header = (name: string) => (message.header[name] === undefined ? "" : String(plainOf(message.header[name])));
  const value = message.body.kind === "value" ? message.body.value : undefined;
  const shape: Pick<MessageDraft, "format" | "valueType" | "body"> =
    message.body.kind === "sequence" ? { format: "sequence", valueType: "list", body: body.text }
    : message.body.kind === "data" ? { format: "hex", valueType: "string", body: hexOf(body.bytes, body.bytes.length) }
    : value === undefined || value.type === "string" ? { format: body.format === "json" || body.format === "xml" ? body.format : "text", valueType: "string", body: body.text }
    : { format: "value", valueType: draftOfValue("", value).type, body: body.text };
  return {
    ...emptyDraft(header("durable") === "true"),
    ...shape,
    priority: header("priority"),
    timeToLiveMs: header("ttl"),
    to: property("to"),
    subject: property("subject"),
    replyTo: property("reply-to"),
    correlationId: property("correlation-id"),
    contentType: property("content-type"),
    contentEncoding: property("content-encoding"),
    groupId: property("group-id"),
    groupSequence: property("group-sequence"),
    replyToGroupId: property("reply-to-group-id"),
    properties: draftsOf(message.applicationProperties),
    annotations: draftsOf(message.messageAnnotations.filter(isOwn)),
    footer: draftsOf(message.footer),
  };
}
