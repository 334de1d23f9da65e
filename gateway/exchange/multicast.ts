import { encodedState } from "../amqp/disposition.ts";
import { code } from "../amqp/codes.ts";
import type { Flow } from "../amqp/flow.ts";
import type { AttachFrame } from "../amqp/performatives.ts";
import type { Transfer } from "../amqp/transfer.ts";
import { DescribedList, encode } from "../amqp/value-writer.ts";
import type { AddressEntry } from "../directory/directory.ts";
import { enterLink, leaveLink } from "../directory/link-register.ts";
import type { AddressNode } from "../directory/node.ts";
import type { Link, LinkHandler } from "../engine/link.ts";
import type { Session } from "../engine/session.ts";
import { answerAttach } from "./answer-attach.ts";
import { consumersFull } from "./anycast.ts";

const producerCredit = 2000;
/** A consumer with more unsettled deliveries than this counts as slow, whatever credit it gives. */
const maxConsumerUnsettled = 10_000;

const encodedOutcome = new Map([
  [code.accepted, encodedState.accepted],
  [code.released, encodedState.released],
  [code.modified, encode(new DescribedList(code.modified, []))],
  [code.rejected, encode(new DescribedList(code.rejected, []))],
]);
/** When consumers differ, the outcome further down the list wins, as with Qpid Dispatch. */
const precedence = [0, code.released, code.modified, code.accepted, code.rejected];

/** A delivery to several consumers, until all have answered. */
interface Gathering {
  producer: Link;
  deliveryId: number;
  left: number;
  outcome: number;
}

/** One frame's way to the consumers of the delivery under way. */
interface Copies {
  readonly consumers: Link[];
  readonly slot: number;
}

/**
 * Hands each message to every consumer that has credit at that moment. One without credit, or too far behind, loses the
 * message, which is counted as dropped, and holds nobody up. An unsettled delivery is settled when all who got it have
 * answered; nobody got it: released.
 */
export class Multicast implements AddressNode, LinkHandler {
  readonly #address: AddressEntry;
  readonly #consumers: Link[] = [];
  readonly #producers = new Set<Link>();
  readonly #gatherings: (Gathering | null)[] = [];
  readonly #freeSlots: number[] = [];

  constructor(address: AddressEntry) {
    this.#address = address;
  }

  attach(session: Session, attach: AttachFrame, address: AddressEntry): void {
    const link = session.acceptLink(attach, this);
    if (link.isSender && this.#consumers.length >= address.settings.maxConsumers) {
      link.refuse(attach, consumersFull(address));
      return;
    }
    enterLink(link, address);
    answerAttach(link, attach);
    if (link.isSender) {
      link.collectsOutcomes = true;
      this.#consumers.push(link);
      if (this.#consumers.length === 1) for (const producer of this.#producers) producer.grantCredit(producerCredit);
    } else {
      this.#producers.add(link);
      if (this.#consumers.length > 0) link.grantCredit(producerCredit);
    }
  }

  attached(): void {}

  transfer(link: Link, transfer: Transfer, isFirst: boolean, buffer: Buffer, payloadStart: number, payloadEnd: number): void {
    if (isFirst) this.#begin(link, transfer);
    const copies = link.attachment as Copies;
    for (const consumer of copies.consumers) {
      if (consumer.isLive) this.#copy(link, consumer, copies.slot, transfer, isFirst, buffer, payloadStart, payloadEnd);
    }
    if (!link.isMidDelivery) {
      link.attachment = null;
      if (transfer.aborted && copies.slot >= 0) this.#freeSlot(copies.slot);
    }
    if (isFirst && link.credit <= producerCredit / 2 && this.#consumers.length > 0) link.grantCredit(producerCredit);
  }

  /** Chooses who gets the delivery, and settles it at once when nobody does. */
  #begin(link: Link, transfer: Transfer): void {
    const takers: Link[] = this.#takers;
    takers.length = 0;
    for (const consumer of this.#consumers) {
      if (consumer.credit > 0 && consumer.unsettled < maxConsumerUnsettled && !consumer.session.connection.isCongested) takers.push(consumer);
      else consumer.counters.dropped += 1;
    }
    const consumers = transfer.more ? [...takers] : takers;
    let slot = -1;
    if (!transfer.settled) {
      if (takers.length === 0) this.#settle(link, link.incomingId, code.released);
      else slot = this.#gather(link, takers.length);
    } else if (takers.length === 0) {
      link.counters.dropped += 1;
    }
    link.attachment = { consumers, slot } satisfies Copies;
  }

  readonly #takers: Link[] = [];

  #copy(link: Link, consumer: Link, slot: number, transfer: Transfer, isFirst: boolean, buffer: Buffer, payloadStart: number, payloadEnd: number): void {
    const { session } = consumer;
    let sendId = -1;
    if (isFirst) {
      sendId = session.takeDeliveryId();
      consumer.deliveryCount = (consumer.deliveryCount + 1) >>> 0;
      consumer.credit -= 1;
      consumer.counters.deliveries += 1;
      if (slot < 0) consumer.counters.presettled += 1;
      else if (!session.track(session.outgoing, sendId, consumer, null, slot)) return;
      if (transfer.more) this.#openCopies.set(consumer, sendId);
    }
    consumer.counters.bytes += payloadEnd - payloadStart;
    session.sendTransfer(consumer, sendId, transfer, transfer.settled, transfer.more, buffer, payloadStart, payloadEnd);
    if (!transfer.more) this.#openCopies.delete(consumer);
    if (!isFirst && transfer.aborted) this.#forgetCopy(consumer);
    link.outLink = null;
  }

  /** Delivery id of the copy under way at each consumer; only for deliveries of several frames. */
  readonly #openCopies = new Map<Link, number>();

  #forgetCopy(consumer: Link): void {
    const id = this.#openCopies.get(consumer);
    if (id !== undefined && consumer.session.outgoing.remove(id)) consumer.unsettled -= 1;
    this.#openCopies.delete(consumer);
  }

