import { setTimeout as delay } from "node:timers/promises";
import type { AmqpConnection } from "../engine/connection.ts";
import type { ConnectionLimits } from "../engine/connection-host.ts";
import type { Session } from "../engine/session.ts";
import type { Broker } from "./broker.ts";
import type { HeldBytes } from "./held-deliveries.ts";
import { Upstream } from "./upstream.ts";

/** A client's side of the relay: its own connections to brokers, made with its first link there. */
export class RelayClient {
  readonly #client: AmqpConnection;
  readonly #containerId: string;
  readonly #limits: ConnectionLimits;
  readonly #upstreams = new Map<string, Upstream>();
  /** What waits in front of messages' bodies on the links of this connection. */
  readonly frontsHeld: HeldBytes = { bytes: 0 };

  constructor(client: AmqpConnection, containerId: string, limits: ConnectionLimits) {
    this.#client = client;
    this.#containerId = containerId;
    this.#limits = limits;
  }

  /** The session at the broker that carries this client session's links, made when there is none. */
  sessionFor(session: Session, broker: Broker): Session {
    const known = session.upstreams.get(broker.name);
    if (known !== undefined && known.state === "open") return known;
    const made = this.#upstreamTo(broker).connection.beginSession();
    session.upstreams.set(broker.name, made);
    return made;
  }

  /**
   * Ends the sessions at brokers of a client's session that has ended.
   *
   * @returns when the brokers have answered, within `closeMs` of the limits, so that what the client then finds elsewhere is what
   *   its outcomes and its end have left there; undefined when there is nothing to wait for
   */
  endSessionsOf(session: Session): Promise<unknown> | undefined {
    const ending = [...session.upstreams.values()];
    session.upstreams.clear();
    if (ending.length === 0) return undefined;
    for (const upstream of ending) upstream.end(null);
    const limit = new AbortController();
    const answered = Promise.all(ending.map((upstream) => upstream.closed())).finally(() => limit.abort());
    return Promise.race([answered, delay(this.#limits.closeMs, undefined, { signal: limit.signal, ref: false }).catch(() => {})]);
  }

  /** The client cannot take more, or can again. */
  setCongested(isCongested: boolean): void {
    for (const { connection } of this.#upstreams.values()) {
      if (isCongested) connection.pauseReading();
      else connection.resumeReading();
    }
  }

  /** Heartbeats and time limits; called every half second. */
  tick(nowMs: number): void {
    for (const upstream of this.#upstreams.values()) upstream.tick(nowMs);
  }

  /** Closes the connections to brokers. @returns as {@link endSessionsOf} does */
  close(): Promise<unknown> | undefined {
    const closing = [...this.#upstreams.values()].map(({ connection }) => connection);
    this.#upstreams.clear();
    for (const connection of closing) connection.close(null);
    return closing.length === 0 ? undefined : Promise.all(closing.map((connection) => connection.closed()));
  }

  #upstreamTo(broker: Broker): Upstream {
    const known = this.#upstreams.get(broker.name);
    if (known !== undefined) return known;
    const made = new Upstream(broker, this.#client, this.#containerId, this.#limits, (upstream) => {
      if (this.#upstreams.get(broker.name) === upstream) this.#upstreams.delete(broker.name);
    });
    this.#upstreams.set(broker.name, made);
    return made;
  }
}
