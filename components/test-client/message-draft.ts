import type { Message, Typed } from "rhea";
import { z } from "zod";
import { type AnyValueType, anyTypedValue, anyValueTypes, bytesOfBase64, bytesOfHex, faultOfAnyValue, type Wrap } from "./typed-value.ts";
import { fillVariables, type VariableValues } from "./variables.ts";

/**
 * How the body is typed. Text, JSON and XML go as an amqp-value string, bytes as a data section, a value of any type as an
 * amqp-value and a sequence as amqp-sequence (part 3, sections 3.2.6 to 3.2.8).
 */
export const bodyFormats = ["text", "json", "xml", "hex", "base64", "value", "sequence"] as const;
export type BodyFormat = (typeof bodyFormats)[number];

export const bodyFormatLabels: Readonly<Record<BodyFormat, string>> = {
  text: "Text", json: "JSON", xml: "XML", hex: "Hex", base64: "Base64", value: "AMQP value", sequence: "Sequence",
};

const contentTypes: Partial<Record<BodyFormat, string>> = { json: "application/json", xml: "application/xml" };

export const maxBodyCharacters = 4 * 1024 * 1024;
const maxRows = 50;
const maxUint = 2 ** 32 - 1;
/** With which texts are checked before it is known what a file has. */
const sample: VariableValues = { counter: 1 };

const valueSchema = z
  .object({ name: z.string().min(1, "Give it a name."), type: z.enum(anyValueTypes as [AnyValueType, ...AnyValueType[]]), value: z.string().max(10_000) })
  .superRefine(({ type, value }, context) => {
    if (value.includes("{{")) return;
    const message = faultOfAnyValue(type, value);
    if (message !== undefined) context.addIssue({ code: "custom", path: ["value"], message });
  });
export type TypedValueDraft = z.infer<typeof valueSchema>;

const rows = z
  .array(valueSchema)
  .max(maxRows)
  .refine((values) => new Set(values.map(({ name }) => name)).size === values.length, { message: "Two of them have the same name." });

function faultOfBody(format: BodyFormat, body: string, valueType: AnyValueType): string | undefined {
  if (format === "hex") return bytesOfHex(body) === undefined ? "Type pairs of hexadecimal digits, for example 0a ff." : undefined;
  if (format === "base64") return bytesOfBase64(body) === undefined ? "This is not Base64." : undefined;
  if (format === "value") return faultOfAnyValue(valueType, body);
  if (format === "sequence") return faultOfAnyValue("list", body);
  if (format === "xml") return faultOfXml(body);
  if (format !== "json") return undefined;
  try {
    JSON.parse(body);
    return undefined;
  } catch (error) {
    return `This is not valid JSON. ${error instanceof Error ? error.message : ""}`.trim();
  }
}

function faultOfXml(body: string): string | undefined {
  if (typeof DOMParser === "undefined") return undefined;
  const fault = new DOMParser().parseFromString(body, "application/xml").querySelector("parsererror");
  return fault === null ? undefined : "This is not well-formed XML.";
}

function wholeNumber(most: number, message: string) {
  return z.string().refine((text) => text === "" || (/^\d+$/.test(text) && Number(text) <= most), { message });
}

const uint = wholeNumber(maxUint, `Type a whole number from 0 to ${maxUint}.`);
const time = z.string().refine((text) => text === "" || text.includes("{{") || !Number.isNaN(Date.parse(text)), { message: "Type a time, for example 2030-01-31T12:00:00Z." });
const field = z.string().max(1_000, "At most 1,000 characters.");

/** A message as it is typed in the sender pane; an empty field is left out of the message. */
export const messageDraftSchema = z
  .object({
    format: z.enum(bodyFormats),
    valueType: z.enum(anyValueTypes as [AnyValueType, ...AnyValueType[]]),
    body: z.string().max(maxBodyCharacters, "A body typed here has at most four million characters."),
    durable: z.boolean(),
    priority: wholeNumber(255, "Type a whole number from 0 to 255."),
    timeToLiveMs: wholeNumber(maxUint, `Type milliseconds, from 0 to ${maxUint}.`),
    firstAcquirer: z.boolean(),
    deliveryCount: uint,
    messageId: field,
    userId: field,
    to: field,
    subject: field,
    replyTo: field,
    correlationId: field,
    contentType: field,
    contentEncoding: field,
    absoluteExpiryTime: time,
    creationTime: time,
    groupId: field,
    groupSequence: uint,
    replyToGroupId: field,
    properties: rows,
    annotations: rows,
    deliveryAnnotations: rows,
    footer: rows,
  })
  .superRefine(({ format, body, valueType }, context) => {
    // What variables become is not known before the message is made; text without them is checked as it is.
    const filled = fillVariables(body, sample);
    if (filled.includes("{{")) return;
    const message = faultOfBody(format, filled, valueType);
    if (message !== undefined) context.addIssue({ code: "custom", path: ["body"], message });
  });
