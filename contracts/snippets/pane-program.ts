import type { AddressType } from "../addresses/address-type.ts";
import type { SnippetTarget } from "./snippet.ts";

/** Simple AMQP types that a program can be made to send. */
export type ProgramValueType =
  | "string" | "boolean" | "byte" | "ubyte" | "short" | "ushort" | "int" | "uint" | "long" | "ulong" | "float" | "double" | "timestamp" | "uuid" | "symbol" | "binary";

export interface ProgramValue {
  readonly name: string;
  readonly type: ProgramValueType;
  /** As it was typed: bytes in hexadecimal, a time as ISO 8601. */
  readonly value: string;
}

/** What a sender pane does. Texts may hold {{uuid}}, {{now}}, {{counter}} and {{random 1 100}}. */
export interface SendProgram {
  readonly kind: "send";
  readonly body: { readonly kind: "text"; readonly text: string } | { readonly kind: "bytes"; readonly hex: string };
  readonly subject: string;
  readonly to: string;
  readonly replyTo: string;
  readonly correlationId: string;
  readonly contentType: string;
  readonly groupId: string;
  readonly durable: boolean;
  /** Null for the default. */
  readonly priority: number | null;
  readonly timeToLiveMs: number | null;
  readonly properties: readonly ProgramValue[];
  readonly annotations: readonly ProgramValue[];
  readonly count: number;
  /** Null for as fast as messages are taken. */
  readonly perSecond: number | null;
  /** Messages go settled: nobody is asked what became of them. */
  readonly isSettled: boolean;
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
  readonly credit: number;
  readonly selector: string;
  readonly subscription: string;
  readonly isShared: boolean;
  readonly senderSettles: "mixed" | "unsettled" | "settled";
}

export type PaneProgram = SendProgram | ReceiveProgram;

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

/** Whether anything of the program has variables, so that it needs a function that fills them in. */
export function fillsVariables({ body, subject, to, replyTo, correlationId, groupId, properties }: SendProgram): boolean {
  return [body.kind === "text" ? body.text : "", subject, to, replyTo, correlationId, groupId, ...properties.map(({ value }) => value)].some(hasVariables);
}

/** Whole milliseconds since the epoch of a time as it was typed. */
export function millisecondsOf(time: string): number {
  return Date.parse(time);
}

export function hexOf(text: string): string {
  return text.replaceAll(/[\s-]/g, "");
}
