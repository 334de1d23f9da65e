import type { Flow } from "../amqp/flow.ts";
import { type AttachFrame, encodeAttach, encodeDetach, type ErrorFields } from "../amqp/performatives.ts";
import type { Transfer } from "../amqp/transfer.ts";
import { AmqpError } from "../amqp/amqp-error.ts";
import { code, condition } from "../amqp/codes.ts";
import type { Session } from "./session.ts";

/**
 * What a link is joined to: the in-process exchange, a broker, the management node, or a router mesh later on. One object
 * serves many links; what it knows of one link it keeps in `link.attachment`.
 */
export interface LinkHandler {
  /** The peer has answered an attach of ours. */
  attached(link: Link, attach: AttachFrame): void;
  /**
   * One frame of a delivery; the buffer is only good during the call.
   *
   * @param isFirst true for the first frame of the delivery
   */
  transfer(link: Link, transfer: Transfer, isFirst: boolean, buffer: Buffer, payloadStart: number, payloadEnd: number): void;
  flow(link: Link, flow: Flow): void;
  /** The peer detaches; the handler answers with {@link Link.answerDetach}, now or later. */
  detached(link: Link, closed: boolean, error: ErrorFields | null): void;
  /** The peer has answered our own detach, or will not any more. */
  detachAnswered?(link: Link, error: ErrorFields | null): void;
  /** The link is gone, by its session's end, its connection's loss or our own detach. Called once, after its deliveries' {@link unsettledLost}. */
  lost(link: Link): void;
  /** A delivery of a link that is going was still unsettled. `peer` and `peerId` are its other side. */
  unsettledLost(link: Link, deliveryId: number, peer: Link | null, peerId: number): void;
  /**
   * Outcome of a delivery on a link with {@link Link.collectsOutcomes}: the handler makes of several outcomes one.
   *
   * @param peerId as it was given when the delivery was tracked
   * @param state descriptor code of the outcome; it stands encoded in the buffer, which is only good during the call
   */
  outcome?(link: Link, peerId: number, state: number, buffer: Buffer, stateStart: number, stateEnd: number): void;
  /** What the other side is told of a delivery that this link's peer has rejected; as it came when there is no such method. */
  rejection?(link: Link, buffer: Buffer, stateStart: number, stateEnd: number): Buffer;
}

/** Counters of a link; what an address or a connection has counted is the sum over its links. */
export interface LinkCounters {
  deliveries: number;
  bytes: number;
  accepted: number;
  rejected: number;
  released: number;
  modified: number;
  presettled: number;
  dropped: number;
}

export function newCounters(): LinkCounters {
  return { deliveries: 0, bytes: 0, accepted: 0, rejected: 0, released: 0, modified: 0, presettled: 0, dropped: 0 };
}

type LinkState = "attaching" | "attached" | "detaching" | "closed";

const maxCredit = 0x7fff_ffff;
/** A message of more bytes is large. */
const largeMessageBytes = 1024 * 1024;
let nextLinkNumber = 1;

/** One end of a link: ours. */
export class Link {
  readonly number = nextLinkNumber++;
  readonly sinceMs = Date.now();
  readonly session: Session;
  readonly name: string;
  /** True when we send on this link and the peer receives. */
  readonly isSender: boolean;
  readonly localHandle: number;
  remoteHandle = -1;
  state: LinkState = "attaching";
  #isRefused = false;
  handler: LinkHandler;
  /** The link's other half, where one is joined to exactly one other, as in the relay. */
  peer: Link | null = null;
  /** What the handler keeps for this link. */
  attachment: unknown = null;
  /** Name by which people know what the link is joined to; for lists and messages. */
  addressName = "";
  deliveryCount = 0;
  credit = 0;
  unsettled = 0;
  maxMessageBytes = 0;
  senderSettleMode = 2;
  counters = newCounters();
  /** True when outcomes go to the handler and not straight to the other side. */
  collectsOutcomes = false;

  /** The incoming delivery that is not whole yet. */
  isMidDelivery = false;
  incomingId = 0;
  incomingBytes = 0;
  /** Where the frames of that delivery go; null when they are thrown away. */
  outLink: Link | null = null;
  outId = 0;

  constructor(session: Session, name: string, isSender: boolean, localHandle: number, handler: LinkHandler) {
    this.session = session;
    this.name = name;
    this.isSender = isSender;
    this.localHandle = localHandle;
    this.handler = handler;
  }

  get isLive(): boolean {
    return this.state === "attaching" || this.state === "attached";
  }

