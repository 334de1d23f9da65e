import type { Flow } from "../amqp/flow.ts";
import { condition } from "../amqp/codes.ts";
import { type AttachFrame, type ErrorFields, terminusWith } from "../amqp/performatives.ts";
import type { Transfer } from "../amqp/transfer.ts";
import { consumersFull } from "../directory/consumers-full.ts";
import type { AddressEntry, Directory, SpaceEntry } from "../directory/directory.ts";
import { enterLink, leaveLink } from "../directory/link-register.ts";
import type { AddressNode } from "../directory/node.ts";
import type { AmqpConnection } from "../engine/connection.ts";
import { forwardFrame } from "../engine/forward.ts";
import type { Link, LinkHandler } from "../engine/link.ts";
import type { Session } from "../engine/session.ts";
import { brokerLinkName, errorForClient, rewriteForBroker, rewriteForClient } from "./attach-rewrite.ts";
import type { Broker } from "./broker.ts";
import { type BrokerNames, brokerNamesOf } from "./broker-names.ts";
import { FrontHold } from "./front-hold.ts";
import { originClaim } from "./origin-claim.ts";
import type { RelayClient } from "./relay-client.ts";

/** What both halves of a relayed link know. */
interface RelayedLink {
  readonly space: SpaceEntry;
  readonly names: BrokerNames;
  readonly front: FrontHold;
  /** Null for links without an address: transactions, and taking up a durable subscription by its name. */
  readonly address: AddressEntry | null;
  asked: AttachFrame;
  /** Registers the address that the broker has made for a dynamic target, and answers its name; set for those links only. */
  readonly makeAddress?: (brokerAddress: string) => string;
  /** Ends the address so made. */
  readonly endAddress?: () => void;
  /** Set when the client has asked for the end, so that the broker's end of the link is an answer and no loss. */
  clientDetach: { readonly closed: boolean } | null;
  /** Set when the broker has ended the link with a reason of its own. */
  isEndedByBroker?: boolean;
}

const brokerAway: ErrorFields = {
  condition: condition.detachForced,
  description: "The broker that keeps this address cannot be reached at the moment. Nothing it had accepted is lost; attach again in a moment.",
};

function relayed(link: Link): RelayedLink {
  return link.attachment as RelayedLink;
}

/** The half of a relayed link that the client talks to. */
class ClientHalf implements LinkHandler {
  attached(): void {}

  transfer(link: Link, transfer: Transfer, isFirst: boolean, buffer: Buffer, payloadStart: number, payloadEnd: number): void {
    const peer = link.peer!;
    if (!peer.isLive) return;
    const { front } = relayed(link);
    if (isFirst || front.isBusy) front.pass(link, peer, transfer, isFirst, buffer, payloadStart, payloadEnd);
    else forwardFrame(link, peer, transfer, isFirst, buffer, payloadStart, payloadEnd);
  }

  flow(link: Link, flow: Flow): void {
    const peer = link.peer!;
    if (link.isSender) link.takeCredit(flow);
    if (peer.isLive) peer.session.passFlow(peer, flow);
  }

  detached(link: Link, closed: boolean, error: ErrorFields | null): void {
    relayed(link).clientDetach = { closed };
    const peer = link.peer!;
    if (peer.isLive) peer.close(error, closed);
    else link.answerDetach(closed, null);
  }

  lost(link: Link): void {
    const state = relayed(link);
    const { address } = state;
    if (address !== null) leaveLink(link, address);
    state.endAddress?.();
    link.peer?.close(null, false);
  }

  unsettledLost(): void {}
}

