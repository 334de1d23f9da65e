import { code, condition } from "../amqp/codes.ts";
import type { AttachFrame, ErrorFields } from "../amqp/performatives.ts";
import { type AddressEntry, isPermitted, ownName } from "../directory/directory.ts";
import type { AddressNode } from "../directory/node.ts";
import type { LinkHandler } from "../engine/link.ts";
import type { Session } from "../engine/session.ts";
import { Anycast } from "../exchange/anycast.ts";
import { Multicast } from "../exchange/multicast.ts";
import { attachReplyReceiver } from "../exchange/reply-node.ts";
import { type Identity, permissionsOf } from "../policy/identity.ts";
import { AnonymousSender, type FindTarget } from "./anonymous-sender.ts";
import type { Entrance } from "./entrance.ts";
import { waitForAddress } from "./waiting-attach.ts";

const maxReplyBytes = 1024 * 1024;

/** Handler of links that were refused before they were joined to anything. */
const refusedLink: LinkHandler = {
  attached() {},
  transfer() {},
  flow() {},
  detached: (link, closed) => link.answerDetach(closed, null),
  lost() {},
  unsettledLost() {},
};

/**
 * Decides what a client's attach is joined to. The space is the login's; the names asked for are only ever looked up in it,
 * so that a full broker address, a queue name with `::`, a management address or a pattern is a name like any other that is
 * not there.
 *
 * @param attachAgain comes back to an attach that waited for its address to be made; without it none waits
 */
export function resolveAttach(entrance: Entrance, identity: Identity, session: Session, attach: AttachFrame, attachAgain: (() => void) | null): void {
  const { directory, relay } = entrance;
  const { space } = identity;
  const terminus = attach.isReceiver ? attach.source : attach.target;
  if (terminus === null || terminus.descriptor === code.coordinator) {
    if (terminus !== null || attach.isReceiver) return relay.attachUnnamed(session, attach, space);
    return refuse(session, attach, notImplemented("An attach needs a target address here: open a link to each address instead of one without."));
  }
  if (terminus.dynamic) {
    if (attach.isReceiver) return attachReplyReceiver(directory, space, session, attach, maxReplyBytes);
    return relay.attachTemporary(directory, session, attach, space);
  }
  const operation = attach.isReceiver ? "recv" : "send";
  const find = (name: string): Found => findAddress(entrance, identity, session, operation, name);
  if (terminus.address === null || terminus.address === "") {
    if (!attach.isReceiver) return AnonymousSender.attach(relay, session, attach, (name) => findOrMake(entrance, identity, session, name));
    return refuse(session, attach, notImplemented("A receiver's attach needs an address: name the address to receive from."));
  }
  const found = find(terminus.address);
  if ("refusal" in found) {
    if (attachAgain !== null && isMade(entrance, identity, found, terminus.address)) {
      return waitForAddress(entrance.requests, identity, session, attach, terminus.address, attachAgain);
    }
    return refuse(session, attach, found.refusal);
  }
  found.node.attach(session, attach, found.address);
}

type Found = { readonly address: AddressEntry; readonly node: AddressNode } | { readonly refusal: ErrorFields; readonly isUnknown?: boolean };

/** Whether the space makes an address of that name for the login, since it is not there. Never for a person who tries things out. */
function isMade({ requests }: Entrance, { space, credential }: Identity, found: Found, name: string): boolean {
  return "refusal" in found && found.isUnknown === true && credential !== null && requests.covers(space, name);
}

/** As {@link findAddress} for a message of a sender that names no address in its attach. */
function findOrMake(entrance: Entrance, identity: Identity, session: Session, name: string): ReturnType<FindTarget> {
  const found = findAddress(entrance, identity, session, "send", name);
  if (!("refusal" in found) || !isMade(entrance, identity, found, name)) return found;
  const who = { login: identity.login, operation: "send", remoteAddress: session.connection.stream.remoteAddress } as const;
  return { refusal: found.refusal, make: (waiter) => entrance.requests.ask(identity.space, name, who, waiter) };
}

/** Looks a name up in the login's space. Permission is checked first: who may not use a name does not learn whether it exists. */
function findAddress(entrance: Entrance, identity: Identity, session: Session, operation: "send" | "recv", name: string): Found {
  const address = entrance.directory.findAddress(identity.space, name);
  const isTemporary = address !== undefined && address.owner !== null && (operation === "send" || address.owner === session.connection);
  if (!isTemporary && !isPermitted(permissionsOf(identity), operation, ownName(name))) {
    return {
      refusal: {
        condition: condition.unauthorizedAccess,
        description: `This login may not ${operation === "recv" ? "receive from" : "send to"} ${shown(name)}. A tenant-admin can give it the permission.`,
      },
    };
  }
  if (address === undefined || (address.owner !== null && !isTemporary)) {
    return {
      refusal: { condition: condition.notFound, description: `There is no address ${shown(name)} in this address space. Check its spelling, or create it in the console.` },
      isUnknown: address === undefined,
    };
  }
  if (operation === "send" && address.settings.addressType === "subscription") {
    return { refusal: { condition: condition.notAllowed, description: `${shown(name)} is a subscription, from which one receives. Send to its topic.` } };
  }
  return { address, node: nodeOf(entrance, address) };
}

function nodeOf({ relay }: Entrance, address: AddressEntry): AddressNode {
  if (address.node !== null) return address.node;
  const { addressType } = address.settings;
  if (addressType === "anycast") address.node = new Anycast(address);
  else if (addressType === "multicast") address.node = new Multicast(address);
  else address.node = relay;
  return address.node;
}

function refuse(session: Session, attach: AttachFrame, error: ErrorFields): void {
  session.acceptLink(attach, refusedLink).refuse(attach, error);
}

function notImplemented(description: string): ErrorFields {
  return { condition: condition.notImplemented, description };
}

/** A name that a client made up, short enough for a message. */
function shown(name: string): string {
  return name.length > 100 ? `${name.slice(0, 100)}…` : name;
}