  /** Sends our attach: `frame` with our handle and role. */
  sendAttach(frame: AttachFrame): void {
    this.session.writeControl(encodeAttach({ ...frame, handle: this.localHandle, isReceiver: !this.isSender }));
    if (this.state !== "attaching" || this.remoteHandle < 0) return;
    this.state = "attached";
    if (!this.#isRefused) this.session.connection.watcher?.attached(this);
  }

  /** Answers an attach with the ends taken out and an error behind it, as the specification asks for. */
  refuse(frame: AttachFrame, error: ErrorFields): void {
    if (!this.isLive) return;
    this.#isRefused = true;
    this.session.connection.watcher?.attachRefused(this, frame, error);
    const source = this.isSender ? null : frame.source;
    const target = this.isSender ? frame.target : null;
    this.sendAttach({
      ...frame,
      source,
      target,
      unsettled: null,
      properties: null,
      offeredCapabilities: null,
      desiredCapabilities: [],
      maxMessageBytes: 0,
      initialDeliveryCount: 0,
    });
    this.close(error);
  }

  /** Ends the link from our side; the handler hears {@link LinkHandler.lost}. */
  close(error: ErrorFields | null, closed = true): void {
    if (!this.isLive) return;
    this.abortOutgoing();
    this.session.flushRun();
    this.state = "detaching";
    if (!this.#isRefused) this.session.connection.watcher?.detached(this, error);
    this.session.writeControl(encodeDetach(this.localHandle, closed, error));
    this.session.dropDeliveriesOf(this);
    this.handler.lost(this);
  }

  /** Answers the peer's detach and frees the handles. */
  answerDetach(closed: boolean, error: ErrorFields | null): void {
    if (this.state === "closed") return;
    this.session.flushRun();
    if (this.isLive) this.session.writeControl(encodeDetach(this.localHandle, closed, error));
    this.session.dropDeliveriesOf(this);
    this.session.removeLink(this);
    this.handler.lost(this);
  }

  /** One transfer frame from the peer, our side being the receiver. */
  receive(transfer: Transfer, buffer: Buffer, payloadStart: number, payloadEnd: number): void {
    const isFirst = !this.isMidDelivery;
    if (isFirst) {
      if (!this.session.acceptDeliveryId(transfer.deliveryId)) return;
      if (this.credit <= 0) {
        this.session.skipDelivery(this);
        this.#broken({ condition: condition.transferLimitExceeded, description: "A message was sent without credit. Wait for credit before sending." });
        return;
      }
      this.credit -= 1;
      this.deliveryCount = (this.deliveryCount + 1) >>> 0;
      this.incomingId = transfer.deliveryId;
      this.incomingBytes = 0;
      this.counters.deliveries += 1;
      if (transfer.settled) this.counters.presettled += 1;
    } else if (transfer.deliveryId >= 0 && transfer.deliveryId !== this.incomingId) {
      throw new AmqpError(condition.notAllowed, "A delivery began before the one before it on the link had ended.", "session");
    }
    const bytes = payloadEnd - payloadStart;
    this.incomingBytes += bytes;
    this.counters.bytes += bytes;
    if (this.maxMessageBytes > 0 && this.incomingBytes > this.maxMessageBytes) {
      this.isMidDelivery = true;
      this.#broken({ condition: condition.messageSizeExceeded, description: `A message is larger than the ${this.maxMessageBytes} bytes that this address allows.` });
      this.isMidDelivery = transfer.more;
      return;
    }
    this.isMidDelivery = transfer.more && !transfer.aborted;
    if (this.incomingBytes > largeMessageBytes) this.session.connection.noteLargeMessage(bytes);
    this.handler.transfer(this, transfer, isFirst, buffer, payloadStart, payloadEnd);
    if (!this.isMidDelivery) this.outLink = null;
  }

  #broken(error: ErrorFields): void {
    this.session.connection.noteProtocolError();
    this.close(error);
  }

  /** Takes a delivery back from the other side that has begun and will not end. */
  abortOutgoing(): void {
    const out = this.outLink;
    this.outLink = null;
    if (!this.isMidDelivery || out === null || !out.isLive) return;
    out.session.abortDelivery(out, this.outId);
  }

  /** Takes over the peer's credit, our side being the sender. */
  takeCredit(flow: Flow): void {
    const seen = flow.deliveryCount < 0 ? 0 : flow.deliveryCount;
    // Counts are serial numbers, so credit above half of their range would read as less than none.
    const granted = Math.min(Math.max(0, flow.linkCredit), maxCredit);
    this.credit = Math.max(0, (seen + granted - this.deliveryCount) | 0);
  }

  /** Gives the peer credit, our side being the receiver. */
  grantCredit(credit: number): void {
    this.credit = credit;
    this.session.sendFlow(this, this.deliveryCount, credit, -1, false, false);
  }

  countOutcome(state: number): void {
    if (state === code.accepted) this.counters.accepted += 1;
    else if (state === code.released) this.counters.released += 1;
    else if (state === code.modified) this.counters.modified += 1;
    else if (state === code.rejected) this.counters.rejected += 1;
  }
}