/** The half that talks to the broker. */
class BrokerHalf implements LinkHandler {
  attached(link: Link, answer: AttachFrame): void {
    const client = link.peer!;
    const state = relayed(link);
    if (!client.isLive) return;
    if (state.makeAddress !== undefined && answer.target?.address) {
      const name = state.makeAddress(answer.target.address);
      state.asked = { ...state.asked, target: terminusWith(answer.target, new Map([[0, name]])) };
    }
    const { asked, address } = state;
    if (!client.isSender) client.deliveryCount = asked.initialDeliveryCount;
    else client.deliveryCount = answer.initialDeliveryCount;
    client.sendAttach(rewriteForClient(answer, asked, state.space.name, address?.settings.maxMessageBytes ?? 0));
  }

  transfer(link: Link, transfer: Transfer, isFirst: boolean, buffer: Buffer, payloadStart: number, payloadEnd: number): void {
    const client = link.peer!;
    link.credit = unlimitedCredit;
    if (!client.isLive) return;
    const { front } = relayed(link);
    if (isFirst || front.isBusy) front.pass(link, client, transfer, isFirst, buffer, payloadStart, payloadEnd);
    else forwardFrame(link, client, transfer, isFirst, buffer, payloadStart, payloadEnd);
  }

  rejection(link: Link, buffer: Buffer, stateStart: number, stateEnd: number): Buffer {
    return relayed(link).names.inRejection(buffer, stateStart, stateEnd);
  }

  flow(link: Link, flow: Flow): void {
    const client = link.peer!;
    if (!client.isLive) return;
    if (link.isSender && flow.linkCredit >= 0) client.takeCredit(flow);
    client.session.passFlow(client, flow);
  }

  detached(link: Link, closed: boolean, error: ErrorFields | null): void {
    const client = link.peer!;
    const state = relayed(link);
    const { address, names } = state;
    state.isEndedByBroker = true;
    link.answerDetach(closed, null);
    client.close(errorForClient(error, address, names), closed);
  }

  detachAnswered(link: Link, error: ErrorFields | null): void {
    const client = link.peer!;
    const { clientDetach, address, names } = relayed(link);
    if (clientDetach !== null) client.answerDetach(clientDetach.closed, errorForClient(error, address, names));
  }

  lost(link: Link): void {
    const client = link.peer!;
    const { clientDetach, isEndedByBroker, asked, front } = relayed(link);
    front.drop();
    if (clientDetach !== null || isEndedByBroker || !client.isLive) return;
    if (client.state === "attaching") client.refuse(asked, brokerAway);
    else client.close(brokerAway);
  }

  unsettledLost(): void {}
}

const noBroker: ErrorFields = { condition: condition.notImplemented, description: "This gateway has no broker." };
const maxTemporaryMessageBytes = 100 * 1024 * 1024;
const unlimitedCredit = 0x7fff_ffff;
const clientHalf = new ClientHalf();
const brokerHalf = new BrokerHalf();

/** Joins clients' links to brokers: one link of ours at the broker for each of theirs. */
export class Relay implements AddressNode {
  readonly #brokers: ReadonlyMap<string, Broker>;
  readonly #clients = new Map<AmqpConnection, RelayClient>();

  constructor(brokers: readonly Broker[]) {
    this.#brokers = new Map(brokers.map((broker) => [broker.name, broker]));
  }

  register(connection: AmqpConnection, client: RelayClient): void {
    this.#clients.set(connection, client);
  }

  unregister(connection: AmqpConnection): void {
    this.#clients.delete(connection);
  }

  attach(session: Session, attach: AttachFrame, address: AddressEntry): void {
    const link = session.acceptLink(attach, clientHalf);
    const broker = this.#brokers.get(address.settings.broker);
    link.attachment = this.#relayed(link, address.space, address, attach);
    // The broker counts consumers of queues; each of a topic has one of its own.
    if (link.isSender && address.settings.addressType === "topic" && address.consumers >= address.settings.maxConsumers) {
      link.refuse(attach, consumersFull(address));
      return;
    }
    enterLink(link, address);
    if (broker === undefined) {
      link.refuse(attach, { condition: condition.internalError, description: `Address ${address.name} is on a broker that this gateway does not know. Its operator must add it to BROKER_URLS.` });
      return;
    }
    this.#join(link, broker, rewriteForBroker(attach, address));
  }

