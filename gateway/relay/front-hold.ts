import { AmqpError } from "../amqp/amqp-error.ts";
import { condition } from "../amqp/codes.ts";
import { Transfer } from "../amqp/transfer.ts";
import { forwardFrame } from "../engine/forward.ts";
import type { Link } from "../engine/link.ts";
import { keepFrame } from "../exchange/backlog.ts";
import type { HeldBytes } from "./held-deliveries.ts";
import { rejectedState, settle } from "./settle.ts";

/** Most bytes that deliveries to one connection may have in front of their bodies and beyond their first frames, all links together. */
export const maxFrontBytes = 1024 * 1024;

/** What {@link FrontCheck.look} finds in front of a message's body; "cut" when more of the message must come first. */
export type FrontFinding = "clean" | "named" | "cut";

/** What is looked for in front of a message's body. */
export interface FrontCheck {
  /** @param isWhole false when more of the message is to come */
  look(buffer: Buffer, start: number, end: number, isWhole: boolean): FrontFinding;
  /**
   * What goes on in place of a message in which something was found, or the state with which it is refused.
   * @throws AmqpError when it goes past the bounds of the decoder
   */
  passable(buffer: Buffer, start: number, end: number): { readonly bytes: Buffer } | { readonly refusal: Buffer };
}

const noTransfer = new Transfer();

const tooLargeState = rejectedState({
  condition: condition.decodeError,
  description: `The annotations and properties of the message are larger than ${maxFrontBytes} bytes, or nested too deep, so they cannot be looked through.`,
});

/**
 * What one link from a broker hands on to its client. Names of the broker's stand in front of a message's body; where that front is
 * longer than a frame, its frames wait here until it is whole, for nothing of it may pass unseen.
 */
export class FrontHold {
  readonly #check: FrontCheck;
  readonly #room: HeldBytes;
  #transfer = noTransfer;
  /** Tag and state of the delivery, then its payload so far, then room for more of it; null when nothing waits. */
  #kept: Buffer | null = null;
  #payloadStart = 0;
  #end = 0;
  /** Looked through again when it is so long, so that small frames cost no more than large ones. */
  #nextLook = 0;
  /** Why the delivery under way is refused; null when it is not. */
  #refusal: Buffer | null = null;

  /** @param room what waits on all links of the connection */
  constructor(check: FrontCheck, room: HeldBytes) {
    this.#check = check;
    this.#room = room;
  }

  /** True when frames behind the first one still go through {@link pass}. */
  get isBusy(): boolean {
    return this.#kept !== null || this.#refusal !== null;
  }

  /** Passes one frame of a delivery on, or keeps it. */
  pass(link: Link, client: Link, transfer: Transfer, isFirst: boolean, buffer: Buffer, payloadStart: number, payloadEnd: number): void {
    if (isFirst) {
      this.drop();
      const finding = this.#check.look(buffer, payloadStart, payloadEnd, !transfer.more);
      if (finding === "clean") return forwardFrame(link, client, transfer, true, buffer, payloadStart, payloadEnd);
      this.#transfer = new Transfer();
      const kept = keepFrame(transfer, this.#transfer, buffer, payloadStart, payloadEnd);
      this.#kept = kept.bytes;
      this.#payloadStart = kept.payloadStart;
      this.#grow(kept.bytes.length);
      this.#nextLook = 2 * this.#end;
      if (finding === "named") this.#letGo(link, client, true);
      return;
    }
    if (this.#refusal !== null) return this.#skip(link, transfer);
    if (transfer.aborted) {
      this.#begin(link, client);
      return forwardFrame(link, client, transfer, false, buffer, payloadStart, payloadEnd);
    }
    this.#append(buffer, payloadStart, payloadEnd);
    this.#transfer.more = transfer.more;
    this.#transfer.settled ||= transfer.settled;
    const isTooLong = this.#room.bytes > maxFrontBytes;
    if (transfer.more && !isTooLong && this.#end < this.#nextLook) return;
    this.#nextLook = 2 * this.#end;
    const finding = this.#check.look(this.#kept!, this.#payloadStart, this.#end, !transfer.more);
    if (finding !== "cut") this.#letGo(link, client, finding === "named");
    else if (isTooLong) this.#refuse(link, client, tooLargeState);
  }

  /** Forgets what waits. */
  drop(): void {
    this.#grow(0);
    this.#kept = null;
    this.#refusal = null;
  }

  #grow(end: number): void {
    this.#room.bytes += end - this.#end;
    this.#end = end;
  }

  #append(buffer: Buffer, start: number, end: number): void {
    const at = this.#end;
    const needed = at + end - start;
    if (needed > this.#kept!.length) {
      const wider = Buffer.allocUnsafeSlow(Math.max(needed, 2 * at));
      this.#kept!.copy(wider, 0, 0, at);
      this.#kept = wider;
    }
    buffer.copy(this.#kept!, at, start, end);
    this.#grow(needed);
  }

  #letGo(link: Link, client: Link, isNamed: boolean): void {
    const start = this.#payloadStart;
    let bytes = this.#kept!.subarray(0, this.#end);
    if (isNamed) {
      try {
        const passed = this.#check.passable(bytes, start, bytes.length);
        if ("refusal" in passed) return this.#refuse(link, client, passed.refusal);
        bytes = Buffer.concat([bytes.subarray(0, start), passed.bytes]);
      } catch (error) {
        if (!(error instanceof AmqpError)) throw error;
        return this.#refuse(link, client, tooLargeState);
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

  /** The receiver sees a delivery that is aborted; the sender is told why when its last frame is in. A broker keeps it as a dead letter. */
  #refuse(link: Link, client: Link, state: Buffer): void {
    const isLast = !this.#transfer.more;
    this.#begin(link, client);
    link.outLink = null;
    client.session.abortDelivery(client, link.outId);
    link.session.incoming.setPeer(link.incomingId, null, 0);
    this.#refusal = state;
    if (isLast) this.#settle(link, this.#transfer.settled);
  }

  #skip(link: Link, transfer: Transfer): void {
    if (transfer.aborted && link.session.incoming.remove(link.incomingId)) link.unsettled -= 1;
    if (transfer.aborted) this.#refusal = null;
    else if (!transfer.more) this.#settle(link, transfer.settled || this.#transfer.settled);
  }

  #settle(link: Link, isSettled: boolean): void {
    const state = this.#refusal!;
    this.#refusal = null;
    if (isSettled) link.counters.dropped += 1;
    else settle(link, link.incomingId, state);
  }
}
