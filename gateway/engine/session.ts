import { AmqpError } from "../amqp/amqp-error.ts";
import { code, condition } from "../amqp/codes.ts";
import type { FieldList } from "../amqp/field-list.ts";
import { Flow, flowFrameBytes, writeFlow } from "../amqp/flow.ts";
import { type AttachFrame, type BeginFrame, encodeEnd, type ErrorFields, readError } from "../amqp/performatives.ts";
import { Transfer, transferHeadBytes, writeTransferHead } from "../amqp/transfer.ts";
import type { AmqpConnection } from "./connection.ts";
import { DeliveryTable } from "./delivery-table.ts";
import { HeldFrames } from "./held-frames.ts";
import { Link, type LinkHandler } from "./link.ts";
import { LinkTable } from "./link-table.ts";
import { OutcomeRun } from "./outcome-run.ts";
import { passOutcomes } from "./pass-outcomes.ts";

/** Transfer frames that we let the peer send before it hears from us again. */
export const incomingWindowFrames = 2048;
const maxUnsettled = 65_536;
/** Where the descriptor code stands in the frames that we write. */
const performativeAt = 10;

const transfer = new Transfer();
const flow = new Flow();
const noTransfer = new Transfer();
const empty = Buffer.alloc(0);

/** One session of a connection, on our side or the peer's initiative alike. */
export class Session {
  readonly connection: AmqpConnection;
  readonly localChannel: number;
  remoteChannel = -1;
  state: "open" | "ending" | "closed" = "open";
  remoteHandleMax = 0xffffffff;
  /** Sessions towards brokers that carry this one's links, by broker name; only on clients' sessions. */
  readonly upstreams = new Map<string, Session>();
  readonly incoming = new DeliveryTable();
  readonly outgoing = new DeliveryTable();
  #nextIncomingId = 0;
  #incomingWindow = incomingWindowFrames;
  #nextOutgoingId = 0;
  #nextDeliveryId = 0;
  #lastRemoteDeliveryId = -1;
  #remoteIncomingWindow = 0;
  readonly #links = new LinkTable();
  /** Frames that the peer's window does not let out yet. */
  #held: HeldFrames | null = null;
  readonly #run = new OutcomeRun();
  #closed: PromiseWithResolvers<void> | null = null;

  constructor(connection: AmqpConnection, localChannel: number) {
    this.connection = connection;
    this.localChannel = localChannel;
  }

  get links(): Link[] {
    return this.#links.all;
  }

  linkAt(remoteHandle: number): Link | undefined {
    return this.#links.at(remoteHandle);
  }

  /** Takes over what the peer's begin says. */
  begun(begin: BeginFrame, remoteChannel: number): void {
    this.remoteChannel = remoteChannel;
    this.#nextIncomingId = begin.nextOutgoingId;
    this.#remoteIncomingWindow = begin.incomingWindow;
    this.remoteHandleMax = begin.handleMax;
    this.#letOut();
  }

  get nextOutgoingId(): number {
    return this.#nextOutgoingId;
  }

  // ---- links

