import type { MessageDraft } from "./message-draft.ts";
import type { MessageView } from "./message-view.ts";
import { emptyRingBuffer, type RingBuffer } from "./ring-buffer.ts";

/** Rows kept per pane; older ones are dropped from view, and counted. */
export const maxRows = 500;

export type ConnectionState =
  | { readonly status: "closed" | "connecting" | "ended" }
  | { readonly status: "open"; readonly sessionEndsAt: string }
  | { readonly status: "waiting" | "refused"; readonly reason: string };

export type LinkState = "closed" | "opening" | "open" | { readonly refused: string };

export type ReceivingMode = "automatic" | "by-hand";

export interface ReceivingOptions {
  readonly mode: ReceivingMode;
  /** Messages the receiver takes before it is given more credit; in automatic mode it is topped up. */
  readonly credit: number;
}

export type Settlement = "open" | "accepted" | "released" | "rejected" | "given back";

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
  readonly sent: RingBuffer<SentMessage>;
  readonly received: RingBuffer<ReceivedMessage>;
}

export const startState: TestClientState = {
  connection: { status: "closed" },
  sender: "closed",
  receiver: "closed",
  sendCredit: 0,
  credit: 0,
  sent: emptyRingBuffer(maxRows),
  received: emptyRingBuffer(maxRows),
};
