import type { Message, Typed } from "rhea";
import { z } from "zod";
import { bytesOfBase64, bytesOfHex, faultOfValue, typedValue, valueTypes, type Wrap } from "./typed-value.ts";
import { fillVariables } from "./variables.ts";

/** How the body is typed. Text, JSON and XML go as an amqp-value string, bytes as a data section (part 3, sections 3.2.6 and 3.2.8). */
export const bodyFormats = ["text", "json", "xml", "hex", "base64"] as const;
export type BodyFormat = (typeof bodyFormats)[number];

export const bodyFormatLabels: Readonly<Record<BodyFormat, string>> = { text: "Text", json: "JSON", xml: "XML", hex: "Hex", base64: "Base64" };

const contentTypes: Partial<Record<BodyFormat, string>> = { json: "application/json", xml: "application/xml" };

const maxBodyCharacters = 1024 * 1024;
const maxRows = 50;
const maxTimeToLiveMs = 2 ** 32 - 1;

const valueSchema = z
  .object({ name: z.string().min(1, "Give it a name."), type: z.enum(valueTypes), value: z.string().max(10_000) })
  .superRefine(({ type, value }, context) => {
    const message = faultOfValue(type, fillVariables(value, 1));
    if (message !== undefined) context.addIssue({ code: "custom", path: ["value"], message });
  });
export type TypedValueDraft = z.infer<typeof valueSchema>;

const rows = z
  .array(valueSchema)
  .max(maxRows)
  .refine((values) => new Set(values.map(({ name }) => name)).size === values.length, { message: "Two of them have the same name." });

function faultOfBody(format: BodyFormat, body: string): string | undefined {
  if (format === "hex") return bytesOfHex(body) === undefined ? "Type pairs of hexadecimal digits, for example 0a ff." : undefined;
  if (format === "base64") return bytesOfBase64(body) === undefined ? "This is not Base64." : undefined;
  if (format !== "json") return undefined;
  try {
    JSON.parse(body);
    return undefined;
  } catch {
    return "This is not valid JSON.";
  }
}

function wholeNumber(most: number, message: string) {
  return z.string().refine((text) => text === "" || (/^\d+$/.test(text) && Number(text) <= most), { message });
}

const field = z.string().max(1_000, "At most 1,000 characters.");

/** A message as it is typed in the sender pane; an empty field is left out of the message. */
export const messageDraftSchema = z
  .object({
    format: z.enum(bodyFormats),
    body: z.string().max(maxBodyCharacters, "A body typed here has at most a million characters."),
    subject: field,
    durable: z.boolean(),
    priority: wholeNumber(255, "Type a whole number from 0 to 255."),
    timeToLiveMs: wholeNumber(maxTimeToLiveMs, `Type milliseconds, from 0 to ${maxTimeToLiveMs}.`),
    to: field,
    replyTo: field,
    correlationId: field,
    contentType: field,
    groupId: field,
    properties: rows,
    annotations: rows,
  })
  .superRefine(({ format, body }, context) => {
    const message = faultOfBody(format, fillVariables(body, 1));
    if (message !== undefined) context.addIssue({ code: "custom", path: ["body"], message });
  });
export type MessageDraft = z.infer<typeof messageDraftSchema>;

/** A draft with nothing in it but a greeting. */
export function emptyDraft(durable: boolean): MessageDraft {
  return {
    format: "text", body: "Hello from Postroom", subject: "", durable, priority: "", timeToLiveMs: "", to: "", replyTo: "", correlationId: "",
    contentType: "", groupId: "", properties: [], annotations: [],
  };
}

/** What of rhea a message is made with. */
export interface MessageParts {
  readonly types: Wrap;
  readonly message: { data_section(data: Typed): unknown };
}

function bodyOf(format: BodyFormat, body: string, { types, message }: MessageParts): unknown {
  const bytes = format === "hex" ? bytesOfHex(body) : format === "base64" ? bytesOfBase64(body) : undefined;
  return bytes === undefined ? body : message.data_section(types.wrap_binary(bytes));
}

function valuesOf(drafts: readonly TypedValueDraft[], counter: number, wrap: Wrap): Record<string, Typed> | undefined {
  if (drafts.length === 0) return undefined;
  return Object.fromEntries(drafts.map(({ name, type, value }) => [name, typedValue(type, fillVariables(value, counter), wrap)]));
}

/**
 * The message to send, with its variables filled in.
 * @param draft one that the schema has passed
 * @param counter of the message within its run, from 1
 */
export function toMessage(draft: MessageDraft, messageId: string, counter: number, parts: MessageParts): Message {
  const text = (value: string) => (value === "" ? undefined : fillVariables(value, counter));
  const fields = {
    subject: text(draft.subject),
    priority: draft.priority === "" ? undefined : Number(draft.priority),
    ttl: draft.timeToLiveMs === "" ? undefined : Number(draft.timeToLiveMs),
    to: text(draft.to),
    reply_to: text(draft.replyTo),
    correlation_id: text(draft.correlationId),
    content_type: text(draft.contentType) ?? contentTypes[draft.format],
    group_id: text(draft.groupId),
    application_properties: valuesOf(draft.properties, counter, parts.types),
    message_annotations: valuesOf(draft.annotations, counter, parts.types),
  };
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return { message_id: messageId, durable: draft.durable, body: bodyOf(draft.format, fillVariables(draft.body, counter), parts), ...given };
}
