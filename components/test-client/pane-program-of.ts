import type { AnyValue, PaneProgram, ProgramBody, ProgramMessage, ProgramValue, SimpleValue } from "#contracts/snippets/pane-program.ts";
import type { MessageDraft, TypedValueDraft } from "./message-draft.ts";
import type { ReceivingOptions } from "./receiving.ts";
import type { Repetition } from "./send-run.ts";
import type { SendSettleMode } from "./sender-client.ts";
import { type AnyValueType, bytesOfBase64, faultOfAnyValue, type ValueType } from "./typed-value.ts";
import { fillVariables } from "./variables.ts";

const maxProgramCharacters = 20_000;
const timedCount = 1_000;

interface Made {
  readonly program: PaneProgram;
  /** What of the pane does not fit into a program, in words. */
  readonly limits: string[];
}

function hexOfBase64(text: string): string {
  return Array.from(bytesOfBase64(text) ?? [], (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function number(typed: string): number | null {
  return typed === "" ? null : Number(typed);
}

/** A part of a JSON text with the type that it is sent with (see `typedPart` in typed-value.ts). */
function partOf(part: unknown): AnyValue {
  if (part === null) return { type: "null" };
  if (typeof part === "string") return { type: "string", value: part };
  if (typeof part === "boolean") return { type: "boolean", value: String(part) };
  if (typeof part === "number") return { type: !Number.isInteger(part) ? "double" : Math.abs(part) < 2 ** 31 ? "int" : Number.isSafeInteger(part) ? "long" : "double", value: String(part) };
  if (Array.isArray(part)) return { type: "list", items: part.map(partOf) };
  const entries = Object.entries(part as object);
  const [name, value] = entries[0] ?? [];
  if (name === "$array") {
    const { $array: of, values } = part as { $array: ValueType; values: unknown[] };
    return { type: "array", of, items: values.map((each): SimpleValue => ({ type: of, value: String(each) })) };
  }
  if (name?.startsWith("$") === true) return { type: name.slice(1) as ValueType, value: String(value) };
  return { type: "map", entries: entries.map(([key, each]) => ({ name: key, value: partOf(each) })) };
}

/** A value as a program sends it; undefined when it is not one before its variables are filled in. */
function anyValueOf(type: AnyValueType, typed: string): AnyValue | undefined {
  if (type === "null") return { type };
  if (type === "char") return [...typed].length === 1 ? { type, value: typed } : undefined;
  if (type !== "list" && type !== "map" && type !== "array") return { type, value: typed };
  // Variables stand in strings as they are; outside of them it is a whole number that is asked for.
  const text = typed.replaceAll(/"(?:[^"\\]|\\.)*"|\{\{\s*(?:counter|random\s+-?\d+\s+-?\d+)\s*\}\}/g, (found) => (found.startsWith('"') ? found : `{"$int":"${found}"}`));
  return faultOfAnyValue(type, fillVariables(text, { counter: 1 })) === undefined ? partOf(JSON.parse(text)) : undefined;
}

/** Typed values that a program can be given, with the names of those that it cannot. */
function valuesOf(drafts: readonly TypedValueDraft[]): { values: ProgramValue[]; left: string[] } {
  const all = drafts.filter(({ name }) => name !== "").map(({ name, type, value }) => ({ name, value: anyValueOf(type, value) }));
  return { values: all.flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value }])), left: all.flatMap(({ name, value }) => (value === undefined ? [name] : [])) };
}

function bodyOf({ format, valueType, body }: MessageDraft): { body: ProgramBody; limits: string[] } {
  const isCut = body.length > maxProgramCharacters;
  const cut = isCut ? ["The body is too long for a program and was cut."] : [];
  const text = body.slice(0, maxProgramCharacters);
  const asText = (limits: string[]) => ({ body: { kind: "text", text } as const, limits });
  if (format === "hex") return { body: { kind: "bytes", hex: text }, limits: cut };
  if (format === "base64") return { body: { kind: "bytes", hex: hexOfBase64(body).slice(0, maxProgramCharacters) }, limits: cut };
  if (format !== "value" && format !== "sequence") return asText(cut);
  const value = isCut ? undefined : anyValueOf(format === "sequence" ? "list" : valueType, body);
  if (value === undefined) return asText([isCut ? "The body is too long for a program: it goes as text, and cut." : "The body becomes a typed value only when its variables are filled in: the program sends it as text."]);
  return { body: format === "sequence" ? { kind: "sequence", items: value.type === "list" ? value.items : [value] } : { kind: "value", value }, limits: [] };
}

