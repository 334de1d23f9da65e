import { AmqpError } from "../amqp/amqp-error.ts";
import { condition } from "../amqp/codes.ts";
import type { Session } from "./session.ts";

/** The sessions of a connection, by the peer's channel and by ours. */
export class Channels {
  readonly #remote = new Map<number, Session>();
  readonly #local = new Map<number, Session>();

  get sessions(): Iterable<Session> {
    return this.#local.values();
  }

  at(remoteChannel: number): Session | undefined {
    return this.#remote.get(remoteChannel);
  }

  /** The session of ours that the peer's begin answers. @throws AmqpError when it answers none */
  answered(localChannel: number): Session {
    const session = this.#local.get(localChannel);
    if (session === undefined || session.remoteChannel >= 0) throw new AmqpError(condition.illegalState, "A begin answers a session that was not begun.");
    return session;
  }

  /** Enters a session under our lowest free channel. @throws AmqpError when there is none up to `channelMax` */
  open(channelMax: number, make: (localChannel: number) => Session): Session {
    let channel = 0;
    while (this.#local.has(channel)) channel += 1;
    if (channel > channelMax) throw new AmqpError(condition.resourceLimitExceeded, `A connection can have ${channelMax + 1} sessions.`);
    const session = make(channel);
    this.#local.set(channel, session);
    return session;
  }

  setRemote(remoteChannel: number, session: Session): void {
    this.#remote.set(remoteChannel, session);
  }

  /** The peer's channel is free again; ours stays until {@link forget}. */
  freeRemote(session: Session): void {
    this.#remote.delete(session.remoteChannel);
  }

  forget(session: Session): void {
    this.#local.delete(session.localChannel);
    session.setClosed();
  }

  forgetAll(): void {
    for (const session of this.#local.values()) session.setClosed();
    this.#local.clear();
    this.#remote.clear();
  }
}
