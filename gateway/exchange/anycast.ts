import type { Transfer } from "../amqp/transfer.ts";
import { encodedState } from "../amqp/disposition.ts";
import { code } from "../amqp/codes.ts";
import type { Flow } from "../amqp/flow.ts";
import type { AttachFrame } from "../amqp/performatives.ts";
import { consumersFull } from "../directory/consumers-full.ts";
import type { AddressEntry } from "../directory/directory.ts";
import { enterLink, leaveLink } from "../directory/link-register.ts";
import type { AddressNode } from "../directory/node.ts";
import { forwardFrame } from "../engine/forward.ts";
import type { Link, LinkHandler } from "../engine/link.ts";
import type { Session } from "../engine/session.ts";
import { answerAttach } from "./answer-attach.ts";
import { WaitingDelivery, WaitingRoom } from "./waiting-room.ts";

/** The most credit one producer is given at a time. */
const maxProducerCredit = 2000;

/**
 * Hands each message to one consumer. Producers get credit only while consumers have some, in equal shares of it; when the
 * share of many producers rounds below one they still get one each, and what then comes too early waits, unsettled, in a small
 * bounded room. The consumer's outcome is the producer's outcome.
 */
export class Anycast implements AddressNode, LinkHandler {
  readonly #address: AddressEntry;
  readonly #consumers: Link[] = [];
  readonly #producers: Link[] = [];
  readonly #waiting = new WaitingRoom();
  /** Credit of all consumers together. */
  #credit = 0;
  /** Where the search for the least loaded consumer starts, so that equals take turns. */
  #turn = 0;
  readonly #onEmpty: () => void;

  /** @param onConsumersGone told when the last consumer has left, as a reply address then ends */
  constructor(address: AddressEntry, onConsumersGone: () => void = () => {}) {
    this.#address = address;
    this.#onEmpty = onConsumersGone;
  }

  attach(session: Session, attach: AttachFrame, address: AddressEntry, dynamicName?: string): void {
    const link = session.acceptLink(attach, this);
    if (link.isSender && this.#consumers.length >= address.settings.maxConsumers) {
      link.refuse(attach, consumersFull(address));
      return;
    }
    enterLink(link, address);
    answerAttach(link, attach, dynamicName);
    if (link.isSender) {
      this.#consumers.push(link);
    } else {
      this.#producers.push(link);
      this.#grantAll();
    }
  }

  attached(): void {}

