import { AmqpError } from "../amqp/amqp-error.ts";
import { amqpHeader, code, condition, frameType } from "../amqp/codes.ts";
import { FieldList } from "../amqp/field-list.ts";
import { FrameReader, type FrameSink } from "../amqp/frame-reader.ts";
import {
  type AttachFrame, encodeBegin, encodeClose, encodeEnd, encodeOpen, type ErrorFields, type OpenFrame, readAttach, readBegin, readError, readOpen,
} from "../amqp/performatives.ts";
import type { ByteStream, ByteStreamListener } from "../transport/byte-stream.ts";
import { Channels } from "./channels.ts";
import type { ConnectionHost, ConnectionLimits, LinkWatcher, OwnOpen } from "./connection-host.ts";
import { newCounters } from "./link.ts";
import { congestionBytes, Output } from "./output.ts";
import { incomingWindowFrames, Session } from "./session.ts";
import { beginTurn, hasNeighbours, isSpent, strangersShare, type Turn, type TurnShare, type TurnTaker, waitForTurn } from "./turns.ts";

/** Before the login a frame is a SASL frame, and nothing in those is long. */
const handshakeFrameBytes = 16 * 1024;
const minFrameBytes = 512;
/** Most bytes that wait for the connection's turn: a whole message of a WebSocket, and what was read with its end. */
const maxWaitingBytes = 4.5 * 1024 * 1024;

let nextConnectionNumber = 1;

/** An AMQP 1.0 connection above its byte stream: framing, open and close, heartbeats, sessions. The same for both sides. */
export class AmqpConnection implements FrameSink, ByteStreamListener, TurnTaker {
  readonly number = nextConnectionNumber++;
  readonly sinceMs = Date.now();
  readonly stream: ByteStream;
  readonly limits: ConnectionLimits;
  readonly output: Output;
  /** Whose turn its reading takes; null for a connection that never waits for others, as the management's. */
  share: TurnShare | null = strangersShare;
  remoteOpen: OpenFrame | null = null;
  remoteMaxFrameBytes = minFrameBytes;
  linkCount = 0;
  /** What links that are gone have counted. */
  readonly retired = { incoming: newCounters(), outgoing: newCounters() };
  /** Bytes of frames that sessions hold back for their peer's window. */
  heldBytes = 0;
  watcher: LinkWatcher | null = null;
  state: "handshake" | "open" | "closing" | "gone" = "handshake";
  readonly #host: ConnectionHost;
  readonly #reader: FrameReader;
  readonly #channels = new Channels();
  #runs: Session[] = [];
  /** The AMQP header is out, so that the peer understands an open and a close. */
  #isHeaderSent = false;
  #isOpenSent = false;
  #pauses = 0;
  #suspensions = 0;
  #isHeldCongested = false;
  /** Nothing is read from the stream until what was read has had its turn. */
  #waitsForTurn = false;
  #heartbeatMs = 0;
  #lastReadMs = Date.now();
  /** Ends a connection whose peer does not. */
  #closingTimer: NodeJS.Timeout | null = null;
  #closed: PromiseWithResolvers<void> | null = null;

  constructor(stream: ByteStream, limits: ConnectionLimits, makeHost: (connection: AmqpConnection) => ConnectionHost) {
    this.stream = stream;
    this.limits = limits;
    this.output = new Output(stream, this.#flushRuns, () => this.checkHeld());
    this.#reader = new FrameReader(this, handshakeFrameBytes);
    this.#host = makeHost(this);
  }

  get sessions(): Iterable<Session> {
    return this.#channels.sessions;
  }

  get isCongested(): boolean {
    return this.#isHeldCongested;
  }

  get bufferedBytes(): number {
    return this.output.waitingBytes + this.heldBytes + this.#reader.keptBytes;
  }

  start(): void {
    this.stream.start(this);
  }

  // ---- reading

  get readsLittle(): boolean {
    return hasNeighbours(this.#lastReadMs);
  }

  onData(chunk: Buffer, bytes: number): void {
    if (this.state === "gone") return;
    const { share } = this;
    const nowMs = Date.now();
    this.#lastReadMs = nowMs;
    const turn = share === null ? null : beginTurn(share, nowMs);
    this.#guard(() => {
      if (turn !== null && isSpent(share!)) this.#reader.keep(chunk, 0, bytes);
      else this.#reader.read(chunk, bytes, turn);
    });
    turn?.end(bytes);
    this.#readOn();
  }