  /** Joins a link that names no address: a transaction coordinator, or a durable subscription by its link name. */
  attachUnnamed(session: Session, attach: AttachFrame, space: SpaceEntry): void {
    const link = session.acceptLink(attach, clientHalf);
    link.attachment = this.#relayed(link, space, null, attach);
    const broker = this.#brokerOf(session);
    if (broker === undefined) return link.refuse(attach, noBroker);
    this.#join(link, broker, {
      ...attach,
      name: brokerLinkName(attach, space.name, attach.desiredCapabilities),
      desiredCapabilities: attach.desiredCapabilities.filter((capability) => ["shared", "global"].includes(capability)),
    });
  }

  /** Makes a temporary queue or topic at a broker for a sender with a dynamic target, as JMS clients do. It lives as long as the link. */
  attachTemporary(directory: Directory, session: Session, attach: AttachFrame, space: SpaceEntry): void {
    const link = session.acceptLink(attach, clientHalf);
    const broker = this.#brokerOf(session);
    let made: AddressEntry | undefined;
    link.attachment = {
      ...this.#relayed(link, space, null, attach),
      makeAddress: (brokerAddress) => {
        const addressType = attach.target?.capabilities.includes("temporary-topic") ? "topic" : "queue";
        made = directory.addDynamic(space, `_temporary.${brokerAddress}`, session.connection, {
          addressType, brokerAddress, broker: broker!.name, maxMessageBytes: maxTemporaryMessageBytes, maxConsumers: 1000,
        });
        return made.name;
      },
      endAddress: () => made !== undefined && directory.deleteAddress(made),
    } satisfies RelayedLink;
    if (broker === undefined) return link.refuse(attach, noBroker);
    this.#join(link, broker, { ...attach, target: terminusWith(attach.target!, new Map([[0, null]])), desiredCapabilities: [] });
  }

  /**
   * Attaches a sender of the gateway's own to a stored address, beside the client's links and on the same connection to the broker.
   *
   * @param asked the attach of the client's link whose messages it carries, under a name of its own
   * @returns null when the gateway does not know the address' broker
   */
  attachOnward(client: Link, asked: AttachFrame, address: AddressEntry, handler: LinkHandler): Link | null {
    const broker = this.#brokers.get(address.settings.broker);
    if (broker === undefined) return null;
    const attach = rewriteForBroker({ ...asked, unsettled: null, incompleteUnsettled: false, initialDeliveryCount: 0 }, address);
    const link = this.#clients.get(client.session.connection)!.sessionFor(client.session, broker).createLink(attach.name, true, handler);
    // What it carries counts at the address at once: the client's link has no address to be counted at.
    link.counters = address.retired.incoming;
    link.sendAttach(attach);
    return link;
  }

  #relayed(link: Link, space: SpaceEntry, address: AddressEntry | null, asked: AttachFrame): RelayedLink {
    const names = brokerNamesOf(space);
    return { space, names, front: new FrontHold(asked.isReceiver ? names : originClaim, this.#clients.get(link.session.connection)!.frontsHeld), address, asked, clientDetach: null };
  }

  /** The broker of links without an address: the one that the session uses already, or the first. */
  #brokerOf(session: Session): Broker | undefined {
    const name = session.upstreams.keys().next().value ?? this.#brokers.keys().next().value;
    return name === undefined ? undefined : this.#brokers.get(name);
  }

  #join(link: Link, broker: Broker, attach: AttachFrame): void {
    const client = this.#clients.get(link.session.connection)!;
    const upstreamSession = client.sessionFor(link.session, broker);
    const upstream = upstreamSession.createLink(attach.name, !attach.isReceiver, brokerHalf);
    upstream.attachment = link.attachment;
    upstream.peer = link;
    link.peer = upstream;
    upstream.credit = unlimitedCredit;
    upstream.sendAttach(attach);
  }
}