  transfer(link: Link, transfer: Transfer, isFirst: boolean, buffer: Buffer, payloadStart: number, payloadEnd: number): void {
    if (isFirst) {
      const consumer = this.#choose();
      if (consumer === null) {
        this.#keepOrReturn(link, transfer, buffer, payloadStart, payloadEnd);
      } else {
        this.#credit -= 1;
        forwardFrame(link, consumer, transfer, true, buffer, payloadStart, payloadEnd);
      }
      if (link.credit <= this.#lowCredit()) this.#grant(link);
      return;
    }
    const out = link.outLink;
    if (out !== null && out.isLive) forwardFrame(link, out, transfer, false, buffer, payloadStart, payloadEnd);
    else this.#continueWithoutConsumer(link, transfer, buffer, payloadStart, payloadEnd);
  }

  flow(link: Link, flow: Flow): void {
    if (!link.isSender) {
      if (flow.echo) link.grantCredit(link.credit);
      return;
    }
    if (flow.linkCredit >= 0) {
      const before = link.credit;
      link.takeCredit(flow);
      this.#credit += link.credit - before;
      this.#deliverWaiting();
    }
    if (flow.drain) {
      this.#credit -= link.credit;
      link.deliveryCount = (link.deliveryCount + link.credit) >>> 0;
      link.credit = 0;
      link.session.sendFlow(link, link.deliveryCount, 0, 0, true, false);
    } else if (flow.echo) {
      link.session.sendFlow(link, link.deliveryCount, link.credit, this.#waiting.count, false, false);
    }
    this.#grantAll();
  }

  detached(link: Link, closed: boolean): void {
    link.answerDetach(closed, null);
  }

  lost(link: Link): void {
    leaveLink(link, this.#address);
    if (!link.isSender) {
      remove(this.#producers, link);
      this.#waiting.removeOf(link);
      this.#grantAll();
      return;
    }
    if (!remove(this.#consumers, link)) return;
    this.#credit -= link.credit;
    if (this.#consumers.length === 0) {
      this.#returnWaiting();
      this.#onEmpty();
    }
    this.#grantAll();
  }

  unsettledLost(link: Link, deliveryId: number, peer: Link | null, peerId: number): void {
    if (peer === null || !peer.isLive) return;
    if (!link.isSender) {
      peer.session.outgoing.setPeer(peerId, null, 0);
      return;
    }
    if (peer.isMidDelivery && peer.incomingId === peerId) {
      peer.session.incoming.setPeer(peerId, null, 0);
      return;
    }
    if (peer.session.incoming.remove(peerId)) {
      peer.unsettled -= 1;
      this.#release(peer, peerId);
    }
  }

  // ---- choosing

  /** The live consumer with credit that has the fewest unsettled deliveries; null when there is none. */
  #choose(): Link | null {
    const consumers = this.#consumers;
    const many = consumers.length;
    let best: Link | null = null;
    this.#turn = this.#turn + 1 < many ? this.#turn + 1 : 0;
    let index = this.#turn;
    for (let seen = 0; seen < many; seen += 1) {
      const consumer = consumers[index]!;
      if (consumer.credit > 0 && (best === null || consumer.unsettled < best.unsettled) && !consumer.session.connection.isCongested) {
        best = consumer;
        if (best.unsettled === 0) break;
      }
      index = index + 1 < many ? index + 1 : 0;
    }
    return best;
  }

  #share(): number {
    const free = this.#credit - this.#waiting.count;
    if (free <= 0) return 0;
    const share = Math.floor(free / Math.max(1, this.#producers.length));
    return Math.min(maxProducerCredit, Math.max(1, share));
  }

  #lowCredit(): number {
    return this.#share() >> 1;
  }

  #grant(producer: Link): void {
    // A sender that names an address in each message has its credit from elsewhere.
    if (producer.handler !== this) return;
    const share = this.#share();
    if (share === 0) {
      if (producer.credit > 0 && this.#consumers.length === 0) producer.grantCredit(0);
    } else if (producer.credit <= share >> 1) {
      producer.grantCredit(share);
    }
  }

  #grantAll(): void {
    for (const producer of this.#producers) this.#grant(producer);
  }

  // ---- messages that found no consumer

  #keepOrReturn(link: Link, transfer: Transfer, buffer: Buffer, payloadStart: number, payloadEnd: number): void {
    link.outLink = null;
    if (this.#consumers.length > 0 && this.#waiting.hasRoom) {
      if (!transfer.settled && !link.session.track(link.session.incoming, link.incomingId, link, null, 0)) return;
      const delivery = this.#waiting.add(link, transfer.settled);
      this.#waiting.grow(delivery, transfer, buffer, payloadStart, payloadEnd);
      link.attachment = transfer.more ? delivery : null;
      return;
    }
    link.attachment = null;
    if (transfer.settled) link.counters.dropped += 1;
    else if (!transfer.more) this.#release(link, link.incomingId);
    else link.session.track(link.session.incoming, link.incomingId, link, null, 0);
  }

  /** A later frame of a delivery that waits, was refused, or has lost its consumer. */
  #continueWithoutConsumer(link: Link, transfer: Transfer, buffer: Buffer, payloadStart: number, payloadEnd: number): void {
    const delivery = link.attachment;
    if (delivery instanceof WaitingDelivery && !delivery.isGone && !transfer.aborted) {
      this.#waiting.grow(delivery, transfer, buffer, payloadStart, payloadEnd);
      if (!transfer.more) link.attachment = null;
      return;
    }
    if (delivery instanceof WaitingDelivery && transfer.aborted) this.#waiting.remove(delivery);
    if (link.isMidDelivery) return;
    link.attachment = null;
    if (link.session.incoming.remove(link.incomingId)) {
      link.unsettled -= 1;
      if (!transfer.aborted) this.#release(link, link.incomingId);
    }
  }

  #deliverWaiting(): void {
    while (this.#waiting.count > 0) {
      const consumer = this.#choose();
      if (consumer === null) return;
      const delivery = this.#waiting.take();
      if (!delivery.from.isLive) continue;
      this.#credit -= 1;
      delivery.deliver(consumer);
    }
  }

  #returnWaiting(): void {
    while (this.#waiting.count > 0) {
      const delivery = this.#waiting.take();
      if (delivery.isSettled) delivery.from.counters.dropped += 1;
      else if (delivery.isWhole && delivery.from.session.incoming.remove(delivery.deliveryId)) {
        delivery.from.unsettled -= 1;
        this.#release(delivery.from, delivery.deliveryId);
      }
    }
  }

  #release(producer: Link, deliveryId: number): void {
    producer.countOutcome(code.released);
    producer.session.sendDisposition(true, deliveryId, true, encodedState.released, 0, encodedState.released.length);
  }
}

function remove(links: Link[], link: Link): boolean {
  const index = links.indexOf(link);
  if (index >= 0) links.splice(index, 1);
  return index >= 0;
}
