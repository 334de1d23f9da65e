import type { PaneProgram, ProgramValue } from "#contracts/snippets/pane-program.ts";
import type { MessageDraft } from "./message-draft.ts";
import type { ReceivingOptions } from "./receiving.ts";
import type { Repetition } from "./send-run.ts";
import type { SendSettleMode } from "./sender-client.ts";
import { bytesOfBase64, valueTypes } from "./typed-value.ts";

const maxProgramCharacters = 20_000;

function simpleValues(values: MessageDraft["properties"]): ProgramValue[] {
  return values.flatMap(({ name, type, value }) => ((valueTypes as readonly string[]).includes(type) && name !== "" ? [{ name, type: type as ProgramValue["type"], value }] : []));
}

function hexOfBase64(text: string): string {
  return Array.from(bytesOfBase64(text) ?? [], (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function number(typed: string): number | null {
  return typed === "" ? null : Number(typed);
}

/** What a program does not set, with its name in the specification. */
const leftOut = [
  ["firstAcquirer", "first-acquirer"], ["deliveryCount", "delivery-count"], ["messageId", "message-id, for which each message gets one of its own"], ["userId", "user-id"], ["contentEncoding", "content-encoding"],
  ["absoluteExpiryTime", "absolute-expiry-time"], ["creationTime", "creation-time"], ["groupSequence", "group-sequence"], ["replyToGroupId", "reply-to-group-id"],
] as const satisfies readonly (readonly [keyof MessageDraft, string])[];

/** What a sender pane does as a program, and in words what of it does not fit into one. */
export function sendProgramOf(draft: MessageDraft, repetition: Repetition, settleMode: SendSettleMode): { program: PaneProgram; limits: string[] } {
  const text = draft.body.slice(0, maxProgramCharacters);
  const body: Extract<PaneProgram, { kind: "send" }>["body"] =
    draft.format === "hex" ? { kind: "bytes", hex: text } : draft.format === "base64" ? { kind: "bytes", hex: hexOfBase64(draft.body).slice(0, maxProgramCharacters) } : { kind: "text", text };
  const contentType = draft.contentType === "" ? { json: "application/json", xml: "application/xml" }[draft.format as string] ?? "" : draft.contentType;
  const compound = [...draft.properties, ...draft.annotations].filter(({ type }) => !(valueTypes as readonly string[]).includes(type)).map(({ name }) => name);
  const left = leftOut.flatMap(([field, name]) => (draft[field] === "" || draft[field] === false ? [] : [name]));
  const limits = [
    ...(draft.format === "value" || draft.format === "sequence" ? ["The program sends the body as text, not as a typed value."] : []),
    ...(draft.body.length > maxProgramCharacters ? ["The body is too long for a program and was cut."] : []),
    ...(repetition.lines === undefined ? [] : ["The program does not read the file: {{line}} and its columns stay as they are."]),
    ...(repetition.count === null && repetition.lines === undefined ? ["The program sends a thousand messages; the pane sends for a time."] : []),
    ...(compound.length === 0 ? [] : [`Lists, maps and the like are left out: ${compound.join(", ")}.`]),
    ...(draft.deliveryAnnotations.length + draft.footer.length === 0 ? [] : ["Delivery annotations and footer are left out."]),
    ...(left.length === 0 ? [] : [`Left out: ${left.join(", ")}.`]),
  ];
  return {
    limits,
    program: {
      kind: "send", body, subject: draft.subject, to: draft.to, replyTo: draft.replyTo, correlationId: draft.correlationId, contentType, groupId: draft.groupId,
      durable: draft.durable, priority: number(draft.priority), timeToLiveMs: number(draft.timeToLiveMs), properties: simpleValues(draft.properties),
      annotations: simpleValues(draft.annotations), count: repetition.lines?.length ?? repetition.count ?? 1_000, perSecond: repetition.perSecond,
      isSettled: settleMode === "settled",
    },
  };
}

/** What a receiver pane does as a program; a program decides by itself, so one that settles by hand accepts. */
export function receiveProgramOf(options: ReceivingOptions): { program: PaneProgram; limits: string[] } {
  const { mode, condition, reason, deliveryFailed, undeliverableHere, credit, selector, subscription, isShared, senderSettles, receiverSettles } = options;
  const isModifying = mode === "automatic" && options.outcome === "modified";
  return {
    limits: [
      ...(mode === "by-hand" ? ["You decide by hand here; the program accepts each message."] : []),
      ...(options.isManualCredit && mode !== "browse" ? ["You give credit by hand here; the program tops it up by itself."] : []),
      ...(receiverSettles === "second" ? ["Settling second is not granted here: the program settles first."] : []),
      ...(isModifying && options.annotations.length > 0 ? ["The annotations of modified messages are left out."] : []),
    ],
    program: {
      kind: "receive", mode: mode === "browse" ? "browse" : "take", outcome: mode === "automatic" ? options.outcome : "accepted", condition, reason, deliveryFailed, undeliverableHere, credit,
      selector: selector.trim(), subscription, isShared, senderSettles,
    },
  };
}
