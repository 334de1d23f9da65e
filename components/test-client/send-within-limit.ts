import type { Delivery, Message, Sender } from "rhea";
import { formatBytes } from "#contracts/plans/quota-sentences.ts";
import { counted } from "#components/feedback/format.ts";
import type { Rhea } from "./amqp-link.ts";
import { DraftError } from "./message-draft.ts";

/**
 * Sends a message, unless the other side takes none as large: one beyond its limit would end the link, and with it what else is on its
 * way. The limit is the one of the attach (part 2, section 2.7.3); 0 and nothing are none.
 * @param who takes it, with its verb, for the sentence that says why it was not sent
 * @param wayOut what can be done about it
 * @throws DraftError when it is too large
 */
export function sendWithinLimit(sender: Sender, rhea: Rhea, message: Message, who: string, wayOut: string): Delivery {
  // rhea knows more than its types say.
  const encoded = (rhea.message as unknown as { encode(message: Message): Buffer }).encode(message);
  const limit = (sender as unknown as { max_message_size: unknown }).max_message_size;
  if (typeof limit === "number" && limit > 0 && encoded.length > limit) {
    throw new DraftError(`It has ${counted(encoded.length, "byte")} with all its sections, and ${who} at most ${limit.toLocaleString("en")} (${formatBytes(limit)}) in one message. ${wayOut}`);
  }
  return sender.send(encoded, undefined, 0);
}
