import { encodedState } from "../amqp/disposition.ts";
import type { Transfer } from "../amqp/transfer.ts";
import type { Link } from "../engine/link.ts";
import { WaitingDelivery } from "../exchange/waiting-room.ts";
import { settle } from "./settle.ts";
import type { SettledHold } from "./settled-hold.ts";

/** Bytes that one sender may have held for all that it sends to. */
const maxHeldBytes = 1024 * 1024;

/** Counts what is held for one sender, together. */
export interface HeldBytes {
  bytes: number;
}

/** Deliveries of one sender that cannot go on yet, oldest first; what there is no room for is given back as `released`. */
export class HeldDeliveries {
  readonly #held: HeldBytes;
  readonly #settledHold: SettledHold;
  #deliveries: WaitingDelivery[] = [];

  constructor(held: HeldBytes, settledHold: SettledHold) {
    this.#held = held;
    this.#settledHold = settledHold;
  }

  get count(): number {
    return this.#deliveries.length;
  }

  /** Keeps a delivery's first frame, unless it cannot be kept. */
  begin(from: Link, transfer: Transfer, buffer: Buffer, payloadStart: number, payloadEnd: number, canKeep = true): void {
    from.outLink = null;
    from.attachment = null;
    if (!transfer.settled && !from.session.track(from.session.incoming, from.incomingId, from, null, 0)) return;
    if (!canKeep || this.#held.bytes > maxHeldBytes) {
      if (!transfer.more) giveBack(from, transfer.settled);
      return;
    }
    const delivery = new WaitingDelivery(from, transfer.settled);
    this.#deliveries.push(delivery);
    if (delivery.isSettled) this.#settledHold.add(from.session.connection);
    this.#grow(delivery, transfer, buffer, payloadStart, payloadEnd);
    if (transfer.more) from.attachment = delivery;
  }

  /** Keeps a further frame of the delivery that has begun. */
  continue(from: Link, transfer: Transfer, buffer: Buffer, payloadStart: number, payloadEnd: number): void {
    const delivery = from.attachment instanceof WaitingDelivery ? from.attachment : null;
    if (delivery !== null && !delivery.isGone && !transfer.aborted && this.#held.bytes <= maxHeldBytes) {
      this.#grow(delivery, transfer, buffer, payloadStart, payloadEnd);
    } else {
      if (delivery !== null && !delivery.isGone) this.#forget(delivery);
      if (transfer.aborted) {
        if (from.session.incoming.remove(from.incomingId)) from.unsettled -= 1;
      } else if (!transfer.more) {
        giveBack(from, transfer.settled);
      }
    }
    if (!from.isMidDelivery) from.attachment = null;
  }

  /** The oldest, which is held no longer. */
  take(): WaitingDelivery | undefined {
    const delivery = this.#deliveries.shift();
    if (delivery !== undefined) this.#leave(delivery);
    return delivery;
  }

  #forget(delivery: WaitingDelivery): void {
    const index = this.#deliveries.indexOf(delivery);
    if (index < 0) return;
    this.#deliveries.splice(index, 1);
    this.#leave(delivery);
  }

  #grow(delivery: WaitingDelivery, transfer: Transfer, buffer: Buffer, payloadStart: number, payloadEnd: number): void {
    const before = delivery.bytes;
    delivery.append(transfer, buffer, payloadStart, payloadEnd);
    this.#held.bytes += delivery.bytes - before;
  }

  #leave(delivery: WaitingDelivery): void {
    delivery.isGone = true;
    if (delivery.isSettled) this.#settledHold.remove();
    this.#held.bytes -= delivery.bytes;
  }
}

function giveBack(from: Link, isSettled: boolean): void {
  if (isSettled) from.counters.dropped += 1;
  else settle(from, from.incomingId, encodedState.released);
}
