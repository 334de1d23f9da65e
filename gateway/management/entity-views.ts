import type { GatewayAddressStatistics } from "#contracts/gateway-management.ts";
import type { Writable } from "../amqp/value-writer.ts";
import type { AddressEntry, CredentialEntry, Retired, SpaceEntry } from "../directory/directory.ts";
import { sumCounters } from "../directory/link-register.ts";
import type { Link } from "../engine/link.ts";
import type { ClientConnection } from "../entrance/client-connection.ts";

export type EntityView = Readonly<Record<string, Writable>>;

/** Counters in both directions; incoming is what clients sent, outgoing what they received. Times are ms since the epoch. */
function countersView({ incoming, outgoing }: Retired): EntityView {
  return {
    incomingDeliveries: incoming.deliveries,
    incomingBytes: incoming.bytes,
    incomingAccepted: incoming.accepted,
    incomingRejected: incoming.rejected,
    incomingReleased: incoming.released,
    incomingModified: incoming.modified,
    incomingPresettled: incoming.presettled,
    incomingDropped: incoming.dropped,
    outgoingDeliveries: outgoing.deliveries,
    outgoingBytes: outgoing.bytes,
    outgoingAccepted: outgoing.accepted,
    outgoingRejected: outgoing.rejected,
    outgoingReleased: outgoing.released,
    outgoingModified: outgoing.modified,
    outgoingPresettled: outgoing.presettled,
    outgoingDropped: outgoing.dropped,
  };
}

function linkSums(links: Iterable<Link>): EntityView {
  let producers = 0;
  let consumers = 0;
  let incomingUnsettled = 0;
  let outgoingUnsettled = 0;
  let producerCredit = 0;
  let consumerCredit = 0;
  for (const link of links) {
    if (link.isSender) {
      consumers += 1;
      outgoingUnsettled += link.unsettled;
      consumerCredit += link.credit;
    } else {
      producers += 1;
      incomingUnsettled += link.unsettled;
      producerCredit += link.credit;
    }
  }
  return { producers, consumers, incomingUnsettled, outgoingUnsettled, producerCredit, consumerCredit };
}

export function spaceView(space: SpaceEntry): EntityView {
  return { name: space.name, generation: space.generation, maxConnections: space.maxConnections, isClosed: space.isClosed, autoCreatePatterns: space.autoCreatePatterns, connections: space.members.size, addresses: space.addresses.size };
}

export function addressView(address: AddressEntry): EntityView {
  return { ...address.settings, since: address.sinceMs, ...linkSums(address.links), ...countersView(sumCounters(address.retired, address.links)) };
}

/** {@link GatewayAddressStatistics}: few values, since all addresses with traffic are read every few seconds. */
export function addressStatisticsView(address: AddressEntry): EntityView {
  const { incoming, outgoing } = sumCounters(address.retired, address.links);
  let consumers = 0;
  for (const link of address.links) if (link.isSender) consumers += 1;
  const view: GatewayAddressStatistics = {
    name: address.settings.name,
    since: address.sinceMs,
    producers: address.links.size - consumers,
    consumers,
    taken: incoming.accepted + incoming.presettled,
    refused: incoming.rejected,
    delivered: outgoing.deliveries,
    acknowledged: outgoing.accepted + outgoing.presettled,
    rejected: outgoing.rejected,
    released: outgoing.released + outgoing.modified,
  };
  return { ...view };
}

/** True when there is anything in {@link addressStatisticsView} beside zeros. */
export function hasStatistics({ links, retired }: AddressEntry): boolean {
  return links.size > 0 || retired.incoming.deliveries > 0 || retired.outgoing.deliveries > 0;
}

export function credentialView({ settings, members }: CredentialEntry): EntityView {
  return {
    name: settings.name,
    generation: settings.generation,
    space: settings.space,
    permissions: settings.permissions.map(({ operations, pattern }) => new Map<string, Writable>([["operations", operations], ["pattern", pattern]])),
    previousSecretHash: settings.previousSecretHash,
    previousSecretUntilMs: settings.previousSecretUntilMs,
    connections: members.size,
  };
}

export function credentialUseView({ settings, members, lastUsedMs }: CredentialEntry): EntityView {
  return { name: settings.name, connections: members.size, lastUsedMs: members.size > 0 ? Date.now() : lastUsedMs };
}

/** Few values, since all connections are read every few seconds. */
export function connectionView(connection: ClientConnection): EntityView {
  const { amqp, identity } = connection;
  const links = [...connection.links()];
  const counted = sumCounters(amqp.retired, links);
  return {
    name: String(amqp.number),
    container: connection.containerId,
    space: identity?.space.name ?? "",
    login: identity?.login ?? "",
    loginSession: identity?.loginSession ?? "",
    isPerson: identity !== null && identity.credential === null,
    remoteAddress: amqp.stream.remoteAddress,
    transport: amqp.stream.scheme,
    encrypted: amqp.stream.isEncrypted,
    product: amqp.remoteOpen?.product ?? "",
    version: amqp.remoteOpen?.version ?? "",
    state: amqp.state,
    since: amqp.sinceMs,
    links: links.length,
    bufferedBytes: amqp.bufferedBytes,
    incomingDeliveries: counted.incoming.deliveries,
    outgoingDeliveries: counted.outgoing.deliveries,
  };
}

export function linkView(connection: ClientConnection, link: Link): EntityView {
  const { counters } = link;
  return {
    name: String(link.number),
    linkName: link.name,
    connection: String(connection.amqp.number),
    space: connection.identity?.space.name ?? "",
    address: link.addressName,
    direction: link.isSender ? "outgoing" : "incoming",
    since: link.sinceMs,
    credit: link.credit,
    unsettled: link.unsettled,
    ...counters,
  };
}
