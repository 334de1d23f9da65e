import type { AttachFrame, ErrorFields, OpenFrame } from "../amqp/performatives.ts";
import type { AmqpSymbol, Writable } from "../amqp/value-writer.ts";
import type { Link } from "./link.ts";
import type { Session } from "./session.ts";

export interface ConnectionLimits {
  /** Largest frame we take, in bytes; before the login the handshake limit holds. */
  readonly maxFrameBytes: number;
  readonly channelMax: number;
  readonly handleMax: number;
  readonly maxLinks: number;
  /** What we ask of the peer: something at least this often. We wait twice as long. */
  readonly idleTimeoutMs: number;
  /** From the first byte to a completed open. */
  readonly handshakeMs: number;
  /** For how long a peer may leave our close unanswered. */
  readonly closeMs: number;
}

/** Protocol headers and SASL frames: the server's side towards clients, the client's side towards brokers. */
export interface Handshake {
  onProtocolHeader(protocolId: number, isVersion1: boolean): void;
  onSaslFrame(buffer: Buffer, start: number, end: number): void;
}

/** Who decides what a connection's sessions and links are joined to. */
export interface ConnectionHost {
  readonly handshake: Handshake;
  /** The peer's open; a server answers with {@link AmqpConnection.sendOpen}. */
  onOpen(open: OpenFrame): void;
  /** The peer has begun a session. */
  onBegin?(): void;
  /** A link that the peer wants. */
  onAttach(session: Session, attach: AttachFrame): void;
  /** The peer has ended a session; its links have been told. The answer waits for what is returned. */
  onSessionEnded(session: Session, error: ErrorFields | null): Promise<unknown> | void;
  /** The connection is over; its links have been told. Called once. A close of the peer's is answered after what is returned. */
  onGone(reason: string): Promise<unknown> | void;
  /** A part of a message has come that is large already; see {@link Link.receive}. */
  onLargeMessage?(bytes: number): void;
  /** The peer has broken the protocol; what belongs to it has been ended. */
  onProtocolError?(): void;
  /** Something failed that should not; the connection is then closed. */
  onFault?(error: Error): void;
  /** More waits to be written than should. */
  onCongestion(isCongested: boolean): void;
}

/** Told what becomes of a connection's links, for people to read. Nothing of it is told for each message, but rejections. */
export interface LinkWatcher {
  attached(link: Link): void;
  attachRefused(link: Link, attach: AttachFrame, error: ErrorFields): void;
  /** @param error why, as whoever ended it said; null when nobody did */
  detached(link: Link, error: ErrorFields | null): void;
  /** The peer, who receives on this link, has rejected a message: encoded state in a buffer that is only good during the call. */
  rejected(link: Link, buffer: Buffer, stateStart: number, stateEnd: number): void;
  /** A message that the peer sent on this link was rejected: encoded state, as before. */
  refused(link: Link, buffer: Buffer, stateStart: number, stateEnd: number): void;
}

export interface OwnOpen {
  readonly containerId: string;
  readonly hostname?: string;
  readonly offeredCapabilities?: readonly string[];
  readonly properties?: ReadonlyMap<AmqpSymbol, Writable>;
}