  /** Makes our end of a link that the peer attaches. */
  acceptLink(attach: AttachFrame, handler: LinkHandler): Link {
    if (attach.handle > this.connection.limits.handleMax) throw new AmqpError(condition.framingError, `Handle ${attach.handle} is above the ${this.connection.limits.handleMax} agreed on.`);
    if (this.#links.at(attach.handle) !== undefined) throw new AmqpError(condition.handleInUse, `Handle ${attach.handle} is in use.`, "session");
    const link = this.createLink(attach.name, attach.isReceiver, handler);
    link.deliveryCount = attach.isReceiver ? 0 : attach.initialDeliveryCount;
    link.senderSettleMode = attach.senderSettleMode;
    this.#links.setRemote(attach.handle, link);
    return link;
  }

  /** Makes our end of a link; the peer learns of it by {@link Link.sendAttach}. */
  createLink(name: string, isSender: boolean, handler: LinkHandler): Link {
    const handle = this.#links.freeHandle;
    if (handle > this.remoteHandleMax) {
      throw new AmqpError(condition.resourceLimitExceeded, "The session has no handle left for another link.", "session");
    }
    const link = new Link(this, name, isSender, handle, handler);
    this.#links.add(link);
    this.connection.linkCount += 1;
    return link;
  }

  removeLink(link: Link): void {
    if (link.state === "closed") return;
    link.state = "closed";
    this.connection.linkCount -= 1;
    this.#links.remove(link);
  }

  /** Takes an attach as the answer to one of ours. @returns false when it is no answer, but a link that the peer wants */
  takeAnswerTo(attach: AttachFrame): boolean {
    const link = this.#links.waitingFor(attach.name, attach.isReceiver);
    if (link === undefined) return false;
    this.#links.setRemote(attach.handle, link);
    if (link.state !== "attaching") return true;
    link.state = "attached";
    if (!link.isSender) link.deliveryCount = attach.initialDeliveryCount;
    link.handler.attached(link, attach);
    return true;
  }

  onDetach(fields: FieldList): void {
    const handle = fields.unsigned(0) ?? -1;
    const error = readError(fields.list(2));
    const link = this.#links.at(handle);
    if (link === undefined) throw new AmqpError(condition.unattachedHandle, `Handle ${handle} is not attached.`, "session");
    if (!link.isLive) {
      this.removeLink(link);
      link.handler.detachAnswered?.(link, error);
      return;
    }
    link.abortOutgoing();
    this.#links.freeRemote(handle);
    this.connection.watcher?.detached(link, error);
    link.handler.detached(link, fields.boolean(1), error);
  }

  // ---- data path, incoming

  onTransfer(buffer: Buffer, listStart: number, end: number): void {
    const payloadStart = transfer.read(buffer, listStart, end);
    this.#nextIncomingId = (this.#nextIncomingId + 1) >>> 0;
    this.#incomingWindow -= 1;
    if (this.#incomingWindow < 0) throw new AmqpError(condition.windowViolation, "More transfers came than the session's window allows.", "session");
    const link = this.#links.at(transfer.handle);
    if (link === undefined) throw new AmqpError(condition.unattachedHandle, `Handle ${transfer.handle} is not attached.`, "session");
    if (link.isSender) throw new AmqpError(condition.notAllowed, "A transfer came on a link whose peer is the receiver.", "session");
    if (link.isLive) link.receive(transfer, buffer, payloadStart, end);
    else this.#skipDeadDelivery(link);
    if (this.#incomingWindow < incomingWindowFrames / 2 && !this.connection.isReadingPaused) this.sendSessionFlow(false);
  }

  /** Checks that delivery ids come one after the other. */
  acceptDeliveryId(id: number): boolean {
    if (id < 0) throw new AmqpError(condition.invalidField, "The first transfer of a delivery must have a delivery id.", "session");
    if (this.#lastRemoteDeliveryId >= 0 && id !== (this.#lastRemoteDeliveryId + 1) >>> 0) {
      throw new AmqpError(condition.invalidField, `Delivery id ${id} does not follow ${this.#lastRemoteDeliveryId}.`, "session");
    }
    this.#lastRemoteDeliveryId = id;
    return true;
  }

  /** Remembers that the delivery under way on a closing link is to be read over. */
  skipDelivery(link: Link): void {
    link.isMidDelivery = transfer.more;
  }

  #skipDeadDelivery(link: Link): void {
    if (!link.isMidDelivery) this.#lastRemoteDeliveryId = transfer.deliveryId;
    link.isMidDelivery = transfer.more && !transfer.aborted;
  }

  onFlow(buffer: Buffer, listStart: number, end: number): void {
    flow.read(buffer, listStart, end);
    const reference = flow.nextIncomingId < 0 ? 0 : flow.nextIncomingId;
    this.#remoteIncomingWindow = Math.max(0, (reference + flow.incomingWindow - this.#nextOutgoingId) | 0);
    if (flow.incomingWindow >= 0x7fff_ffff) this.#remoteIncomingWindow = 0x7fff_ffff;
    this.#letOut();
    if (flow.handle < 0) {
      if (flow.echo) this.sendSessionFlow(false);
      return;
    }
    const link = this.#links.at(flow.handle);
    if (link === undefined) throw new AmqpError(condition.unattachedHandle, `Handle ${flow.handle} is not attached.`, "session");
    if (link.isLive) link.handler.flow(link, flow);
  }

  onDisposition(buffer: Buffer, listStart: number, end: number): void {
    passOutcomes(this, buffer, listStart, end);
  }

  // ---- data path, outgoing

  /** @returns id for the next delivery that we send */
  takeDeliveryId(): number {
    const id = this.#nextDeliveryId;
    this.#nextDeliveryId = (id + 1) >>> 0;
    return id;
  }

  /**
   * Sends one frame of a delivery, in several when the peer's frames are smaller.
   *
   * @param deliveryId -1 for the second and later frames of a delivery
   */
  sendTransfer(link: Link, deliveryId: number, head: Transfer, settled: boolean, more: boolean, source: Buffer, start: number, end: number): void {
    this.flushRun();
    const room = this.connection.remoteMaxFrameBytes - transferHeadBytes(head.stateEnd - head.stateStart);
    let at = start;
    let id = deliveryId;
    while (end - at > room) {
      this.#writeTransfer(link, id, head, settled, true, source, at, at + room);
      id = -1;
      at += room;
    }
    this.#writeTransfer(link, id, head, settled, more, source, at, end);
  }

  #writeTransfer(link: Link, deliveryId: number, head: Transfer, settled: boolean, more: boolean, source: Buffer, start: number, end: number): void {
    const payloadBytes = end - start;
    const most = transferHeadBytes(head.stateEnd - head.stateStart) + payloadBytes;
    if (this.#remoteIncomingWindow <= 0 || this.#held !== null) {
      const frame = Buffer.allocUnsafe(most);
      const at = writeTransferHead(frame, 0, this.localChannel, link.localHandle, deliveryId, head, settled, more, source, payloadBytes);
      source.copy(frame, at, start, end);
      this.#hold(frame.subarray(0, at + payloadBytes));
      return;
    }
    const output = this.connection.output;
    const from = output.reserve(most);
    const at = writeTransferHead(output.buffer, from, this.localChannel, link.localHandle, deliveryId, head, settled, more, source, payloadBytes);
    source.copy(output.buffer, at, start, end);
    output.commit(at + payloadBytes);
    this.#nextOutgoingId = (this.#nextOutgoingId + 1) >>> 0;
    this.#remoteIncomingWindow -= 1;
  }

  abortDelivery(link: Link, deliveryId: number): void {
    noTransfer.aborted = true;
    this.sendTransfer(link, -1, noTransfer, false, false, empty, 0, 0);
    if (this.outgoing.remove(deliveryId)) link.unsettled -= 1;
  }

  #hold(frame: Buffer): void {
    this.#held ??= new HeldFrames();
    this.#held.push(frame);
    this.connection.heldBytes += frame.length;
    this.connection.checkHeld();
  }