  flow(link: Link, flow: Flow): void {
    if (!link.isSender) {
      if (flow.echo) link.grantCredit(link.credit);
      return;
    }
    if (flow.linkCredit >= 0) link.takeCredit(flow);
    if (flow.drain) {
      link.deliveryCount = (link.deliveryCount + link.credit) >>> 0;
      link.credit = 0;
      link.session.sendFlow(link, link.deliveryCount, 0, 0, true, false);
    } else if (flow.echo) {
      link.session.sendFlow(link, link.deliveryCount, link.credit, 0, false, false);
    }
  }

  detached(link: Link, closed: boolean): void {
    link.answerDetach(closed, null);
  }

  lost(link: Link): void {
    leaveLink(link, this.#address);
    if (!link.isSender) {
      this.#producers.delete(link);
      this.#abortCopies(link);
      return;
    }
    const index = this.#consumers.indexOf(link);
    if (index < 0) return;
    this.#consumers.splice(index, 1);
    this.#openCopies.delete(link);
    if (this.#consumers.length === 0) for (const producer of this.#producers) if (producer.credit > 0) producer.grantCredit(0);
  }

  #abortCopies(link: Link): void {
    const copies = link.attachment as Copies | null;
    link.attachment = null;
    if (copies === null) return;
    for (const consumer of copies.consumers) {
      const id = this.#openCopies.get(consumer);
      if (id !== undefined && consumer.isLive) consumer.session.abortDelivery(consumer, id);
      this.#openCopies.delete(consumer);
    }
  }

  unsettledLost(link: Link, _deliveryId: number, _peer: Link | null, peerId: number): void {
    if (link.isSender) this.outcome(link, peerId, code.released);
  }

  // ---- outcomes

  outcome(_link: Link, slot: number, state: number): void {
    const gathering = this.#gatherings[slot];
    if (!gathering) return;
    if (precedence.indexOf(state) > precedence.indexOf(gathering.outcome)) gathering.outcome = state;
    gathering.left -= 1;
    if (gathering.left > 0) return;
    const { producer, deliveryId, outcome } = gathering;
    this.#freeSlot(slot);
    if (!producer.isLive || !producer.session.incoming.remove(deliveryId)) return;
    producer.unsettled -= 1;
    this.#settle(producer, deliveryId, outcome);
  }

  #gather(producer: Link, left: number): number {
    producer.session.track(producer.session.incoming, producer.incomingId, producer, null, 0);
    const slot = this.#freeSlots.pop() ?? this.#gatherings.length;
    this.#gatherings[slot] = { producer, deliveryId: producer.incomingId, left, outcome: 0 };
    return slot;
  }

  #freeSlot(slot: number): void {
    if (!this.#gatherings[slot]) return;
    this.#gatherings[slot] = null;
    this.#freeSlots.push(slot);
  }

  #settle(producer: Link, deliveryId: number, outcome: number): void {
    const state = encodedOutcome.get(outcome as 0x24) ?? encodedState.accepted;
    producer.countOutcome(outcome);
    producer.session.sendDisposition(true, deliveryId, true, state, 0, state.length);
  }
}
