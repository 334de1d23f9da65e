import { addressNameKey } from "#contracts/addresses/address-name-key.ts";
import { AmqpError } from "../amqp/amqp-error.ts";
import { condition } from "../amqp/codes.ts";
import type { Flow } from "../amqp/flow.ts";
import { readTo } from "../amqp/message-sections.ts";
import type { AttachFrame, ErrorFields } from "../amqp/performatives.ts";
import { Transfer } from "../amqp/transfer.ts";
import type { AddressWaiter } from "../directory/address-requests.ts";
import type { AddressEntry } from "../directory/directory.ts";
import { addCounters } from "../directory/link-register.ts";
import type { Link, LinkHandler } from "../engine/link.ts";
import type { Session } from "../engine/session.ts";
import { Anycast } from "../exchange/anycast.ts";
import { answerAttach } from "../exchange/answer-attach.ts";
import { keepFrame, type KeptMessage } from "../exchange/backlog.ts";
import { Multicast } from "../exchange/multicast.ts";
import { type HeldBytes, HeldDeliveries } from "../relay/held-deliveries.ts";
import { noTo, OnwardLink } from "../relay/onward-link.ts";
import { claimRefused, lookForClaim } from "../relay/origin-claim.ts";
import type { Relay } from "../relay/relay.ts";
import { rejectedState, settle } from "../relay/settle.ts";
import { SettledHold } from "../relay/settled-hold.ts";

const window = 200;
/** Stored addresses that one sender may have deliveries under way to at a time. */
const maxOnwardLinks = 64;
/** A message's sections in front of its body are read up to here. */
const maxHeadBytes = 64 * 1024;
const headTooLong: ErrorFields = {
  condition: condition.notAllowed,
  description: `The annotations and properties of the message are larger than ${maxHeadBytes} bytes. Send it over a link that names its address.`,
};
const nothing = Buffer.alloc(0);

/** Has an address made: why not, or how to stop waiting for it. */
export type MakeTarget = (waiter: AddressWaiter) => ErrorFields | (() => void);

/** Looks an address up for a sender: the address with what its links talk to, or why it cannot be sent to, unless it is `make` made. */
export type FindTarget = (name: string) => { readonly address: AddressEntry; readonly node: object } | { readonly refusal: ErrorFields; readonly make?: MakeTarget };

/** Where the frames of the delivery under way go. */
type Way = OnwardLink | Anycast | Multicast | HeldDeliveries | "gathering" | "refused";

/** An address that is being made, and the messages for it. */
interface UnmadeAddress {
  readonly name: string;
  readonly deliveries: HeldDeliveries;
  readonly stop: () => void;
}

/**
 * A sender whose link names no address: each message is sent on to what its property `to` names, checked like an attach there
 * (capability `ANONYMOUS-RELAY`). A message that may not go there is rejected with the reason, and the link lives on; one to an
 * address that a rule of the space makes is kept until it is there.
 */
export class AnonymousSender implements LinkHandler {
  readonly #relay: Relay;
  readonly #find: FindTarget;
  readonly #asked: AttachFrame;
  readonly #onward = new Map<AddressEntry, OnwardLink>();
  /** By the key of the name. */
  readonly #unmade = new Map<string, UnmadeAddress>();
  readonly #held: HeldBytes = { bytes: 0 };
  readonly #settledHold = new SettledHold();
  #way: Way = "gathering";
  #address: AddressEntry | null = null;
  #refusal: ErrorFields = noTo;
  /** Frames of a message that does not yet show whom it is for. */
  #gathered: KeptMessage[] = [];
  #links = 0;

  /** Takes over the attach of such a sender. */
  static attach(relay: Relay, session: Session, asked: AttachFrame, find: FindTarget): void {
    const link = session.acceptLink(asked, new AnonymousSender(relay, asked, find));
    answerAttach(link, asked);
    link.grantCredit(window);
  }

  private constructor(relay: Relay, asked: AttachFrame, find: FindTarget) {
    this.#relay = relay;
    this.#asked = asked;
    this.#find = find;
  }

  attached(): void {}