function messageOf(draft: MessageDraft): { message: ProgramMessage; limits: string[] } {
  const { body, limits } = bodyOf(draft);
  const [properties, annotations, deliveryAnnotations, footer] = [draft.properties, draft.annotations, draft.deliveryAnnotations, draft.footer].map(valuesOf) as [ReturnType<typeof valuesOf>, ReturnType<typeof valuesOf>, ReturnType<typeof valuesOf>, ReturnType<typeof valuesOf>];
  const left = [properties, annotations, deliveryAnnotations, footer].flatMap((each) => each.left);
  const { messageId, userId, subject, to, replyTo, correlationId, contentEncoding, absoluteExpiryTime, creationTime, groupId, replyToGroupId, durable, firstAcquirer } = draft;
  return {
    limits: [...limits, ...(left.length === 0 ? [] : [`Left out, since they are values only when their variables are filled in: ${left.join(", ")}.`])],
    message: {
      body, messageId, userId, subject, to, replyTo, correlationId, contentEncoding, absoluteExpiryTime, creationTime, groupId, replyToGroupId, durable, firstAcquirer,
      contentType: draft.contentType === "" ? { json: "application/json", xml: "application/xml" }[draft.format as string] ?? "" : draft.contentType,
      groupSequence: number(draft.groupSequence), priority: number(draft.priority), timeToLiveMs: number(draft.timeToLiveMs), deliveryCount: number(draft.deliveryCount),
      properties: properties.values, annotations: annotations.values, deliveryAnnotations: deliveryAnnotations.values, footer: footer.values,
    },
  };
}

function limitsOfRepetition({ count, lines }: Repetition, draft: MessageDraft): string[] {
  const texts = [draft.body, draft.subject, ...draft.properties.map(({ value }) => value)].join(" ");
  const unknown = new Set([...texts.matchAll(/\{\{\s*([A-Za-z_][\w .-]*?)\s*\}\}/g)].flatMap(([whole, name]) => (["uuid", "now", "counter"].includes(name!) || name!.startsWith("random ") ? [] : [whole])));
  return [
    ...(unknown.size === 0 ? [] : [`The program reads no file, so these stay as they are: ${[...unknown].join(", ")}.`]),
    ...(count === null && lines === undefined ? [`The program sends ${timedCount.toLocaleString("en")} messages; the pane sends for a time.`] : []),
  ];
}

function countOf({ count, lines }: Repetition): number {
  return lines?.length ?? count ?? timedCount;
}

/** What a sender pane does as a program. */
export function sendProgramOf(draft: MessageDraft, repetition: Repetition, settleMode: SendSettleMode): Made {
  const { message, limits } = messageOf(draft);
  return { limits: [...limits, ...limitsOfRepetition(repetition, draft)], program: { kind: "send", ...message, count: countOf(repetition), perSecond: repetition.perSecond, isSettled: settleMode === "settled" } };
}

/** What a request pane does as a program; where replies go is the program's own. */
export function requestProgramOf(draft: MessageDraft, repetition: Repetition, waitSeconds: number): Made {
  const { message, limits } = messageOf({ ...draft, replyTo: "" });
  return { limits: [...limits, ...limitsOfRepetition(repetition, draft)], program: { kind: "request", ...message, count: countOf(repetition), perSecond: repetition.perSecond, waitSeconds } };
}

/** What a receiver pane does as a program; a program decides by itself, so one that settles by hand accepts. */
export function receiveProgramOf(options: ReceivingOptions): Made {
  const { mode, condition, reason, deliveryFailed, undeliverableHere, credit, isManualCredit, selector, subscription, isShared, senderSettles, receiverSettles } = options;
  return {
    limits: [
      ...(mode === "by-hand" ? ["You decide by hand here; the program accepts each message."] : []),
      ...(receiverSettles === "second" ? ["Settling second is not granted here: the program settles first."] : []),
    ],
    program: {
      kind: "receive", mode: mode === "browse" ? "browse" : "take", outcome: mode === "automatic" ? options.outcome : "accepted", condition, reason, deliveryFailed, undeliverableHere,
      annotations: valuesOf(options.annotations).values, credit, isManualCredit, selector: selector.trim(), subscription, isShared, senderSettles,
    },
  };
}
