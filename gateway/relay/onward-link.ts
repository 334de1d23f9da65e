import { encodedState } from "../amqp/disposition.ts";
import { code, condition } from "../amqp/codes.ts";
import type { Flow } from "../amqp/flow.ts";
import { type AttachFrame, type ErrorFields, writeError } from "../amqp/performatives.ts";
import type { Transfer } from "../amqp/transfer.ts";
import { DescribedList, encode } from "../amqp/value-writer.ts";
import type { AddressEntry } from "../directory/directory.ts";
import { forwardFrame } from "../engine/forward.ts";
import type { Link, LinkHandler } from "../engine/link.ts";
import { WaitingDelivery } from "../exchange/waiting-room.ts";
import { errorForClient } from "./attach-rewrite.ts";
import { brokerNamesOf } from "./broker-names.ts";

/** Bytes that all onward links of one sender may hold while brokers give no credit. */
const maxHeldBytes = 1024 * 1024;

/** Counts what the onward links of one sender hold, together. */
export interface HeldBytes {
  bytes: number;
}

/** Encoded state `rejected` with its error. */
export function rejectedState(error: ErrorFields): Buffer {
  return encode(new DescribedList(code.rejected, [writeError(error)]));
}

/** The broker may have taken it or not: the sender is to send it again. */
const inDoubt = encode(new DescribedList(code.modified, [true]));

/** Settles a delivery that the peer of `link` has sent, when it is still open. */
export function settle(link: Link, deliveryId: number, state: Buffer): void {
  if (!link.isLive || !link.session.incoming.remove(deliveryId)) return;
  link.unsettled -= 1;
  link.countOutcome(state[2]!);
  if (state[2] === code.rejected) link.session.connection.watcher?.refused(link, state, 0, state.length);
  link.session.sendDisposition(true, deliveryId, true, state, 0, state.length);
}

/**
 * A link of the gateway's own to one stored address, for the messages of a sender that names the address in each message.
 * Outcomes go straight back to that sender; what comes before the broker has given credit waits in a bounded room.
 */
export class OnwardLink implements LinkHandler {
  readonly #address: AddressEntry;
  readonly #held: HeldBytes;
  readonly #onLost: () => void;
  readonly brokerAddress: string;
  #waiting: WaitingDelivery[] = [];
  #error: ErrorFields | null = null;
  /** Set as soon as the link is made. */
  link: Link | null = null;

  /** @param onLost told when the link is gone, after its deliveries were given back */
  constructor(address: AddressEntry, held: HeldBytes, onLost: () => void) {
    this.#address = address;
    this.brokerAddress = address.settings.brokerAddress;
    this.#held = held;
    this.#onLost = onLost;
  }

  get isIdle(): boolean {
    return this.#waiting.length === 0 && (this.link === null || this.link.unsettled === 0);
  }

  attached(_link: Link, _answer: AttachFrame): void {}

  /** The broker is the receiver of this link and sends nothing on it. */
  transfer(): void {}

  flow(link: Link, flow: Flow): void {
    if (flow.linkCredit >= 0) link.takeCredit(flow);
    while (this.#waiting.length > 0 && link.isLive && link.credit > 0) {
      const delivery = this.#waiting.shift()!;
      this.#leave(delivery);
      if (delivery.from.isLive) delivery.deliver(link);
    }
    if (flow.echo && link.isLive) link.session.sendFlow(link, link.deliveryCount, link.credit, -1, false, false);
  }

  detached(link: Link, closed: boolean, error: ErrorFields | null): void {
    this.#error = errorForClient(error, this.#address, brokerNamesOf(this.#address.space));
    link.answerDetach(closed, null);
  }

  lost(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const delivery of waiting) {
      this.#leave(delivery);
      if (delivery.isWhole) settle(delivery.from, delivery.deliveryId, this.#error === null ? encodedState.released : rejectedState(this.#error));
    }
    this.#onLost();
  }

