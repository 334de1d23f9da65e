import type { AmqpConnection, ConnectionLimits } from "../engine/connection.ts";
import type { Session } from "../engine/session.ts";
import type { Broker } from "./broker.ts";
import { Upstream } from "./upstream.ts";

/** A client's side of the relay: its own connections to brokers, made with its first link there. */
export class RelayClient {
  readonly #client: AmqpConnection;
  readonly #containerId: string;
  readonly #limits: ConnectionLimits;
  readonly #upstreams = new Map<string, Upstream>();

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

  /** Ends the sessions at brokers of a client's session that has ended. */
  endSessionsOf(session: Session): void {
    for (const upstream of session.upstreams.values()) upstream.end(null);
    session.upstreams.clear();
  }

  /** The client cannot take more, or can again. */
  setCongested(isCongested: boolean): void {
    for (const { connection } of this.#upstreams.values()) {
      if (isCongested) connection.pauseReading();
      else connection.resumeReading();
    }
  }

  get connections(): AmqpConnection[] {
    return [...this.#upstreams.values()].map(({ connection }) => connection);
  }

  close(): void {
    for (const { connection } of this.#upstreams.values()) connection.close(null);
    this.#upstreams.clear();
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
