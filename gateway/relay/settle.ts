import { code } from "../amqp/codes.ts";
import { type ErrorFields, writeError } from "../amqp/performatives.ts";
import { DescribedList, encode } from "../amqp/value-writer.ts";
import type { Link } from "../engine/link.ts";

/** Encoded state `rejected` with its error. */
export function rejectedState(error: ErrorFields): Buffer {
  return encode(new DescribedList(code.rejected, [writeError(error)]));
}

/** Settles a delivery that the peer of `link` has sent, when it is still open. */
export function settle(link: Link, deliveryId: number, state: Buffer): void {
  if (!link.isLive || !link.session.incoming.remove(deliveryId)) return;
  link.unsettled -= 1;
  link.countOutcome(state[2]!);
  if (state[2] === code.rejected) link.session.connection.watcher?.refused(link, state, 0, state.length);
  link.session.sendDisposition(true, deliveryId, true, state, 0, state.length);
}
