import type { Transfer } from "../amqp/transfer.ts";
import type { Link } from "./link.ts";

/**
 * Passes one frame of a delivery from a link on which we receive to a link on which we send, payload untouched. With the
 * first frame the delivery gets its id on the other side, and both sides remember each other until it is settled there.
 */
export function forwardFrame(from: Link, to: Link, transfer: Transfer, isFirst: boolean, buffer: Buffer, payloadStart: number, payloadEnd: number): void {
  const toSession = to.session;
  let sendId = -1;
  if (isFirst) {
    sendId = toSession.takeDeliveryId();
    from.outLink = to;
    from.outId = sendId;
    to.deliveryCount = (to.deliveryCount + 1) >>> 0;
    to.credit -= 1;
    to.counters.deliveries += 1;
    if (transfer.settled) {
      to.counters.presettled += 1;
    } else {
      if (!from.session.track(from.session.incoming, from.incomingId, from, to, sendId)) return;
      if (!toSession.track(toSession.outgoing, sendId, to, from, from.incomingId)) return;
    }
  }
  to.counters.bytes += payloadEnd - payloadStart;
  toSession.sendTransfer(to, sendId, transfer, transfer.settled, transfer.more, buffer, payloadStart, payloadEnd);
  if (!isFirst && (transfer.settled || transfer.aborted)) forgetDelivery(from, to);
}

/** The delivery under way was settled or aborted with a later frame. */
function forgetDelivery(from: Link, to: Link): void {
  if (from.session.incoming.remove(from.incomingId)) from.unsettled -= 1;
  if (to.session.outgoing.remove(from.outId)) to.unsettled -= 1;
}
