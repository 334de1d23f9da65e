import type { Connection, EventContext } from "rhea";
import { refusalOfLink, type Rhea } from "./amqp-link.ts";
import { type MessageDraft, toMessage } from "./message-draft.ts";
import { sendWithinLimit } from "./send-within-limit.ts";

const answerMs = 30_000;

/**
 * Sends one message to a reply address that somebody has made, over a sender of its own.
 * @returns the outcome
 * @throws Error with words for people, when it was not sent or nobody will know what became of it
 */
export async function sendReply(connection: Connection, rhea: Rhea, address: string, draft: MessageDraft): Promise<string> {
  const sender = connection.open_sender({ target: { address }, treat_modified_as_released: false } as never);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let isSent = false;
  const fail = (words: string) => reject(new Error(isSent ? `${words} The reply had no outcome yet, so it may or may not have arrived.` : `The reply was not sent. ${words}`));
  const lost = () => fail("The connection was lost.");
  const refused = () => fail(refusalOfLink(sender).reason);
  const timer = setTimeout(() => fail(isSent ? "No outcome came within half a minute." : "Whoever asked takes no message at the moment."), answerMs);
  sender.once("sendable", () => {
    try {
      sendWithinLimit(sender, rhea, toMessage(draft, crypto.randomUUID(), { counter: 1 }, rhea), "its reply address takes", "Make it smaller.");
      isSent = true;
    } catch (error) {
      fail(error instanceof Error ? error.message : "It could not be encoded.");
    }
  });
  for (const outcome of ["accepted", "released", "modified", "rejected"]) {
    sender.on(outcome, ({ delivery }: EventContext) => {
      const error = (delivery?.remote_state as { error?: { description?: string } } | undefined)?.error;
      resolve(error?.description === undefined ? outcome : `${outcome}: ${error.description}`);
    });
  }
  sender.on("sender_error", refused);
  sender.on("sender_close", refused);
  for (const end of ["disconnected", "connection_close"]) connection.on(end, lost);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    for (const end of ["disconnected", "connection_close"]) connection.removeListener(end, lost);
    sender.close();
  }
}
