import { z } from "zod";
import type { ArrivedMessage } from "./frame-guard.ts";
import { type TypedValueDraft } from "./message-draft.ts";

/** Browsing shows what waits in a stored address and leaves it there. */
export const receivingModes = ["automatic", "by-hand", "browse"] as const;
export type ReceivingMode = (typeof receivingModes)[number];

export const outcomes = ["accepted", "released", "modified", "rejected"] as const;
export type Outcome = (typeof outcomes)[number];

/** The longest time for which this many messages without an outcome may be held: rhea keeps 2,048 of them. */
export const maxCredit = 1_000;
export const maxUnsettled = 2_000;

/** How a receiver attaches and what it does with a message; everything that its pane lets one choose. */
export const receivingOptionsSchema = z.object({
  mode: z.enum(receivingModes),
  /** What is done by itself in automatic mode. */
  outcome: z.enum(outcomes),
  /** Messages that may be on their way. */
  credit: z.int().min(1).max(maxCredit),
  /** Credit is given by hand only; otherwise it is topped up. */
  isManualCredit: z.boolean(),
  /** Selector in the words of JMS; empty for every message. */
  selector: z.string().max(1_000),
  /** Name of a durable subscription of a topic; empty for one that lasts as long as the receiver. */
  subscription: z.string().max(200),
  /** Several receivers share the subscription. */
  isShared: z.boolean(),
  senderSettles: z.enum(["mixed", "unsettled", "settled"]),
  receiverSettles: z.enum(["first", "second"]),
  condition: z.string().max(200),
  reason: z.string().max(500),
  deliveryFailed: z.boolean(),
  undeliverableHere: z.boolean(),
  annotations: z.array(z.custom<TypedValueDraft>()).max(20),
});
export type ReceivingOptions = z.infer<typeof receivingOptionsSchema>;

export const defaultReceiving: ReceivingOptions = {
  mode: "automatic", outcome: "accepted", credit: 100, isManualCredit: false, selector: "", subscription: "", isShared: false, senderSettles: "mixed", receiverSettles: "first",
  condition: "amqp:precondition-failed", reason: "Rejected by hand in the test client.", deliveryFailed: true, undeliverableHere: false, annotations: [],
};

/** `open` waits for a decision; `given back` was open when its link ended; `let go` was open when newer rows needed its place. */
export type Settlement = "open" | Outcome | "browsed" | "given back" | "pre-settled";

export interface ReceivedMessage {
  readonly id: number;
  readonly sizeBytes: number;
  readonly at: string;
  readonly arrived: ArrivedMessage;
  readonly settlement: Settlement;
  /** From the request to this reply; absent for what is not a reply. */
  readonly tookMs?: number | undefined;
}
