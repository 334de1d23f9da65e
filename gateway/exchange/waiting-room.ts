import { Transfer } from "../amqp/transfer.ts";
import { forwardFrame } from "../engine/forward.ts";
import type { Link } from "../engine/link.ts";
import { keepFrame, type KeptMessage } from "./backlog.ts";

const maxDeliveries = 1000;
const maxBytes = 4 * 1024 * 1024;

/** A delivery that came when no consumer had credit: its frames so far. */
export class WaitingDelivery {
  readonly from: Link;
  readonly deliveryId: number;
  readonly isSettled: boolean;
  isWhole = false;
  /** True when it was delivered or given back. */
  isGone = false;
  bytes = 0;
  #frames: KeptMessage[] = [];

  constructor(from: Link, isSettled: boolean) {
    this.from = from;
    this.deliveryId = from.incomingId;
    this.isSettled = isSettled;
  }

  append(transfer: Transfer, buffer: Buffer, payloadStart: number, payloadEnd: number): void {
    const kept = keepFrame(transfer, new Transfer(), buffer, payloadStart, payloadEnd);
    this.#frames.push(kept);
    this.bytes += kept.bytes.length;
    this.isWhole = !transfer.more;
  }

  /** Passes the frames so far on as if they had come just now; frames still to come follow by themselves. */
  replay(pass: (transfer: Transfer, isFirst: boolean, buffer: Buffer, payloadStart: number, payloadEnd: number) => void): void {
    const { from } = this;
    const { outLink, outId, incomingId, incomingBytes, isMidDelivery, attachment } = from;
    Object.assign(from, { outLink: null, incomingId: this.deliveryId, incomingBytes: 0, attachment: null });
    if (!this.isSettled && from.session.incoming.remove(this.deliveryId)) from.unsettled -= 1;
    for (const [index, { transfer, bytes, payloadStart }] of this.#frames.entries()) {
      from.isMidDelivery = transfer.more;
      from.incomingBytes += bytes.length - payloadStart;
      pass(transfer, index === 0, bytes, payloadStart, bytes.length);
    }
    if (this.isWhole) Object.assign(from, { outLink, outId, incomingId, incomingBytes, isMidDelivery, attachment });
  }

  /** Hands the frames so far to a consumer; frames still to come follow by themselves. */
  deliver(consumer: Link): void {
    const { from } = this;
    const under = { outLink: from.outLink, outId: from.outId, incomingId: from.incomingId };
    from.incomingId = this.deliveryId;
    if (!this.isSettled && from.session.incoming.remove(this.deliveryId)) from.unsettled -= 1;
    for (const [index, frame] of this.#frames.entries()) {
      forwardFrame(from, consumer, frame.transfer, index === 0, frame.bytes, frame.payloadStart, frame.bytes.length);
    }
    if (this.isWhole) Object.assign(from, under);
    else from.attachment = null;
  }
}

/** Deliveries that wait for credit, oldest first, bounded in number and bytes. */
export class WaitingRoom {
  #deliveries: WaitingDelivery[] = [];
  #bytes = 0;

  get count(): number {
    return this.#deliveries.length;
  }

  get hasRoom(): boolean {
    return this.#deliveries.length < maxDeliveries && this.#bytes < maxBytes;
  }

  add(from: Link, isSettled: boolean): WaitingDelivery {
    const delivery = new WaitingDelivery(from, isSettled);
    this.#deliveries.push(delivery);
    return delivery;
  }

  /** Adds a frame; a delivery that outgrows the room is given up, and its producer gets it back when its last frame is in. */
  grow(delivery: WaitingDelivery, transfer: Transfer, buffer: Buffer, payloadStart: number, payloadEnd: number): void {
    if (this.#bytes > maxBytes) {
      this.remove(delivery);
      return;
    }
    const before = delivery.bytes;
    delivery.append(transfer, buffer, payloadStart, payloadEnd);
    this.#bytes += delivery.bytes - before;
  }

  take(): WaitingDelivery {
    const delivery = this.#deliveries.shift()!;
    this.#leave(delivery);
    return delivery;
  }

  remove(delivery: WaitingDelivery): void {
    const index = this.#deliveries.indexOf(delivery);
    if (index < 0) return;
    this.#deliveries.splice(index, 1);
    this.#leave(delivery);
  }

  removeOf(producer: Link): void {
    for (const delivery of this.#deliveries.filter(({ from }) => from === producer)) this.remove(delivery);
  }

  #leave(delivery: WaitingDelivery): void {
    delivery.isGone = true;
    this.#bytes -= delivery.bytes;
  }
}
