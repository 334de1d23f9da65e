import { encodedState } from "../amqp/disposition.ts";
import { code, condition } from "../amqp/codes.ts";
import type { Flow } from "../amqp/flow.ts";
import type { AttachFrame, ErrorFields } from "../amqp/performatives.ts";
import type { Transfer } from "../amqp/transfer.ts";
import { DescribedList, encode } from "../amqp/value-writer.ts";
import type { AddressEntry } from "../directory/directory.ts";
import { forwardFrame } from "../engine/forward.ts";
import type { Link, LinkHandler } from "../engine/link.ts";
import { errorForClient } from "./attach-rewrite.ts";
import { brokerNamesOf } from "./broker-names.ts";
import { type HeldBytes, HeldDeliveries } from "./held-deliveries.ts";
import { rejectedState, settle } from "./settle.ts";
import type { SettledHold } from "./settled-hold.ts";

/** The broker may have taken it or not: the sender is to send it again. */
const inDoubt = encode(new DescribedList(code.modified, [true]));

/**
 * A link of the gateway's own to one stored address, for the messages of a sender that names the address in each message.
 * Outcomes go straight back to that sender; what comes before the broker has given credit waits in a bounded room.
 */
export class OnwardLink implements LinkHandler {
  readonly #address: AddressEntry;
  readonly #onLost: () => void;
  readonly brokerAddress: string;
  readonly #waiting: HeldDeliveries;
  #error: ErrorFields | null = null;
  /** Set as soon as the link is made. */
  link: Link | null = null;

  /** @param onLost told when the link is gone, after its deliveries were given back */
  constructor(address: AddressEntry, held: HeldBytes, settledHold: SettledHold, onLost: () => void) {
    this.#address = address;
    this.brokerAddress = address.settings.brokerAddress;
    this.#waiting = new HeldDeliveries(held, settledHold);
    this.#onLost = onLost;
  }

  get isIdle(): boolean {
    return this.#waiting.count === 0 && (this.link === null || this.link.unsettled === 0);
  }

  attached(_link: Link, _answer: AttachFrame): void {}

  /** The broker is the receiver of this link and sends nothing on it. */
  transfer(): void {}

  flow(link: Link, flow: Flow): void {
    if (flow.linkCredit >= 0) link.takeCredit(flow);
    while (this.#waiting.count > 0 && link.isLive && link.credit > 0) {
      const delivery = this.#waiting.take()!;
      if (delivery.from.isLive) delivery.deliver(link);
    }
    if (flow.echo && link.isLive) link.session.sendFlow(link, link.deliveryCount, link.credit, -1, false, false);
  }

  detached(link: Link, closed: boolean, error: ErrorFields | null): void {
    this.#error = errorForClient(error, this.#address, brokerNamesOf(this.#address.space));
    link.answerDetach(closed, null);
  }

  lost(): void {
    for (let delivery = this.#waiting.take(); delivery !== undefined; delivery = this.#waiting.take()) {
      if (!delivery.isWhole) continue;
      if (delivery.isSettled) delivery.from.counters.dropped += 1;
      else settle(delivery.from, delivery.deliveryId, this.#error === null ? encodedState.released : rejectedState(this.#error));
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
      if (link.isLive && link.credit > 0 && this.#waiting.count === 0) forwardFrame(from, link, transfer, true, buffer, payloadStart, payloadEnd);
      else this.#waiting.begin(from, transfer, buffer, payloadStart, payloadEnd, link.isLive);
      return;
    }
    const out = from.outLink;
    if (out !== null && out.isLive) forwardFrame(from, out, transfer, false, buffer, payloadStart, payloadEnd);
    else this.#waiting.continue(from, transfer, buffer, payloadStart, payloadEnd);
  }
}

/** Why a message without a readable `to` cannot be sent on. */
export const noTo: ErrorFields = {
  condition: condition.notFound,
  description: "The link names no address, so each message must: set the message's property `to` to the name of an address.",
};
