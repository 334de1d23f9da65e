import type { Message, Typed } from "rhea";
import { z } from "zod";

export const propertyTypes = ["string", "int", "boolean"] as const;
export type PropertyType = (typeof propertyTypes)[number];

const minInt = -(2 ** 31);
const maxInt = 2 ** 31 - 1;
const maxBodyCharacters = 1024 * 1024;

const propertySchema = z
  .object({ name: z.string().min(1, "Give the property a name."), type: z.enum(propertyTypes), value: z.string() })
  .refine(({ type, value }) => type !== "int" || (/^-?\d+$/.test(value) && Number(value) >= minInt && Number(value) <= maxInt), {
    path: ["value"],
    message: `Type a whole number from ${minInt} to ${maxInt}.`,
  })
  .refine(({ type, value }) => type !== "boolean" || value === "true" || value === "false", { path: ["value"], message: "Type true or false." });

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A message as it is typed in the sender pane. */
export const messageDraftSchema = z
  .object({
    format: z.enum(["text", "json"]),
    body: z.string().max(maxBodyCharacters, "A body typed here has at most a million characters."),
    subject: z.string().max(1_000),
    durable: z.boolean(),
    properties: z.array(propertySchema).max(50),
  })
  .refine(({ format, body }) => format !== "json" || isJson(body), { path: ["body"], message: "This is not valid JSON." })
  .refine(({ properties }) => new Set(properties.map(({ name }) => name)).size === properties.length, { path: ["properties"], message: "Two properties have the same name." });
export type MessageDraft = z.infer<typeof messageDraftSchema>;

type WrapInt = (value: number) => Typed;

function propertyValue({ type, value }: MessageDraft["properties"][number], wrapInt: WrapInt): string | boolean | Typed {
  if (type === "int") return wrapInt(Number(value));
  return type === "boolean" ? value === "true" : value;
}

/**
 * The message to send.
 * @param draft one that the schema has passed
 * @param wrapInt rhea's encoder of a signed 32-bit integer, so that a number arrives as the type that was chosen
 */
export function toMessage(draft: MessageDraft, messageId: string, wrapInt: WrapInt): Message {
  return {
    message_id: messageId,
    durable: draft.durable,
    body: draft.body,
    ...(draft.subject === "" ? {} : { subject: draft.subject }),
    ...(draft.format === "json" ? { content_type: "application/json" } : {}),
    ...(draft.properties.length === 0
      ? {}
      : { application_properties: Object.fromEntries(draft.properties.map((property) => [property.name, propertyValue(property, wrapInt)])) }),
  };
}
