import { condition } from "../amqp/codes.ts";
import type { OpenFrame, AttachFrame, ErrorFields } from "../amqp/performatives.ts";
import { AmqpConnection } from "../engine/connection.ts";
import type { ConnectionHost, ConnectionLimits, Handshake } from "../engine/connection-host.ts";
import type { Session } from "../engine/session.ts";
import { type Broker, connectBroker } from "./broker.ts";
import { SaslClient } from "./sasl-client.ts";

/**
 * A broker that takes connections but says nothing is away; clients are told so rather than kept waiting. One that goes on with
 * other connections' handshakes is only busy.
 */
const brokerSilenceMs = 4000;
const brokerHandshakeMs = 60_000;
/** When a broker last went on with a handshake, of whichever connection. */
const heardMs = new WeakMap<Broker, number>();
/** A broker under load takes its time to put back what a client leaves; the client waits for that with its close. */
const brokerCloseMs = 8000;

/**
 * The connection of one client to one broker, never shared. It can be used at once: frames gather until the broker has
 * accepted our login.
 */
export class Upstream implements ConnectionHost {
  readonly connection: AmqpConnection;
  readonly broker: Broker;
  readonly handshake: Handshake;
  readonly #client: AmqpConnection;
  readonly #onOver: (upstream: Upstream) => void;
  #hasPausedClient = false;

  /**
   * @param containerId under which the broker knows this client: unique to its space
   * @param onOver told when the connection is over and its links have been told
   */
  constructor(broker: Broker, client: AmqpConnection, containerId: string, limits: ConnectionLimits, onOver: (upstream: Upstream) => void) {
    this.broker = broker;
    this.#client = client;
    this.#onOver = onOver;
    const stream = connectBroker(broker);
    const saslClient = new SaslClient(stream, { ...broker, hostname: broker.host }, () => this.connection.expectHeader(), () => this.connection.output.release());
    this.handshake = {
      onProtocolHeader: (protocolId, isVersion1) => saslClient.onProtocolHeader(protocolId, isVersion1),
      onSaslFrame: (buffer, start, end) => {
        heardMs.set(broker, Date.now());
        saslClient.onSaslFrame(buffer, start, end);
      },
    };
    this.connection = new AmqpConnection(stream, { ...limits, handshakeMs: brokerHandshakeMs, closeMs: brokerCloseMs }, () => this);
    this.connection.share = client.share;
    this.connection.output.hold();
    this.connection.start();
    saslClient.start();
    this.connection.sendHeader();
    this.connection.sendOpen({ containerId, hostname: broker.host });
    if (client.isCongested) this.connection.pauseReading();
  }

  onOpen(_open: OpenFrame): void {
    heardMs.set(this.broker, Date.now());
  }

  /** Heartbeats and time limits; called every half second. */
  tick(nowMs: number): void {
    const { connection } = this;
    connection.tick(nowMs);
    if (connection.state !== "handshake" || nowMs - Math.max(connection.sinceMs, heardMs.get(this.broker) ?? 0) <= brokerSilenceMs) return;
    connection.close({ condition: condition.connectionForced, description: "The broker says nothing." });
  }

  onAttach(session: Session, attach: AttachFrame): void {
    session.connection.close({ condition: "amqp:not-allowed", description: `The broker attached a link of its own: ${attach.name}.` });
  }

  onSessionEnded(session: Session, _error: ErrorFields | null): void {
    for (const clientSession of this.#client.sessions) {
      if (clientSession.upstreams.get(this.broker.name) === session) clientSession.upstreams.delete(this.broker.name);
    }
  }

  onGone(_reason: string): void {
    if (this.#hasPausedClient) this.#client.resumeReading();
    this.#hasPausedClient = false;
    for (const session of this.#client.sessions) session.upstreams.delete(this.broker.name);
    this.#onOver(this);
  }

  onCongestion(isCongested: boolean): void {
    if (isCongested === this.#hasPausedClient) return;
    this.#hasPausedClient = isCongested;
    if (isCongested) this.#client.pauseReading();
    else this.#client.resumeReading();
  }
}