  #letOut(): void {
    const held = this.#held;
    if (held === null) return;
    for (let frame = held.first; frame !== undefined && this.#remoteIncomingWindow > 0; frame = held.first) {
      held.shift();
      this.connection.heldBytes -= frame.length;
      this.connection.output.write(frame);
      if (frame[performativeAt] !== code.transfer) continue;
      this.#nextOutgoingId = (this.#nextOutgoingId + 1) >>> 0;
      this.#remoteIncomingWindow -= 1;
    }
    if (held.first === undefined) this.#held = null;
    this.connection.checkHeld();
  }

  /** Sends an outcome; outcomes of following deliveries that are equal go out as one range. */
  sendDisposition(fromReceiver: boolean, id: number, settled: boolean, buffer: Buffer, stateStart: number, stateEnd: number): void {
    if (this.state !== "open") return;
    const run = this.#run;
    if (run.isOpen) {
      if (run.extend(fromReceiver, id, settled, buffer, stateStart, stateEnd)) return;
      this.flushRun();
    }
    run.begin(fromReceiver, id, settled, buffer, stateStart, stateEnd);
    this.connection.addRun(this);
  }

  /** Writes the disposition that is still growing. */
  flushRun(): void {
    if (this.#run.isOpen) this.#run.write(this.connection.output, this.localChannel);
  }

  /** @param properties the encoded map of the flow that this one passes on; left out when the peer's frames are too small for it */
  sendFlow(link: Link, deliveryCount: number, credit: number, available: number, drain: boolean, echo: boolean, properties: Buffer = empty): void {
    if (this.state !== "open") return;
    const carried = flowFrameBytes(properties.length) > this.connection.remoteMaxFrameBytes ? empty : properties;
    if (this.#held !== null && link.isSender) {
      const frame = Buffer.allocUnsafe(flowFrameBytes(carried.length));
      const end = writeFlow(frame, 0, this.localChannel, this.#nextIncomingId, this.#incomingWindow, this.#nextOutgoingId, incomingWindowFrames, link.localHandle, deliveryCount, credit, available, drain, echo, carried);
      this.#hold(frame.subarray(0, end));
      return;
    }
    this.#writeFlow(link.localHandle, deliveryCount, credit, available, drain, echo, carried);
  }

  /** Passes on what the peer of the link's other half has said. */
  passFlow(link: Link, from: Flow): void {
    this.sendFlow(link, from.deliveryCount, from.linkCredit, from.available, from.drain, from.echo, from.properties);
  }

  sendSessionFlow(echo: boolean): void {
    if (this.state === "open") this.#writeFlow(-1, -1, -1, -1, false, echo, empty);
  }

  #writeFlow(handle: number, deliveryCount: number, credit: number, available: number, drain: boolean, echo: boolean, properties: Buffer): void {
    if (!this.connection.isReadingPaused) this.#incomingWindow = incomingWindowFrames;
    const output = this.connection.output;
    const from = output.reserve(flowFrameBytes(properties.length));
    output.commit(
      writeFlow(
        output.buffer, from, this.localChannel,
        this.remoteChannel < 0 ? -1 : this.#nextIncomingId,
        this.#incomingWindow, this.#nextOutgoingId, 0x7fff_ffff, handle, deliveryCount, credit, available, drain, echo, properties,
      ),
    );
  }

  /** Writes a frame with this performative, behind every outcome that came before it. */
  writeControl(body: Buffer): void {
    this.flushRun();
    this.connection.writeFrame(0, this.localChannel, body);
  }

  /** Remembers an unsettled delivery. A peer that lets too many stand loses the link. @returns false when it has */
  track(table: DeliveryTable, id: number, link: Link, peer: Link | null, peerId: number): boolean {
    table.set(id, link, peer, peerId);
    link.unsettled += 1;
    if (table.count <= maxUnsettled) return true;
    link.close({ condition: condition.resourceLimitExceeded, description: `More than ${maxUnsettled} deliveries of the session are unsettled. Settle deliveries sooner.` });
    return false;
  }

  // ---- ends

  /** Forgets the deliveries of a link that is going, telling its handler of each. */
  dropDeliveriesOf(link: Link): void {
    if (link.unsettled === 0) return;
    const table = link.isSender ? this.outgoing : this.incoming;
    table.forEach((id, owner, peer, peerId) => {
      if (owner !== link) return;
      table.remove(id);
      link.handler.unsettledLost(link, id, peer, peerId);
    });
    link.unsettled = 0;
  }

  /** Ends the session from our side. */
  end(error: ErrorFields | null): void {
    if (this.state !== "open") return;
    this.flushRun();
    this.writeControl(encodeEnd(error));
    this.state = "ending";
    this.loseLinks();
  }

  /** Resolves when the session is over on both sides, or its connection is. */
  closed(): Promise<void> {
    if (this.state === "closed") return Promise.resolve();
    this.#closed ??= Promise.withResolvers();
    return this.#closed.promise;
  }

  setClosed(): void {
    this.state = "closed";
    this.#closed?.resolve();
  }

  /** The peer has ended the session, or its connection is gone. */
  loseLinks(): void {
    for (const link of this.links) {
      if (link.isLive) {
        link.abortOutgoing();
        this.dropDeliveriesOf(link);
        this.removeLink(link);
        link.handler.lost(link);
      } else {
        this.removeLink(link);
        link.handler.detachAnswered?.(link, null);
      }
    }
    this.incoming.clear();
    this.outgoing.clear();
    this.connection.heldBytes -= this.#held?.bytes ?? 0;
    this.#held = null;
    this.#run.drop();
  }
}
