import { condition } from "../amqp/codes.ts";
import type { AttachFrame, ErrorFields, OpenFrame } from "../amqp/performatives.ts";
import { AmqpSymbol, type Writable } from "../amqp/value-writer.ts";
import { isPermitted, type Member, type SpaceEntry, spaceIsClosed } from "../directory/directory.ts";
import { AmqpConnection } from "../engine/connection.ts";
import type { ConnectionHost } from "../engine/connection-host.ts";
import type { Link } from "../engine/link.ts";
import { hasNeighbours } from "../engine/turns.ts";
import type { Session } from "../engine/session.ts";
import { ConnectionJournal } from "../journal/connection-journal.ts";
import type { Proof } from "../policy/authenticator.ts";
import type { Penalties } from "../policy/penalties.ts";
import { type Identity, type LoginResult, permissionsOf } from "../policy/identity.ts";
import { SaslServer } from "../policy/sasl-server.ts";
import { RelayClient } from "../relay/relay-client.ts";
import type { ByteStream } from "../transport/byte-stream.ts";
import type { Entrance } from "./entrance.ts";
import { resolveAttach } from "./resolve-attach.ts";

const soleConnectionCapability = "sole-connection-for-container";
const properties = new Map<AmqpSymbol, Writable>([[new AmqpSymbol("product"), "postroom"], [new AmqpSymbol("version"), "0.1"]]);
/** Tells clients that know it to wait for the close that follows the open and says why (as Artemis does). */
const failedProperties = new Map<AmqpSymbol, Writable>([...properties, [new AmqpSymbol("amqp:connection-establishment-failed"), true]]);
const offeredCapabilities = [soleConnectionCapability, "ANONYMOUS-RELAY", "DELAYED_DELIVERY", "SHARED-SUBS"];

/** A messaging client: its login, its place in its space, and what its links are joined to. */
export class ClientConnection implements ConnectionHost, Member {
  readonly amqp: AmqpConnection;
  readonly handshake: SaslServer;
  /** Set with the login. */
  identity: Identity | null = null;
  containerId = "";
  readonly #entrance: Entrance;
  readonly #journal: ConnectionJournal;
  #relayClient: RelayClient | null = null;
  #soleContainer: string | null = null;
  readonly #linksByName = new Map<string, Link>();

  constructor(stream: ByteStream, entrance: Entrance) {
    this.#entrance = entrance;
    this.amqp = new AmqpConnection(stream, entrance.limits, () => this);
    this.#journal = new ConnectionJournal(entrance.journal, this);
    this.amqp.watcher = this.#journal;
    let shown: Proof | null = null;
    this.handshake = new SaslServer(this.amqp, {
      mechanisms: mechanismsFor(stream, entrance.plainWithoutTls),
      login: (proof: Proof) => entrance.authenticator.login((shown = proof), stream.remoteAddress),
      onLogin: (result) => {
        this.#loggedIn(result);
        return Math.max(this.#waitOf(entrance.penalties.ofLogins, result.identity.login), this.#paceOf("connections"));
      },
      onProtocolError: () => this.onProtocolError(),
      onRefused: (reason) => {
        entrance.log.info({ source: stream.remoteAddress, reason }, "login refused");
        this.#journal.loginRefused(entrance.directory, shown, reason);
      },
    });
    entrance.connections.add(this);
    this.amqp.start();
    this.#hearAfter(this.#waitOf(entrance.penalties.ofSources, stream.remoteAddress));
  }

  /** Leaves what comes next unread for so many ms. */
  #hearAfter(waitMs: number): void {
    if (waitMs === 0) return;
    this.amqp.suspendFrames();
    this.amqp.resumeFramesAfter(waitMs);
  }

