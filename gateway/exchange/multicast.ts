import { encodedState } from "../amqp/disposition.ts";
import { code } from "../amqp/codes.ts";
import type { Flow } from "../amqp/flow.ts";
import type { AttachFrame } from "../amqp/performatives.ts";
import { Transfer } from "../amqp/transfer.ts";
import { consumersFull } from "../directory/consumers-full.ts";
import type { AddressEntry } from "../directory/directory.ts";
import { enterLink, leaveLink } from "../directory/link-register.ts";
import type { AddressNode } from "../directory/node.ts";
import type { Link, LinkHandler } from "../engine/link.ts";
import type { Session } from "../engine/session.ts";
import { answerAttach } from "./answer-attach.ts";
import { Backlog, keepFrame, type KeptMessage } from "./backlog.ts";

/** The most credit one producer is given at a time. */
const maxProducerCredit = 2000;
/** How long producers wait for a consumer that falls behind, so that even ones do not lose messages to a hiccup. */
const patienceMs = 100;
/** A consumer with more unsettled deliveries than this counts as slow, whatever credit it gives. */
const maxConsumerUnsettled = 10_000;

/** When consumers differ, the outcome further down the list wins, as with Qpid Dispatch. */
const precedence = [0, code.released, code.modified, code.accepted, code.rejected];

/** A delivery to several consumers, until all have answered. */
interface Gathering {
  producer: Link;
  deliveryId: number;
  left: number;
  outcome: number;
  /** The encoded outcome with its fields. */
  state: Buffer;
}

/** One frame's way to the consumers of the delivery under way. */
interface Copies {
  readonly consumers: Link[];
  readonly slot: number;
}