export type MessageDraft = z.infer<typeof messageDraftSchema>;

/** A draft with nothing in it but a greeting. */
export function emptyDraft(durable: boolean): MessageDraft {
  return {
    format: "text", valueType: "string", body: "Hello from Postroom", durable, priority: "", timeToLiveMs: "", firstAcquirer: false, deliveryCount: "",
    messageId: "", userId: "", to: "", subject: "", replyTo: "", correlationId: "", contentType: "", contentEncoding: "", absoluteExpiryTime: "",
    creationTime: "", groupId: "", groupSequence: "", replyToGroupId: "", properties: [], annotations: [], deliveryAnnotations: [], footer: [],
  };
}

/** What of rhea a message is made with. */
export interface MessageParts {
  readonly types: Wrap;
  readonly message: { data_section(data: Typed): unknown; sequence_section(list: unknown): unknown };
}

/** A draft that cannot become a message once its variables are filled in; the message is fit for people. */
export class DraftError extends Error {}

function bodyOf({ format, valueType }: MessageDraft, body: string, { types, message }: MessageParts): unknown {
  const fault = format === "json" || format === "xml" || format === "text" ? undefined : faultOfBody(format, body, valueType);
  if (fault !== undefined) throw new DraftError(`The body is not what its format says once its variables are filled in. ${fault}`);
  if (format === "hex") return message.data_section(types.wrap_binary(bytesOfHex(body)));
  if (format === "base64") return message.data_section(types.wrap_binary(bytesOfBase64(body)));
  if (format === "value") return valueType === "null" ? null : anyTypedValue(valueType, body, types);
  if (format === "sequence") return message.sequence_section(anyTypedValue("list", body, types));
  return body;
}

function valuesOf(drafts: readonly TypedValueDraft[], values: VariableValues, wrap: Wrap): Record<string, Typed> | undefined {
  if (drafts.length === 0) return undefined;
  return Object.fromEntries(
    drafts.map(({ name, type, value }) => {
      const text = fillVariables(value, values);
      const fault = faultOfAnyValue(type, text);
      if (fault !== undefined) throw new DraftError(`${name} is not a value of its type once its variables are filled in. ${fault}`);
      return [name, anyTypedValue(type, text, wrap)];
    }),
  );
}

const utf8 = new TextEncoder();

function number(value: string): number | undefined {
  return value === "" ? undefined : Number(value);
}

/**
 * The message to send, with its variables filled in.
 * @param draft one that the schema has passed
 * @throws DraftError when a value does not fit its type after its variables were filled in
 */
export function toMessage(draft: MessageDraft, messageId: string, values: VariableValues, parts: MessageParts): Message {
  const text = (value: string) => (value === "" ? undefined : fillVariables(value, values));
  const moment = (value: string) => (value === "" ? undefined : Date.parse(fillVariables(value, values)));
  const userId = text(draft.userId);
  const fields = {
    priority: number(draft.priority),
    ttl: number(draft.timeToLiveMs),
    first_acquirer: draft.firstAcquirer ? true : undefined,
    delivery_count: number(draft.deliveryCount),
    user_id: userId === undefined ? undefined : utf8.encode(userId),
    to: text(draft.to),
    subject: text(draft.subject),
    reply_to: text(draft.replyTo),
    correlation_id: text(draft.correlationId),
    content_type: text(draft.contentType) ?? contentTypes[draft.format],
    content_encoding: text(draft.contentEncoding),
    absolute_expiry_time: moment(draft.absoluteExpiryTime),
    creation_time: moment(draft.creationTime),
    group_id: text(draft.groupId),
    group_sequence: number(draft.groupSequence),
    reply_to_group_id: text(draft.replyToGroupId),
    application_properties: valuesOf(draft.properties, values, parts.types),
    message_annotations: valuesOf(draft.annotations, values, parts.types),
    delivery_annotations: valuesOf(draft.deliveryAnnotations, values, parts.types),
    footer: valuesOf(draft.footer, values, parts.types),
  };
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return { message_id: text(draft.messageId) ?? messageId, durable: draft.durable, body: bodyOf(draft, fillVariables(draft.body, values), parts), ...given } as Message;
}

/** The body as it would be typed by somebody who likes to read it: JSON and XML indented. @returns the same text when it cannot be read */
export function formattedBody(format: BodyFormat, body: string): string {
  if (format !== "json" && format !== "sequence" && format !== "value") return body;
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
