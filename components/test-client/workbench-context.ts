import { createContext, useContext } from "react";
import type { TestSession } from "#contracts/test-client/ticket.ts";
import type { MessageDraft } from "./message-draft.ts";
import type { ReceiverClient } from "./receiver-client.ts";
import type { ReceivedMessage, ReceivingOptions } from "./receiving.ts";
import type { EndedRun } from "./run-client.ts";
import type { SenderClient, SentMessage } from "./sender-client.ts";

/** The message that the drawer shows. */
export type ShownMessage =
  | { readonly kind: "sent"; readonly address: string; readonly row: SentMessage; readonly client: SenderClient }
  | { readonly kind: "received"; readonly address: string; readonly row: ReceivedMessage; readonly client?: ReceiverClient; readonly options?: ReceivingOptions };

/** What a pane that sends lets others do. */
export interface OpenSender {
  readonly address: string;
  readonly load: (draft: MessageDraft) => void;
  /** @returns why it cannot be sent now; undefined when it is on its way */
  readonly send: (draft: MessageDraft) => string | undefined;
}

/** What the panes of a page share. */
export interface Workbench {
  /** E-mail address of who is at work, by which durable subscriptions are found again. */
  readonly person: string;
  /** Before the keys of what is kept in this tab. */
  readonly memoryKey: string;
  readonly openSession: (address: string) => Promise<TestSession>;
  readonly show: (message: ShownMessage) => void;
  readonly registerSender: (paneId: string, sender: OpenSender) => () => void;
  /** Puts a draft into a sender of the address, opening one when there is none. */
  readonly edit: (address: string, draft: MessageDraft) => void;
  /** Sends a draft from a sender of the address; opens one with it, to be sent there, when there is none. */
  readonly sendAgain: (address: string, draft: MessageDraft) => void;
  /** Sends a draft once and says that it is on its way, or why not. */
  readonly sendFrom: (sender: OpenSender, draft: MessageDraft) => void;
  readonly takePendingDraft: (paneId: string) => MessageDraft | undefined;
  readonly remember: (address: string, run: EndedRun) => void;
  /** Shows what was sent before, to be used in, or sent from, the sender that asks. */
  readonly openHistory: (sender: OpenSender) => void;
}

export const WorkbenchContext = createContext<Workbench | undefined>(undefined);

export function useWorkbench(): Workbench {
  const workbench = useContext(WorkbenchContext);
  if (workbench === undefined) throw new Error("A pane stands in a workbench only.");
  return workbench;
}