  transfer(link: Link, transfer: Transfer, isFirst: boolean, buffer: Buffer, payloadStart: number, payloadEnd: number): void {
    if (isFirst) {
      this.#way = "gathering";
      this.#gathered = [];
      link.outLink = null;
      link.attachment = null;
    }
    if (this.#way === "gathering") this.#gather(link, transfer, isFirst, buffer, payloadStart, payloadEnd);
    else this.#pass(link, transfer, isFirst, buffer, payloadStart, payloadEnd);
    if (link.isLive && link.credit <= window / 2) link.grantCredit(window);
  }

  #gather(link: Link, transfer: Transfer, isFirst: boolean, buffer: Buffer, payloadStart: number, payloadEnd: number): void {
    if (transfer.aborted) return void (this.#gathered = []);
    if (isFirst && this.#chooseBy(link, buffer, payloadStart, payloadEnd, !transfer.more, false)) {
      return this.#pass(link, transfer, true, buffer, payloadStart, payloadEnd);
    }
    this.#gathered.push(keepFrame(transfer, new Transfer(), buffer, payloadStart, payloadEnd));
    if (isFirst) return;
    const head = Buffer.concat(this.#gathered.map((frame) => frame.bytes.subarray(frame.payloadStart)));
    if (!this.#chooseBy(link, head, 0, head.length, !transfer.more, head.length > maxHeadBytes)) return;
    const { isMidDelivery } = link;
    for (const [index, frame] of this.#gathered.entries()) {
      link.isMidDelivery = frame.transfer.more;
      this.#pass(link, frame.transfer, index === 0, frame.bytes, frame.payloadStart, frame.bytes.length);
    }
    link.isMidDelivery = isMidDelivery;
    this.#gathered = [];
  }

  /**
   * Chooses the way of a message by its head.
   * @param isFull true when no more of it is gathered
   * @returns false when it ends too early to tell
   */
  #chooseBy(link: Link, buffer: Buffer, start: number, end: number, isWhole: boolean, isFull: boolean): boolean {
    const to = this.#toOf(buffer, start, end, isWhole || isFull);
    const claim = lookForClaim(buffer, start, end, isWhole);
    if (to === undefined || (claim === "cut" && !isFull)) return false;
    this.#choose(link, to);
    const isForBroker = this.#way instanceof OnwardLink || this.#way instanceof HeldDeliveries;
    if (isForBroker && claim !== "clean") this.#refuse(claim === "named" ? claimRefused : headTooLong);
    return true;
  }

  /** As {@link readTo}; a message that cannot be read names nothing. */
  #toOf(buffer: Buffer, start: number, end: number, isWhole: boolean): string | null | undefined {
    try {
      return readTo(buffer, start, end, isWhole);
    } catch (error) {
      if (error instanceof AmqpError) return null;
      throw error;
    }
  }

  /** @param mayMake false when it has been tried: what is still not there is refused */
  #choose(link: Link, to: string | null, mayMake = true): void {
    if (to === null || to === "") return this.#refuse(noTo);
    const unmade = this.#unmade.get(addressNameKey(to));
    if (unmade !== undefined) return void (this.#way = unmade.deliveries);
    const found = this.#find(to);
    if ("refusal" in found) return mayMake && found.make !== undefined ? this.#make(link, to, found.make) : this.#refuse(found.refusal);
    const { address, node } = found;
    this.#address = address;
    if (node instanceof Anycast || node instanceof Multicast) {
      this.#way = node;
      address.retired.incoming.deliveries += 1;
    } else {
      const onward = this.#onwardTo(link, address);
      if (onward === null) return this.#refuse({ condition: condition.resourceLimitExceeded, description: `Deliveries to ${maxOnwardLinks} addresses are under way on this link already. Send again when some are settled.` });
      this.#way = onward;
    }
  }

  #make(link: Link, name: string, make: MakeTarget): void {
    const key = addressNameKey(name);
    const stop = make((error) => this.#made(link, key, error));
    if (typeof stop !== "function") return this.#refuse(stop);
    const deliveries = new HeldDeliveries(this.#held, this.#settledHold);
    this.#unmade.set(key, { name, deliveries, stop });
    this.#way = deliveries;
  }

  /** Sends on what was kept for an address, or rejects it, and goes on with the delivery under way. */
  #made(link: Link, key: string, error: ErrorFields | null): void {
    const { name, deliveries } = this.#unmade.get(key)!;
    this.#unmade.delete(key);
    for (let delivery = deliveries.take(); delivery !== undefined && link.isLive; delivery = deliveries.take()) {
      const [way, address, refusal] = [this.#way, this.#address, this.#refusal];
      if (error === null) this.#choose(link, name, false);
      else this.#refuse(error);
      delivery.replay((transfer, isFirst, buffer, start, end) => this.#pass(link, transfer, isFirst, buffer, start, end));
      if (delivery.isWhole) [this.#way, this.#address, this.#refusal] = [way, address, refusal];
    }
  }

  #refuse(error: ErrorFields): void {
    this.#way = "refused";
    this.#refusal = error;
  }

  #pass(link: Link, transfer: Transfer, isFirst: boolean, buffer: Buffer, payloadStart: number, payloadEnd: number): void {
    const way = this.#way;
    if (way === "refused" || way === "gathering") return this.#discard(link, transfer, isFirst);
    if (way instanceof HeldDeliveries) return isFirst ? way.begin(link, transfer, buffer, payloadStart, payloadEnd) : way.continue(link, transfer, buffer, payloadStart, payloadEnd);
    const address = this.#address!;
    const { maxMessageBytes } = address.settings;
    if (maxMessageBytes > 0 && link.incomingBytes > maxMessageBytes) {
      if (!isFirst) this.#takeBack(link, way);
      this.#refuse({ condition: condition.messageSizeExceeded, description: `A message is larger than the ${maxMessageBytes} bytes that address ${address.name} allows.` });
      return this.#discard(link, transfer, true);
    }
    if (way instanceof OnwardLink) return way.send(link, transfer, isFirst, buffer, payloadStart, payloadEnd);
    address.retired.incoming.bytes += payloadEnd - payloadStart;
    way.transfer(link, transfer, isFirst, buffer, payloadStart, payloadEnd);
  }

  /** Ends a delivery on the other side that has begun there and will not end: as if the sender had aborted it. */
  #takeBack(link: Link, way: OnwardLink | Anycast | Multicast): void {
    const { isMidDelivery } = link;
    link.isMidDelivery = false;
    const aborted = new Transfer();
    aborted.aborted = true;
    if (way instanceof OnwardLink) way.send(link, aborted, false, nothing, 0, 0);
    else way.transfer(link, aborted, false, nothing, 0, 0);
    link.isMidDelivery = isMidDelivery;
    link.outLink = null;
    link.attachment = null;
  }

  /** Reads over a delivery that is refused, and says so at its end; `isNew` when it is not in the session's table yet. */
  #discard(link: Link, transfer: Transfer, isNew: boolean): void {
    if (transfer.settled) {
      if (!transfer.more) link.counters.dropped += 1;
      return;
    }
    if (isNew && !link.session.track(link.session.incoming, link.incomingId, link, null, 0)) return;
    if (transfer.aborted) {
      if (link.session.incoming.remove(link.incomingId)) link.unsettled -= 1;
    } else if (!transfer.more) {
      settle(link, link.incomingId, rejectedState(this.#refusal));
    }
  }

  /** The link to a stored address, made when there is none; null when too many are busy. */
  #onwardTo(link: Link, address: AddressEntry): OnwardLink | null {
    const known = this.#onward.get(address);
    if (known !== undefined && known.link!.isLive && known.brokerAddress === address.settings.brokerAddress) return known;
    known?.link?.close(null);
    if (this.#onward.size >= maxOnwardLinks) {
      const idle = [...this.#onward.values()].find(({ isIdle }) => isIdle);
      if (idle === undefined) return null;
      idle.link!.close(null);
    }
    const made = new OnwardLink(address, this.#held, this.#settledHold, () => {
      if (this.#onward.get(address) === made) this.#onward.delete(address);
    });
    made.link = this.#relay.attachOnward(link, { ...this.#asked, name: `${this.#asked.name}|${(this.#links += 1)}` }, address, made);
    if (made.link === null) return null;
    this.#onward.set(address, made);
    return made;
  }

  flow(link: Link, flow: Flow): void {
    if (flow.echo) link.grantCredit(link.credit);
  }

  detached(link: Link, closed: boolean): void {
    link.answerDetach(closed, null);
  }

  lost(link: Link): void {
    const way = this.#way;
    if (way instanceof Anycast || way instanceof Multicast) way.lost(link);
    link.attachment = null;
    addCounters(link.session.connection.retired.incoming, link.counters);
    for (const { stop } of this.#unmade.values()) stop();
    for (const onward of this.#onward.values()) onward.link!.close(null);
  }

  unsettledLost(_link: Link, _deliveryId: number, peer: Link | null, peerId: number): void {
    if (peer !== null && peer.isLive) peer.session.outgoing.setPeer(peerId, null, 0);
  }
}
