import type { MessageDraft } from "./message-draft.ts";
import type { MessageView } from "#contracts/messages/message-view.ts";
import { emptyRingBuffer, type RingBuffer } from "./ring-buffer.ts";

/** Rows kept per pane; older ones are dropped from view, and counted. */
export const maxRows = 500;

export type ConnectionState =
  | { readonly status: "closed" | "connecting" | "ended" }
  | { readonly status: "open"; readonly sessionEndsAt: string }
  | { readonly status: "waiting" | "refused"; readonly reason: string };

export type LinkState = "closed" | "opening" | "open" | { readonly refused: string };

/** Browsing shows what waits in a stored address and leaves it there. */
export type ReceivingMode = "automatic" | "by-hand" | "browse";

export interface ReceivingOptions {
  readonly mode: ReceivingMode;
  /** Messages the receiver takes before it is given more credit; in automatic mode it is topped up. */
  readonly credit: number;
  /** Selector in the words of JMS; empty for every message. */
  readonly selector: string;
}

/** What a person decides about a message: the outcomes of AMQP 1.0 (part 3, section 3.4). */
export type Decision =
  | { readonly outcome: "accepted" | "released" }
  | { readonly outcome: "modified"; readonly undeliverableHere: boolean }
  | { readonly outcome: "rejected"; readonly reason: string };

export type Settlement = "open" | Decision["outcome"] | "browsed" | "given back";

export interface SentMessage {
  readonly id: number;
  readonly deliveryId: number;
  readonly at: string;
  readonly messageId: string;
  readonly draft: MessageDraft;
  readonly outcome: { readonly status: "waiting" | "accepted" | "released" | "modified" | "unknown" } | { readonly status: "rejected"; readonly reason: string | undefined };
}

export interface ReceivedMessage {
  readonly id: number;
  readonly at: string;
  readonly content: { readonly view: MessageView } | { readonly cannotDisplay: string };
  readonly settlement: Settlement;
}

export interface TestClientState {
  readonly connection: ConnectionState;
  readonly sender: LinkState;
  readonly receiver: LinkState;
  /** Messages that the other side is ready to take from us. */
  readonly sendCredit: number;
  /** Messages that we are ready to take. */
  readonly credit: number;
  /** How far sending has come while it goes on; null when it does not. */
  readonly run: { readonly sent: number; readonly count: number } | null;
  readonly sent: RingBuffer<SentMessage>;
  readonly received: RingBuffer<ReceivedMessage>;
}

export const startState: TestClientState = {
  connection: { status: "closed" },
  sender: "closed",
  receiver: "closed",
  sendCredit: 0,
  credit: 0,
  run: null,
  sent: emptyRingBuffer(maxRows),
  received: emptyRingBuffer(maxRows),
};
