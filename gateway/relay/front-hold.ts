import { AmqpError } from "../amqp/amqp-error.ts";
import { condition } from "../amqp/codes.ts";
import { Transfer } from "../amqp/transfer.ts";
import { forwardFrame } from "../engine/forward.ts";
import type { Link } from "../engine/link.ts";
import { keepFrame } from "../exchange/backlog.ts";
import type { BrokerNames } from "./broker-names.ts";
import type { HeldBytes } from "./held-deliveries.ts";
import { rejectedState, settle } from "./settle.ts";

/** Most bytes that deliveries to one connection may have in front of their bodies and beyond their first frames, all links together. */
export const maxFrontBytes = 1024 * 1024;

const noTransfer = new Transfer();

const tooLargeState = rejectedState({
  condition: condition.decodeError,
  description: `The annotations and properties of the message are larger than ${maxFrontBytes} bytes, or nested too deep, so they cannot be shown to a client.`,
});

/**
 * What one link from a broker hands on to its client. Names of the broker's stand in front of a message's body; where that front is
 * longer than a frame, its frames wait here until it is whole, for nothing of it may pass unseen.
 */
export class FrontHold {
  readonly #names: BrokerNames;
  readonly #room: HeldBytes;
  #transfer = noTransfer;
  /** Tag and state of the delivery, and then its payload so far; null when nothing waits. */
  #kept: Buffer | null = null;
  #payloadStart = 0;
  #isRefused = false;

  /** @param room what waits on all links of the connection */
  constructor(names: BrokerNames, room: HeldBytes) {
    this.#names = names;
    this.#room = room;
  }

  /** True when frames behind the first one still go through {@link pass}. */
  get isBusy(): boolean {
    return this.#kept !== null || this.#isRefused;
  }

  /** Passes one frame of a delivery on, or keeps it. */
  pass(link: Link, client: Link, transfer: Transfer, isFirst: boolean, buffer: Buffer, payloadStart: number, payloadEnd: number): void {
    if (isFirst) {
      this.drop();
      const finding = this.#names.look(buffer, payloadStart, payloadEnd, !transfer.more);
      if (finding === "clean") return forwardFrame(link, client, transfer, true, buffer, payloadStart, payloadEnd);
      this.#transfer = new Transfer();
      const kept = keepFrame(transfer, this.#transfer, buffer, payloadStart, payloadEnd);
      this.#keep(kept.bytes, kept.payloadStart);
      if (finding === "named") this.#letGo(link, client, true);
      return;
    }
    if (this.#isRefused) return this.#skip(link, transfer);
    if (transfer.aborted) {
      this.#begin(link, client);
      return forwardFrame(link, client, transfer, false, buffer, payloadStart, payloadEnd);
    }
    this.#keep(Buffer.concat([this.#kept!, buffer.subarray(payloadStart, payloadEnd)]), this.#payloadStart);
    this.#transfer.more = transfer.more;
    this.#transfer.settled ||= transfer.settled;
    const kept = this.#kept!;
    const finding = this.#names.look(kept, this.#payloadStart, kept.length, !transfer.more);
    if (finding !== "cut") this.#letGo(link, client, finding === "named");
    else if (this.#room.bytes > maxFrontBytes) this.#refuse(link, client);
  }

  /** Forgets what waits. */
  drop(): void {
    this.#keep(null, 0);
    this.#isRefused = false;
  }

  #keep(bytes: Buffer | null, payloadStart: number): void {
    this.#room.bytes += (bytes?.length ?? 0) - (this.#kept?.length ?? 0);
    this.#kept = bytes;
    this.#payloadStart = payloadStart;
  }

  #letGo(link: Link, client: Link, isNamed: boolean): void {
    const start = this.#payloadStart;
    let bytes = this.#kept!;
    if (isNamed) {
      try {
        bytes = Buffer.concat([bytes.subarray(0, start), this.#names.rewritten(bytes, start, bytes.length)]);
      } catch (error) {
        if (!(error instanceof AmqpError)) throw error;
        return this.#refuse(link, client);
      }
    }
    this.drop();
    forwardFrame(link, client, this.#transfer, true, bytes, start, bytes.length);
  }

  /** Begins the delivery at the client without any of its bytes, so that both sides count it. */
  #begin(link: Link, client: Link): void {
    const kept = this.#kept!;
    this.drop();
    this.#transfer.more = true;
    forwardFrame(link, client, this.#transfer, true, kept, kept.length, kept.length);
  }

  /** The client sees a delivery that is aborted; the broker is told why when its last frame is in, and keeps it as a dead letter. */
  #refuse(link: Link, client: Link): void {
    const isLast = !this.#transfer.more;
    this.#begin(link, client);
    link.outLink = null;
    client.session.abortDelivery(client, link.outId);
    link.session.incoming.setPeer(link.incomingId, null, 0);
    this.#isRefused = true;
    if (isLast) this.#end(link, this.#transfer.settled);
  }

  #skip(link: Link, transfer: Transfer): void {
    if (transfer.aborted && link.session.incoming.remove(link.incomingId)) link.unsettled -= 1;
    if (transfer.aborted) this.#isRefused = false;
    else if (!transfer.more) this.#end(link, transfer.settled || this.#transfer.settled);
  }

  #end(link: Link, isSettled: boolean): void {
    this.#isRefused = false;
    if (isSettled) link.counters.dropped += 1;
    else settle(link, link.incomingId, tooLargeState);
  }
}