  /** For how long it is not heard, in ms, because its login or source goes on breaking the protocol. */
  #waitOf(penalties: Penalties, key: string): number {
    const waitMs = penalties.waitMs(key);
    if (waitMs > 0) this.#entrance.log.info({ source: this.amqp.stream.remoteAddress, login: this.identity?.login, waitMs: Math.round(waitMs) }, "heard later, after many protocol errors");
    return waitMs;
  }

  #loggedIn({ identity }: Extract<LoginResult, { identity: Identity }>): void {
    this.identity = identity;
    this.amqp.share = identity.space.share;
    const { credential } = identity;
    if (credential === null) return;
    credential.members.add(this);
    credential.lastUsedMs = Date.now();
  }

  onOpen(open: OpenFrame): void {
    const { identity, amqp } = this;
    if (identity === null) {
      this.onProtocolError();
      this.close({ condition: condition.unauthorizedAccess, description: "Log in with SASL before opening the connection." });
      return;
    }
    const { space } = identity;
    this.containerId = open.containerId;
    const refusal = this.#refusalOf(identity, open);
    amqp.sendOpen({ containerId: this.#entrance.containerId, offeredCapabilities, properties: refusal === null ? properties : failedProperties });
    if (refusal !== null) {
      this.#journal.connectionRefused(refusal);
      return this.close(refusal);
    }
    if (open.desiredCapabilities.includes(soleConnectionCapability)) {
      space.soleContainers.add(open.containerId);
      this.#soleContainer = open.containerId;
    }
    space.members.add(this);
    this.#relayClient = new RelayClient(amqp, `${space.name}/${open.containerId}`, this.#entrance.limits);
    this.#entrance.relay.register(amqp, this.#relayClient);
    this.#journal.connected();
    this.#entrance.log.debug({ connection: amqp.number, login: identity.login, scheme: amqp.stream.scheme }, "connection opened");
  }

  /** Why the connection cannot be had, or null. */
  #refusalOf({ space, credential }: Identity, open: OpenFrame): ErrorFields | null {
    if (this.#entrance.directory.spaces.get(space.name) !== space || (credential !== null && !credential.members.has(this))) {
      return { condition: condition.unauthorizedAccess, description: "The login was revoked." };
    }
    if (space.isClosed) return spaceIsClosed;
    if (space.members.size >= space.maxConnections) {
      return { condition: condition.resourceLimitExceeded, description: `The address space has its ${space.maxConnections} connections, the most that its plan allows. Close one, or ask for a larger plan.` };
    }
    if (open.desiredCapabilities.includes(soleConnectionCapability) && space.soleContainers.has(open.containerId)) {
      return { condition: condition.invalidField, description: `Another connection has the container id ${open.containerId} to itself.`, info: new Map([["invalid-field", "container-id"]]) };
    }
    return null;
  }

  onBegin(): void {
    this.#hearAfter(this.#paceOf("links"));
  }

  onAttach(session: Session, attach: AttachFrame): void {
    this.#attach(session, attach, true);
    this.#hearAfter(this.#paceOf("links"));
  }

  onLargeMessage(bytes: number): void {
    this.#hearAfter(this.#paceOf("largeMessageBytes", bytes));
  }

  /** For how long what comes next is not heard, in ms, because its space does more of something than others would like. */
  #paceOf(what: keyof SpaceEntry["paces"], count = 1): number {
    const space = this.identity?.space;
    return space !== undefined && hasNeighbours(Date.now()) ? space.paces[what].waitMs(count) : 0;
  }

  #attach(session: Session, attach: AttachFrame, mayWait: boolean): void {
    if (this.identity === null) return;
    // A link's name and direction are unique between two containers; a second attach takes the link over (2.6.1).
    const key = `${attach.isReceiver}${attach.name}`;
    const former = this.#linksByName.get(key);
    if (former?.isLive) former.close({ condition: condition.stolen, description: "Another attach with the link's name has taken it over." });
    resolveAttach(this.#entrance, this.identity, session, attach, mayWait ? () => this.#attach(session, attach, false) : null);
    const link = session.linkAt(attach.handle);
    if (link?.isLive) this.#linksByName.set(key, link);
    else this.#linksByName.delete(key);
    if (this.#linksByName.size > 2 * this.#entrance.limits.maxLinks) this.#forgetOldLinks();
  }

  #forgetOldLinks(): void {
    for (const [key, link] of this.#linksByName) if (!link.isLive) this.#linksByName.delete(key);
  }

  onSessionEnded(session: Session): Promise<unknown> | undefined {
    return this.#relayClient?.endSessionsOf(session);
  }

  onGone(reason: string): Promise<unknown> | undefined {
    this.#entrance.connections.delete(this);
    const { identity } = this;
    if (identity?.credential?.members.delete(this)) identity.credential.lastUsedMs = Date.now();
    identity?.space.members.delete(this);
    if (this.#soleContainer !== null) identity?.space.soleContainers.delete(this.#soleContainer);
    this.#entrance.relay.unregister(this.amqp);
    this.#journal.closed(reason);
    this.#entrance.log.debug({ connection: this.amqp.number, reason }, "connection over");
    return this.#relayClient?.close();
  }

  /** Counts against the login, so that others behind the same address have nothing to do with it, or the address of a stranger. */
  onProtocolError(): void {
    const { ofLogins, ofSources } = this.#entrance.penalties;
    if (this.identity === null) ofSources.broke(this.amqp.stream.remoteAddress);
    else ofLogins.broke(this.identity.login);
  }

  onFault(error: Error): void {
    this.#entrance.log.error({ connection: this.amqp.number, err: error }, "fault on a connection");
  }

  onCongestion(isCongested: boolean): void {
    this.#relayClient?.setCongested(isCongested);
  }

  close(error: ErrorFields): void {
    this.amqp.close(error);
  }

  reviewPermissions(): void {
    const { identity } = this;
    if (identity === null) return;
    for (const link of this.links()) {
      if (link.addressName === "" || link.addressName.startsWith("_")) continue;
      const operation = link.isSender ? "recv" : "send";
      if (!isPermitted(permissionsOf(identity), operation, link.addressName)) {
        link.close({ condition: condition.unauthorizedAccess, description: `The permission to ${operation === "recv" ? "receive from" : "send to"} ${link.addressName} was taken away.` });
      }
    }
  }

  endSecret(secretHash: string): void {
    if (this.identity?.secretHash !== secretHash) return;
    this.close({ condition: condition.unauthorizedAccess, description: "The secret was replaced, and the time for the old one is over. Log in with the new one." });
  }

  *links(): Generator<Link> {
    for (const session of this.amqp.sessions) yield* session.links;
  }

  /** Time limits; called every half second. */
  tick(nowMs: number): void {
    this.amqp.tick(nowMs);
    this.#relayClient?.tick(nowMs);
    const endsAtMs = this.identity?.endsAtMs ?? null;
    if (endsAtMs !== null && nowMs >= endsAtMs) {
      this.close({ condition: condition.unauthorizedAccess, description: "The token or ticket of this connection has expired. Connect with a new one." });
    }
  }
}

function mechanismsFor(stream: ByteStream, plainWithoutTls: Entrance["plainWithoutTls"]): string[] {
  const isPrivate = stream.isEncrypted || plainWithoutTls === "always" || (plainWithoutTls === "loopback" && stream.isLoopback);
  return isPrivate ? ["PLAIN", "OAUTHBEARER", "XOAUTH2"] : ["OAUTHBEARER", "XOAUTH2"];
}