/**
 * Hands each message to every consumer. Producers get the credit that the fastest consumer has; one that is slower falls
 * behind by a bounded backlog, holds the others up for a moment once it is full, and from then on loses messages, which are
 * counted as dropped, until it has caught up. An unsettled delivery is
 * settled when all who got it have answered; nobody got it: released.
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
      link.attachment = new Backlog();
      this.#consumers.push(link);
    } else {
      this.#producers.add(link);
      this.#grant(link, this.#freeCredit());
    }
  }

  attached(): void {}

  transfer(link: Link, transfer: Transfer, isFirst: boolean, buffer: Buffer, payloadStart: number, payloadEnd: number): void {
    if (isFirst && !transfer.more) {
      this.#wholeMessage(link, transfer, buffer, payloadStart, payloadEnd);
    } else {
      if (isFirst) link.attachment = this.#begin(link, transfer);
      const copies = link.attachment as Copies;
      for (const consumer of copies.consumers) {
        if (consumer.isLive) this.#copy(consumer, copies.slot, transfer, isFirst, buffer, payloadStart, payloadEnd);
      }
      if (!link.isMidDelivery) {
        link.attachment = null;
        if (transfer.aborted) this.#abandon(link, copies.slot);
      }
    }
    if (isFirst && link.credit <= maxProducerCredit / 2) this.#grant(link, this.#freeCredit());
  }

  /** A message of one frame, as nearly all are: no list of who gets it, and a copy for those who are behind. */
  #wholeMessage(link: Link, transfer: Transfer, buffer: Buffer, payloadStart: number, payloadEnd: number): void {
    let takers = 0;
    for (const consumer of this.#consumers) if (isReady(consumer) || this.#canWait(consumer)) takers += 1;
    const slot = this.#open(link, transfer.settled, takers);
    let kept: KeptMessage | null = null;
    for (const consumer of this.#consumers) {
      if (isReady(consumer)) {
        this.#copy(consumer, slot, transfer, true, buffer, payloadStart, payloadEnd);
      } else if (this.#canWait(consumer)) {
        kept ??= keepFrame(transfer, new Transfer(), buffer, payloadStart, payloadEnd);
        (consumer.attachment as Backlog).add(kept, slot);
      } else {
        consumer.counters.dropped += 1;
      }
    }
  }

  #canWait(consumer: Link): boolean {
    return consumer.unsettled < maxConsumerUnsettled && (consumer.attachment as Backlog).hasRoom;
  }

  /** Chooses who gets a delivery of several frames: who is ready for it now. */
  #begin(link: Link, transfer: Transfer): Copies {
    const consumers: Link[] = [];
    for (const consumer of this.#consumers) {
      if (isReady(consumer)) consumers.push(consumer);
      else consumer.counters.dropped += 1;
    }
    return { consumers, slot: this.#open(link, transfer.settled, consumers.length) };
  }

  /** @returns where the outcomes are gathered, or -1 when there is nothing to wait for */
  #open(link: Link, isSettled: boolean, takers: number): number {
    if (isSettled) {
      if (takers === 0) link.counters.dropped += 1;
      return -1;
    }
    if (takers > 0) return this.#gather(link, takers);
    this.#settle(link, link.incomingId, code.released, encodedState.released);
    return -1;
  }

  #copy(consumer: Link, slot: number, transfer: Transfer, isFirst: boolean, buffer: Buffer, payloadStart: number, payloadEnd: number): void {
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
  }

  #deliverBacklog(consumer: Link): void {
    const backlog = consumer.attachment as Backlog;
    while (!backlog.isEmpty && consumer.credit > 0 && consumer.unsettled < maxConsumerUnsettled && !consumer.session.connection.isCongested) {
      const { message, slot } = backlog.take();
      this.#copy(consumer, slot, message.transfer, true, message.bytes, message.payloadStart, message.bytes.length);
      if (!consumer.isLive) return;
    }
  }

  /** Credit to share out: what the fastest consumer has, but for a moment none while one that kept up so far is full. */
  #freeCredit(): number {
    let most = 0;
    for (const { credit, attachment } of this.#consumers) {
      const backlog = attachment as Backlog;
      if (backlog.isFull && !backlog.isSlow) {
        if (this.#patience === null) this.#patience = setTimeout(this.#losePatience, patienceMs);
        return 0;
      }
      if (credit > most) most = credit;
    }
    return most;
  }

  #patience: NodeJS.Timeout | null = null;

  readonly #losePatience = (): void => {
    this.#patience = null;
    for (const { attachment } of this.#consumers) {
      const backlog = attachment as Backlog;
      backlog.isSlow ||= backlog.isFull;
    }
    this.#grantAll();
  };

  #grantAll(): void {
    if (this.#producers.size === 0) return;
    const free = this.#freeCredit();
    for (const producer of this.#producers) this.#grant(producer, free);
  }

  #grant(producer: Link, free: number): void {
    // A sender that names an address in each message has its credit from elsewhere.
    if (producer.handler !== this) return;
    const share = Math.min(maxProducerCredit, Math.ceil(free / Math.max(1, this.#producers.size)));
    if (share > 0 && producer.credit <= share >> 1) producer.grantCredit(share);
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
    this.#deliverBacklog(link);
    if (flow.drain) {
      link.deliveryCount = (link.deliveryCount + link.credit) >>> 0;
      link.credit = 0;
      link.session.sendFlow(link, link.deliveryCount, 0, 0, true, false);
    } else if (flow.echo) {
      link.session.sendFlow(link, link.deliveryCount, link.credit, 0, false, false);
    }
    this.#grantAll();
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
    this.#dropBacklog(link);
    if (this.#consumers.length > 0) return this.#grantAll();
    for (const producer of this.#producers) if (producer.credit > 0) producer.grantCredit(0);
  }

  #dropBacklog(consumer: Link): void {
    const backlog = consumer.attachment as Backlog;
    while (!backlog.isEmpty) {
      consumer.counters.dropped += 1;
      const { slot } = backlog.take();
      if (slot >= 0) this.#unanswered(consumer, slot);
    }
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
    if (link.isSender) this.#unanswered(link, peerId);
  }

  // ---- outcomes

  outcome(_link: Link, slot: number, outcome: number, buffer: Buffer, stateStart: number, stateEnd: number): void {
    const gathering = this.#gatherings[slot];
    if (!gathering) return;
    if (precedence.indexOf(outcome) > precedence.indexOf(gathering.outcome)) {
      gathering.outcome = outcome;
      gathering.state = outcome === code.accepted ? encodedState.accepted : Buffer.from(buffer.subarray(stateStart, stateEnd));
    }
    gathering.left -= 1;
    if (gathering.left > 0) return;
    const { producer, deliveryId, state } = gathering;
    this.#freeSlot(slot);
    if (!producer.isLive || !producer.session.incoming.remove(deliveryId)) return;
    producer.unsettled -= 1;
    this.#settle(producer, deliveryId, gathering.outcome, state);
  }

  /** A consumer that goes without having answered counts as one that has released. */
  #unanswered(consumer: Link, slot: number): void {
    this.outcome(consumer, slot, code.released, encodedState.released, 0, encodedState.released.length);
  }

  #gather(producer: Link, left: number): number {
    producer.session.track(producer.session.incoming, producer.incomingId, producer, null, 0);
    const slot = this.#freeSlots.pop() ?? this.#gatherings.length;
    this.#gatherings[slot] = { producer, deliveryId: producer.incomingId, left, outcome: 0, state: encodedState.accepted };
    return slot;
  }

  /** The producer has taken a delivery back. */
  #abandon(producer: Link, slot: number): void {
    const gathering = slot < 0 ? null : this.#gatherings[slot];
    if (!gathering) return;
    this.#freeSlot(slot);
    if (producer.session.incoming.remove(gathering.deliveryId)) producer.unsettled -= 1;
  }

  #freeSlot(slot: number): void {
    if (!this.#gatherings[slot]) return;
    this.#gatherings[slot] = null;
    this.#freeSlots.push(slot);
  }

  #settle(producer: Link, deliveryId: number, outcome: number, state: Buffer): void {
    producer.countOutcome(outcome);
    producer.session.sendDisposition(true, deliveryId, true, state, 0, state.length);
  }
}

/** True when the consumer takes a message at once. */
function isReady(consumer: Link): boolean {
  return consumer.credit > 0 && consumer.unsettled < maxConsumerUnsettled && (consumer.attachment as Backlog).isEmpty && !consumer.session.connection.isCongested;
}
