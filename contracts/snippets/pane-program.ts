import type { AddressType } from "../addresses/address-type.ts";
import type { SnippetTarget } from "./snippet.ts";

/** Simple AMQP types that a program can be made to send. */
export type ProgramValueType =
  | "string" | "boolean" | "byte" | "ubyte" | "short" | "ushort" | "int" | "uint" | "long" | "ulong" | "float" | "double" | "timestamp" | "uuid" | "symbol" | "binary";

export interface SimpleValue {
  readonly type: ProgramValueType;
  /** As it was typed: bytes in hexadecimal, a time as ISO 8601. */
  readonly value: string;
}

/** A value of any AMQP type (part 1, section 1.6). */
export type AnyValue =
  | SimpleValue
  | { readonly type: "null" }
  | { readonly type: "char"; readonly value: string }
  | { readonly type: "list"; readonly items: readonly AnyValue[] }
  | { readonly type: "map"; readonly entries: readonly ProgramValue[] }
  | { readonly type: "array"; readonly of: ProgramValueType; readonly items: readonly SimpleValue[] };

export interface ProgramValue {
  readonly name: string;
  readonly value: AnyValue;
}

export type ProgramBody =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "bytes"; readonly hex: string }
  | { readonly kind: "value"; readonly value: AnyValue }
  | { readonly kind: "sequence"; readonly items: readonly AnyValue[] };

/** A message to be made; empty texts are left out. Texts may hold {{uuid}}, {{now}}, {{counter}} and {{random 1 100}}. */
export interface ProgramMessage {
  readonly body: ProgramBody;
  /** Empty for one of its own for each message. */
  readonly messageId: string;
  readonly userId: string;
  readonly subject: string;
  readonly to: string;
  readonly replyTo: string;
  readonly correlationId: string;
  readonly contentType: string;
  readonly contentEncoding: string;
  readonly absoluteExpiryTime: string;
  readonly creationTime: string;
  readonly groupId: string;
  readonly groupSequence: number | null;
  readonly replyToGroupId: string;
  readonly durable: boolean;
  /** Null for the default. */
  readonly priority: number | null;
  readonly timeToLiveMs: number | null;
  readonly firstAcquirer: boolean;
  readonly deliveryCount: number | null;
  readonly properties: readonly ProgramValue[];
  readonly annotations: readonly ProgramValue[];
  readonly deliveryAnnotations: readonly ProgramValue[];
  readonly footer: readonly ProgramValue[];
}

/** What a sender pane does. */
export interface SendProgram extends ProgramMessage {
  readonly kind: "send";
  readonly count: number;
  /** Null for as fast as messages are taken. */
  readonly perSecond: number | null;
  /** Messages go settled: nobody is asked what became of them. */
  readonly isSettled: boolean;
}

/** What a request pane does: each request asks for its reply at an address that is made for the program. */
export interface RequestProgram extends ProgramMessage {
  readonly kind: "request";
  readonly count: number;
  readonly perSecond: number | null;
  /** How long a reply is waited for. */
  readonly waitSeconds: number;
}

/** What a receiver pane does. */
export interface ReceiveProgram {
  readonly kind: "receive";
  readonly mode: "take" | "browse";
  readonly outcome: "accepted" | "released" | "modified" | "rejected";
  readonly condition: string;
  readonly reason: string;
  readonly deliveryFailed: boolean;
  readonly undeliverableHere: boolean;
  /** Of modified messages. */
  readonly annotations: readonly ProgramValue[];
  readonly credit: number;
  /** So many messages are asked for at once, and no more before somebody asks for more. */
  readonly isManualCredit: boolean;
  readonly selector: string;
  readonly subscription: string;
  readonly isShared: boolean;
  readonly senderSettles: "mixed" | "unsettled" | "settled";
}

export type PaneProgram = SendProgram | RequestProgram | ReceiveProgram;

export interface Program {
  readonly id: "rhea" | "proton" | "qpid-jms" | "go-amqp";
  readonly title: string;
  readonly fileName: string;
  readonly install: string;
  /** The secret is in POSTROOM_SECRET; a receiver ends after as many messages as its last word says, or never without one. */
  readonly run: string;
  readonly code: string;
  /** What the pane does that this library has no way to do, in words. */
  readonly limits: readonly string[];
}

export interface ProgramTarget extends SnippetTarget {
  readonly addressType: AddressType;
}

/** A literal of JavaScript, Java, Go and, but for `/`, Python: JSON's strings are one in each of them. */
export function quoted(text: string): string {
  return JSON.stringify(text).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

export function hasVariables(text: string): boolean {
  return /\{\{\s*(uuid|now|counter|random\s+-?\d+\s+-?\d+)\s*\}\}/.test(text);
}

/** Every simple value within some, however deep. */
export function simpleValues(values: readonly AnyValue[]): SimpleValue[] {
  return values.flatMap((value) => {
    switch (value.type) {
      case "null":
      case "char":
        return [];
      case "list":
        return simpleValues(value.items);
      case "map":
        return simpleValues(value.entries.map((entry) => entry.value));
      case "array":
        return value.items;
      default:
        return [value];
    }
  });
}

/** Every value that a message is made with. */
export function valuesOfMessage({ body, properties, annotations, deliveryAnnotations, footer }: ProgramMessage): AnyValue[] {
  return [...(body.kind === "value" ? [body.value] : body.kind === "sequence" ? body.items : []), ...[properties, annotations, deliveryAnnotations, footer].flatMap((values) => values.map(({ value }) => value))];
}

/** Whether anything of the message has variables, so that the program needs a function that fills them in. */
export function fillsVariables(message: ProgramMessage): boolean {
  const { body, messageId, userId, subject, to, replyTo, correlationId, contentType, contentEncoding, absoluteExpiryTime, creationTime, groupId, replyToGroupId } = message;
  const texts = [body.kind === "text" ? body.text : "", messageId, userId, subject, to, replyTo, correlationId, contentType, contentEncoding, absoluteExpiryTime, creationTime, groupId, replyToGroupId];
  return [...texts, ...simpleValues(valuesOfMessage(message)).map(({ value }) => value)].some(hasVariables);
}

/** Whether a receiver's credit is given by hand; a browser goes through all there is. */
export function asksByHand({ mode, isManualCredit }: ReceiveProgram): boolean {
  return mode === "take" && isManualCredit;
}

/** Whole milliseconds since the epoch of a time as it was typed. */
export function millisecondsOf(time: string): number {
  return Date.parse(time);
}

export function hexOf(text: string): string {
  return text.replaceAll(/[\s-]/g, "");
}