  unsettledLost(_link: Link, _deliveryId: number, peer: Link | null, peerId: number): void {
    if (peer === null || !peer.isLive) return;
    if (peer.isMidDelivery && peer.incomingId === peerId) peer.session.incoming.setPeer(peerId, null, 0);
    else settle(peer, peerId, inDoubt);
  }

  rejection(_link: Link, buffer: Buffer, stateStart: number, stateEnd: number): Buffer {
    return brokerNamesOf(this.#address.space).inRejection(buffer, stateStart, stateEnd);
  }

  /** Passes one frame of the sender's on, or keeps it until there is credit. */
  send(from: Link, transfer: Transfer, isFirst: boolean, buffer: Buffer, payloadStart: number, payloadEnd: number): void {
    const link = this.link!;
    if (isFirst) {
      if (link.isLive && link.credit > 0 && this.#waiting.length === 0) forwardFrame(from, link, transfer, true, buffer, payloadStart, payloadEnd);
      else this.#hold(from, transfer, buffer, payloadStart, payloadEnd);
      return;
    }
    const out = from.outLink;
    if (out !== null && out.isLive) forwardFrame(from, out, transfer, false, buffer, payloadStart, payloadEnd);
    else this.#continueHeld(from, transfer, buffer, payloadStart, payloadEnd);
  }

  /** Forgets a delivery of which the sender's link ends or that it has taken back. */
  forget(delivery: WaitingDelivery): void {
    const index = this.#waiting.indexOf(delivery);
    if (index < 0) return;
    this.#waiting.splice(index, 1);
    this.#leave(delivery);
  }

  #hold(from: Link, transfer: Transfer, buffer: Buffer, payloadStart: number, payloadEnd: number): void {
    from.outLink = null;
    from.attachment = null;
    if (!transfer.settled && !from.session.track(from.session.incoming, from.incomingId, from, null, 0)) return;
    if (!this.link!.isLive || this.#held.bytes > maxHeldBytes) {
      if (!transfer.more) this.#giveBack(from, transfer.settled);
      return;
    }
    const delivery = new WaitingDelivery(from, transfer.settled);
    this.#waiting.push(delivery);
    this.#grow(delivery, transfer, buffer, payloadStart, payloadEnd);
    if (transfer.more) from.attachment = delivery;
  }

  #continueHeld(from: Link, transfer: Transfer, buffer: Buffer, payloadStart: number, payloadEnd: number): void {
    const delivery = from.attachment instanceof WaitingDelivery ? from.attachment : null;
    if (delivery !== null && !delivery.isGone && !transfer.aborted && this.#held.bytes <= maxHeldBytes) {
      this.#grow(delivery, transfer, buffer, payloadStart, payloadEnd);
    } else {
      if (delivery !== null && !delivery.isGone) this.forget(delivery);
      if (transfer.aborted) {
        if (from.session.incoming.remove(from.incomingId)) from.unsettled -= 1;
      } else if (!transfer.more) {
        this.#giveBack(from, transfer.settled);
      }
    }
    if (!from.isMidDelivery) from.attachment = null;
  }

  #giveBack(from: Link, isSettled: boolean): void {
    if (isSettled) from.counters.dropped += 1;
    else settle(from, from.incomingId, encodedState.released);
  }

  #grow(delivery: WaitingDelivery, transfer: Transfer, buffer: Buffer, payloadStart: number, payloadEnd: number): void {
    const before = delivery.bytes;
    delivery.append(transfer, buffer, payloadStart, payloadEnd);
    this.#held.bytes += delivery.bytes - before;
  }

  #leave(delivery: WaitingDelivery): void {
    delivery.isGone = true;
    this.#held.bytes -= delivery.bytes;
  }
}

/** Why a message without a readable `to` cannot be sent on. */
export const noTo: ErrorFields = {
  condition: condition.notFound,
  description: "The link names no address, so each message must: set the message's property `to` to the name of an address.",
};