  /** Reads what waits, with the next turn of its share. */
  #readOn(): void {
    if (this.#waitsForTurn || !this.#reader.isWaiting) return;
    if (this.share === null) return this.#guard(() => void this.#reader.goOn(null));
    this.#waitsForTurn = true;
    this.stream.pause();
    waitForTurn(this, this.share);
  }

  takeTurn(turn: Turn | null): boolean {
    this.#lastReadMs = Date.now();
    let bytes = 0;
    this.#guard(() => {
      bytes = this.#reader.goOn(turn);
    });
    turn?.end(bytes);
    if (this.#reader.isWaiting) return true;
    this.#waitsForTurn = false;
    if (!this.isReadingPaused && this.state !== "gone") this.stream.resume();
    return false;
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (error instanceof AmqpError) {
        this.noteProtocolError();
        this.close({ condition: error.condition, description: error.message });
        return;
      }
      // A fault of ours must not take other tenants' connections with it.
      this.#host.onFault?.(error as Error);
      this.close({ condition: condition.internalError, description: "The gateway failed on this connection. Connect again." });
    }
  }

  /** The peer has broken the protocol, in whatever part of it. */
  noteProtocolError(): void {
    this.#host.onProtocolError?.();
  }

  noteLargeMessage(bytes: number): void {
    this.#host.onLargeMessage?.(bytes);
  }

  onProtocolHeader(protocolId: number, isVersion1: boolean): void {
    this.#host.handshake.onProtocolHeader(protocolId, isVersion1);
  }

  /** The login has passed, and the next bytes from the peer are a protocol header again. */
  expectHeader(): void {
    this.#reader.maxWaitingBytes = maxWaitingBytes;
    this.#reader.expectHeader();
  }

  onEmptyFrame(): void {}

  onFrame(buffer: Buffer, start: number, end: number, type: number, channel: number): void {
    if (type === frameType.sasl) {
      this.#host.handshake.onSaslFrame(buffer, start, end);
      return;
    }
    if (buffer[start] === 0 && buffer[start + 1] === 0x53 && end - start > 3) this.#onPerformative(buffer, start, start + 3, end, buffer[start + 2]!, channel);
    else this.#onUnusualPerformative(buffer, start, end, channel);
  }

  /** A performative whose descriptor is a ulong of eight bytes, as some clients write it. */
  #onUnusualPerformative(buffer: Buffer, start: number, end: number, channel: number): void {
    if (buffer[start] === 0 && buffer[start + 1] === 0x80 && end - start > 10 && buffer.readBigUInt64BE(start + 2) < 256n) {
      this.#onPerformative(buffer, start, start + 10, end, buffer[start + 9]!, channel);
      return;
    }
    throw new AmqpError(condition.decodeError, "A frame does not begin with a performative.");
  }

  #onPerformative(buffer: Buffer, start: number, listStart: number, end: number, performative: number, channel: number): void {
    if (performative === code.open) return this.#onOpen(FieldList.read(buffer, start, end));
    if (this.state === "closing" && performative !== code.close) return;
    if (this.remoteOpen === null) throw new AmqpError(condition.illegalState, "The first performative must be an open.");
    if (performative === code.begin) return this.#onBegin(FieldList.read(buffer, start, end), channel);
    if (performative === code.close) return this.#onClose(FieldList.read(buffer, start, end));
    const session = this.#channels.at(channel);
    if (session === undefined) throw new AmqpError(condition.illegalState, `Channel ${channel} has no session.`);
    if (session.state === "ending" && performative !== code.end) return;
    try {
      this.#onSessionPerformative(session, buffer, start, listStart, end, performative);
    } catch (error) {
      if (!(error instanceof AmqpError) || error.scope === "connection") throw error;
      this.noteProtocolError();
      session.end({ condition: error.condition, description: error.message });
    }
  }

  #onSessionPerformative(session: Session, buffer: Buffer, start: number, listStart: number, end: number, performative: number): void {
    switch (performative) {
      case code.transfer: return session.onTransfer(buffer, listStart, end);
      case code.disposition: return session.onDisposition(buffer, listStart, end);
      case code.flow: return session.onFlow(buffer, listStart, end);
      case code.attach: return this.#onAttach(session, readAttach(FieldList.read(buffer, start, end)));
      case code.detach: return session.onDetach(FieldList.read(buffer, start, end));
      case code.end: return this.#onEnd(session, readError(FieldList.read(buffer, start, end).list(0)));
      default: throw new AmqpError(condition.decodeError, `0x${performative.toString(16)} is no performative.`);
    }
  }

  #onOpen(fields: FieldList): void {
    if (this.remoteOpen !== null) throw new AmqpError(condition.illegalState, "A connection is opened once.");
    const open = readOpen(fields);
    if (open.maxFrameBytes < minFrameBytes) throw new AmqpError(condition.invalidField, `max-frame-size must be at least ${minFrameBytes}.`);
    this.remoteOpen = open;
    this.remoteMaxFrameBytes = Math.min(open.maxFrameBytes, this.limits.maxFrameBytes);
    if (open.idleTimeoutMs > 0) this.#heartbeatMs = Math.max(500, Math.min(open.idleTimeoutMs / 2, 60_000));
    this.#reader.maxFrameBytes = this.limits.maxFrameBytes;
    if (this.state === "handshake") this.state = "open";
    this.#host.onOpen(open);
  }

  #onBegin(fields: FieldList, channel: number): void {
    const begin = readBegin(fields);
    if (channel > this.limits.channelMax) throw new AmqpError(condition.framingError, `Channel ${channel} is above the ${this.limits.channelMax} agreed on.`);
    if (this.#channels.at(channel) !== undefined) throw new AmqpError(condition.illegalState, `Channel ${channel} has a session already.`);
    const session = begin.remoteChannel === null ? this.#newSession() : this.#channels.answered(begin.remoteChannel);
    this.#channels.setRemote(channel, session);
    session.begun(begin, channel);
    if (begin.remoteChannel !== null) return;
    session.writeControl(encodeBegin(channel, session.nextOutgoingId, incomingWindowFrames, 0x7fff_ffff, this.limits.handleMax));
    this.#host.onBegin?.();
  }

  #onAttach(session: Session, attach: AttachFrame): void {
    if (session.takeAnswerTo(attach)) return;
    if (this.linkCount >= this.limits.maxLinks) {
      throw new AmqpError(condition.resourceLimitExceeded, `A connection can have ${this.limits.maxLinks} links. Detach links that are not in use, or open another connection.`);
    }
    this.#host.onAttach(session, attach);
  }

  #onEnd(session: Session, error: ErrorFields | null): void {
    this.#channels.freeRemote(session);
    if (session.state !== "open") return this.#channels.forget(session);
    session.flushRun();
    session.loseLinks();
    session.state = "ending";
    after(this.#host.onSessionEnded(session, error), () => {
      if (session.state !== "ending") return;
      session.writeControl(encodeEnd(null));
      this.#channels.forget(session);
    });
  }

  #onClose(fields: FieldList): void {
    const error = readError(fields.list(0));
    this.#reader.stop();
    if (this.state === "closing") {
      this.output.endAfterFlush();
      this.#closed?.resolve();
      return;
    }
    for (const session of this.sessions) session.flushRun();
    this.state = "closing";
    after(this.#leave(error === null ? "The peer closed the connection." : `${error.condition}: ${error.description}`), () => {
      if (this.state === "gone") return;
      this.writeFrame(frameType.amqp, 0, encodeClose(null));
      this.output.endAfterFlush();
      this.#startClosingTimer();
    });
  }

  // ---- our side

  sendHeader(header: Buffer = amqpHeader): void {
    this.#isHeaderSent ||= header === amqpHeader;
    this.output.write(header);
  }

  sendOpen(open: OwnOpen): void {
    if (this.#isOpenSent) return;
    this.#isOpenSent = true;
    const body = encodeOpen({ ...open, maxFrameBytes: this.limits.maxFrameBytes, channelMax: this.limits.channelMax, idleTimeoutMs: this.limits.idleTimeoutMs });
    this.writeFrame(frameType.amqp, 0, body);
  }

  /** Begins a session of ours. */
  beginSession(): Session {
    const session = this.#newSession();
    session.writeControl(encodeBegin(null, session.nextOutgoingId, incomingWindowFrames, 0x7fff_ffff, this.limits.handleMax));
    return session;
  }

  #newSession(): Session {
    return this.#channels.open(Math.min(this.limits.channelMax, this.remoteOpen?.channelMax ?? 0xffff), (channel) => new Session(this, channel));
  }

  writeFrame(type: number, channel: number, body: Buffer): void {
    const at = this.output.reserve(8 + body.length);
    const { buffer } = this.output;
    buffer.writeUInt32BE(8 + body.length, at);
    buffer[at + 4] = 2;
    buffer[at + 5] = type;
    buffer.writeUInt16BE(channel, at + 6);
    body.copy(buffer, at + 8);
    this.output.commit(at + 8 + body.length);
  }

  /** Tells the peer why, gives it a moment to answer, and ends. */
  close(error: ErrorFields | null): void {
    if (this.state === "closing" || this.state === "gone") return;
    if (this.output.isHeld) {
      // The peer still checks our login. Artemis loops for ever on AMQP frames in the middle of SASL, so it gets none.
      this.#over(error?.description ?? "Closed.", false);
      this.stream.destroy();
      return;
    }
    if (!this.#isHeaderSent) {
      this.output.endAfterFlush();
      this.#reader.stop();
      this.#startClosingTimer();
      this.#over(error?.description ?? "Closed.", false);
      return;
    }
    if (!this.#isOpenSent) this.sendOpen({ containerId: "postroom" });
    for (const session of this.sessions) session.flushRun();
    for (const session of this.sessions) session.loseLinks();
    this.writeFrame(frameType.amqp, 0, encodeClose(error));
    this.state = "closing";
    this.#startClosingTimer();
    this.output.release();
    this.output.flush();
    void this.#leave(error === null ? "Closed." : `${error.condition}: ${error.description}`);
  }

  /** Resolves when the peer has answered our close, or will not any more: after the limits' `closeMs` at the latest. */
  closed(): Promise<void> {
    if (this.state === "gone") return Promise.resolve();
    this.#closed ??= Promise.withResolvers();
    return this.#closed.promise;
  }

  /** Lets the peer go without a word, as when its login failed. */
  endAfterFlush(): void {
    this.#reader.stop();
    this.#startClosingTimer();
    this.output.endAfterFlush();
  }

  onClose(reason: string): void {
    if (this.state === "open") this.#reader.resume();
    this.#guard(() => this.#reader.goOn(null));
    this.#over(reason, true);
    this.output.close();
  }

  #over(reason: string, isStreamGone: boolean): void {
    const wasClosing = this.state === "closing" || this.state === "gone";
    this.state = isStreamGone ? "gone" : "closing";
    if (isStreamGone) {
      this.#closed?.resolve();
      if (this.#closingTimer !== null) clearTimeout(this.#closingTimer);
    } else {
      this.#startClosingTimer();
    }
    this.#reader.stop();
    if (!wasClosing) void this.#leave(reason);
  }

  /** Tells links, sessions and the host. */
  #leave(reason: string): Promise<unknown> | void {
    for (const session of this.sessions) session.loseLinks();
    this.#channels.forgetAll();
    return this.#host.onGone(reason);
  }

  #startClosingTimer(): void {
    this.#closingTimer ??= setTimeout(() => this.stream.destroy(), this.limits.closeMs).unref();
  }

  // ---- back-pressure

  /** Stops reading from the peer until {@link resumeReading} was called as often. */
  pauseReading(): void {
    this.#pauses += 1;
    if (this.#pauses === 1) this.stream.pause();
  }

  resumeReading(): void {
    if (this.#pauses === 0) return;
    this.#pauses -= 1;
    if (this.#pauses > 0 || this.state === "gone") return;
    this.#lastReadMs = Date.now();
    if (!this.#waitsForTurn) this.stream.resume();
    for (const session of this.sessions) if (session.remoteChannel >= 0) session.sendSessionFlow(false);
  }

  get isReadingPaused(): boolean {
    return this.#pauses > 0;
  }

  /** Holds back what comes behind the frame now read, as while a login is checked, until {@link resumeFrames} was called as often. */
  suspendFrames(): void {
    this.#suspensions += 1;
    this.#reader.pause();
    this.pauseReading();
  }

  /** @param waitMs 0 for at once */
  resumeFramesAfter(waitMs: number): void {
    if (waitMs === 0) return this.resumeFrames();
    setTimeout(() => {
      if (this.state !== "gone") this.resumeFrames();
    }, waitMs).unref();
  }

  resumeFrames(): void {
    this.#suspensions -= 1;
    if (this.#suspensions > 0) return this.resumeReading();
    this.#reader.resume();
    this.resumeReading();
    this.#readOn();
  }

  /** Compares all that waits to go out with the bound, and tells the host when it is crossed. */
  checkHeld(): void {
    const isCongested = this.output.isCongested || this.heldBytes > congestionBytes;
    if (isCongested === this.#isHeldCongested) return;
    this.#isHeldCongested = isCongested;
    this.#host.onCongestion(isCongested);
  }

  addRun(session: Session): void {
    this.#runs.push(session);
    this.output.markDirty();
  }

  readonly #flushRuns = (): void => {
    for (let index = 0; index < this.#runs.length; index += 1) this.#runs[index]!.flushRun();
    this.#runs.length = 0;
  };

  /** Heartbeats and time limits; called every half second. */
  tick(nowMs: number): void {
    if (this.#closingTimer !== null || this.state === "gone") return;
    if (this.state === "handshake") {
      if (nowMs - this.sinceMs > this.limits.handshakeMs) {
        this.#over("The handshake took too long.", false);
        this.stream.destroy();
      }
      return;
    }
    if (this.#heartbeatMs > 0 && nowMs - this.output.lastWriteMs >= this.#heartbeatMs - 500) {
      this.output.lastWriteMs = nowMs;
      this.output.write(emptyFrame);
    }
    if (this.limits.idleTimeoutMs > 0 && !this.isReadingPaused && nowMs - this.#lastReadMs > 2 * this.limits.idleTimeoutMs) {
      this.close({ condition: condition.resourceLimitExceeded, description: `Nothing was heard for ${Math.round((nowMs - this.#lastReadMs) / 1000)} s, more than the idle time-out allows.` });
    }
  }
}

/** Does something now, or when what has to come before it has. */
function after(before: Promise<unknown> | void, then: () => void): void {
  if (before === undefined) then();
  else void before.then(then);
}

const emptyFrame = Buffer.from([0, 0, 0, 8, 2, 0, 0, 0]);
