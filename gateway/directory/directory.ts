import type { GatewayAddress, GatewayCredential, GatewaySpace } from "#contracts/gateway-management.ts";
import { addressNameKey } from "#contracts/addresses/address-name-key.ts";
import { patternCovers } from "#contracts/naming.ts";
import { condition } from "../amqp/codes.ts";
import type { ErrorFields } from "../amqp/performatives.ts";
import type { Link, LinkCounters } from "../engine/link.ts";
import { newCounters } from "../engine/link.ts";
import { TurnShare } from "../engine/turns.ts";
import { Pace } from "../policy/pace.ts";
import type { AddressNode } from "./node.ts";

/** A client connection as far as the directory must know it: to end it, or links of it. */
export interface Member {
  /** Ends the connection with words. */
  close(error: ErrorFields): void;
  /** Ends the links that the login may not have any more. */
  reviewPermissions(): void;
  /** Ends the connection if it logged in with this secret. @param secretHash SHA-256 in base64 */
  endSecret(secretHash: string): void;
}

/** Counters of an address or connection: those of links that are gone, to which the live ones are added. */
export interface Retired {
  readonly incoming: LinkCounters;
  readonly outgoing: LinkCounters;
}

export function newRetired(): Retired {
  return { incoming: newCounters(), outgoing: newCounters() };
}

export interface SpaceEntry {
  readonly name: string;
  generation: number;
  maxConnections: number;
  /** Nobody is let in. */
  isClosed: boolean;
  /** Names of addresses that are made when a client asks for them. */
  autoCreatePatterns: readonly string[];
  readonly addresses: Map<string, AddressEntry>;
  readonly members: Set<Member>;
  /** Container ids that a connection has asked to be alone with. */
  readonly soleContainers: Set<string>;
  /** Its connections have their turns together. */
  readonly share: TurnShare;
  /** While others are there, it does no more of these than its pace allows. */
  readonly paces: { readonly connections: Pace; readonly links: Pace; readonly largeMessageBytes: Pace };
}

export interface AddressEntry {
  /** The name as its owner typed it. */
  readonly name: string;
  readonly space: SpaceEntry;
  readonly sinceMs: number;
  /** For addresses made by a link for as long as it lives: the connection that alone may receive there. Null for the management's. */
  readonly owner: object | null;
  settings: GatewayAddress;
  /** Client links at this address. */
  readonly links: Set<Link>;
  /** How many of them receive. */
  consumers: number;
  readonly retired: Retired;
  /** What its links talk to; made with the first link. */
  node: AddressNode | null;
}

export interface CredentialEntry {
  settings: GatewayCredential;
  /** Last login or end of a connection, in ms since the epoch; 0 for none since the start. */
  lastUsedMs: number;
  readonly members: Set<Member>;
}

export type Permissions = GatewayCredential["permissions"];

/** Stands between a topic and a subscription of it, here and on brokers; no name holds a colon. */
const topicDivider = "::";

/** Told to whoever has or wants a connection to a closed space. */
export const spaceIsClosed: ErrorFields = {
  condition: condition.unauthorizedAccess,
  description: "The tenant of this address space is suspended or about to be deleted. The console says why; who runs this installation can resume it.",
};

/** The name that permissions speak of: a subscription's own, also when its topic stands in front. */
export function ownName(requestedName: string): string {
  const divider = requestedName.indexOf(topicDivider);
  return divider < 0 ? requestedName : requestedName.slice(divider + topicDivider.length);
}

/** True when a login with these permissions may do this at an address of that name. */
export function isPermitted(permissions: Permissions, operation: "send" | "recv", addressName: string): boolean {
  return permissions.some((permission) => permission.operations.includes(operation) && patternCovers(permission.pattern, addressName));
}

/** What each space may do in a second while other spaces are there. */
export interface PaceRates {
  /** Connections that it opens, and links, a session counting like one: what is opened fast is felt by others, mostly as memory to be collected. */
  readonly connectionsPerSecond: number;
  readonly linksPerSecond: number;
  /** Bytes of large messages that it sends: brokers write them to the disk, which all spaces share. */
  readonly largeMessageBytesPerSecond: number;
}

/** A crowd that comes back after a failure waits a second at most. */
function paceOf(perSecond: number): Pace {
  return new Pace({ perSecond, atOnce: perSecond / 5, maxWaitMs: 1000, leastWaitMs: 20 });
}

/** What the management has told this gateway: spaces, their addresses, and who may log in. Ends links and connections when it changes. */
export class Directory {
  readonly spaces = new Map<string, SpaceEntry>();
  readonly credentials = new Map<string, CredentialEntry>();
  /** All address entities, by `<tenant>.<space>/<name>`, in the order told. */
  readonly addresses = new Map<string, AddressEntry>();
  readonly #rates: PaceRates;

  constructor(rates: PaceRates) {
    this.#rates = rates;
  }

  /** The address of that name in a space, `/` and `.` being the same; a subscription also as `<topic>::<name>`. */
  findAddress(space: SpaceEntry, requestedName: string): AddressEntry | undefined {
    const key = addressNameKey(requestedName);
    const divider = key.indexOf(topicDivider);
    if (divider < 0) return space.addresses.get(key);
    const topic = space.addresses.get(key.slice(0, divider));
    const subscription = space.addresses.get(key.slice(divider + topicDivider.length));
    if (topic?.settings.addressType !== "topic" || subscription?.settings.addressType !== "subscription") return undefined;
    return subscription.settings.brokerAddress.startsWith(topic.settings.brokerAddress + topicDivider) ? subscription : undefined;
  }

  /** @returns true when the space is new */
  putSpace(settings: GatewaySpace): boolean {
    const known = this.spaces.get(settings.name);
    const space = known ?? this.#newSpace(settings.name);
    space.generation = settings.generation;
    space.maxConnections = settings.maxConnections;
    space.isClosed = settings.isClosed;
    space.autoCreatePatterns = settings.autoCreatePatterns;
    if (space.isClosed) for (const member of space.members) member.close(spaceIsClosed);
    return known === undefined;
  }

  /** Ends the space's connections and forgets its addresses and credentials. */
  deleteSpace(space: SpaceEntry): void {
    for (const address of space.addresses.values()) this.deleteAddress(address);
    const error = { condition: condition.connectionForced, description: "The address space was deleted." };
    for (const member of space.members) member.close(error);
    for (const credential of this.credentials.values()) if (credential.settings.space === space.name) this.deleteCredential(credential);
    this.spaces.delete(space.name);
  }

  /** @returns true when the address is new; throws a RangeError when the name has no space */
  putAddress(settings: GatewayAddress): boolean {
    const divider = settings.name.indexOf("/");
    if (divider < 1) throw new RangeError("The name of an address is <tenant>.<space>/<address name>.");
    const spaceName = settings.name.slice(0, divider);
    const name = settings.name.slice(divider + 1);
    const space = this.spaces.get(spaceName) ?? this.#newSpace(spaceName);
    const known = this.addresses.get(settings.name);
    if (known === undefined) {
      this.#addAddress(space, name, settings, null);
      return true;
    }
    const before = known.settings;
    known.settings = settings;
    if (before.addressType !== settings.addressType || before.brokerAddress !== settings.brokerAddress || before.broker !== settings.broker) {
      closeLinks(known, { condition: condition.detachForced, description: `Address ${name} was moved. Attach again.` });
      known.node = null;
    }
    for (const link of known.links) link.maxMessageBytes = link.isSender ? 0 : settings.maxMessageBytes;
    return false;
  }

  /**
   * Makes an address that lives as long as a link: anybody in the space who was told its name may send there.
   *
   * @param owner connection that may receive from it
   */
  addDynamic(space: SpaceEntry, name: string, owner: object, settings: Omit<GatewayAddress, "name" | "generation">): AddressEntry {
    return this.#addAddress(space, name, { ...settings, name: `${space.name}/${name}`, generation: 0 }, owner);
  }

  deleteAddress(address: AddressEntry): void {
    if (address.owner === null) this.addresses.delete(address.settings.name);
    const key = addressNameKey(address.name);
    if (address.space.addresses.get(key) === address) address.space.addresses.delete(key);
    closeLinks(address, { condition: condition.resourceDeleted, description: `Address ${address.name} was deleted.` });
  }

  /** @returns true when the credential is new */
  putCredential(settings: GatewayCredential): boolean {
    if (!this.spaces.has(settings.space)) this.#newSpace(settings.space);
    const known = this.credentials.get(settings.name);
    if (known === undefined) {
      this.credentials.set(settings.name, { settings, lastUsedMs: 0, members: new Set() });
      return true;
    }
    const isOtherSpace = known.settings.space !== settings.space;
    const endedSecretHash = known.settings.previousSecretHash === settings.previousSecretHash ? "" : known.settings.previousSecretHash;
    known.settings = settings;
    const error = { condition: condition.unauthorizedAccess, description: "The credential belongs to another address space now." };
    for (const member of known.members) {
      if (isOtherSpace) member.close(error);
      else member.reviewPermissions();
      if (endedSecretHash !== "") member.endSecret(endedSecretHash);
    }
    return false;
  }

  deleteCredential(credential: CredentialEntry): void {
    this.credentials.delete(credential.settings.name);
    const error = { condition: condition.unauthorizedAccess, description: "The credential was revoked." };
    for (const member of credential.members) member.close(error);
  }

  #newSpace(name: string): SpaceEntry {
    const { connectionsPerSecond, linksPerSecond, largeMessageBytesPerSecond } = this.#rates;
    const paces = { connections: paceOf(connectionsPerSecond), links: paceOf(linksPerSecond), largeMessageBytes: paceOf(largeMessageBytesPerSecond) };
    const space: SpaceEntry = { name, generation: 0, maxConnections: 100, isClosed: false, autoCreatePatterns: [], addresses: new Map(), members: new Set(), soleContainers: new Set(), share: new TurnShare(), paces };
    this.spaces.set(name, space);
    return space;
  }

  #addAddress(space: SpaceEntry, name: string, settings: GatewayAddress, owner: object | null): AddressEntry {
    const entry: AddressEntry = { name, space, sinceMs: Date.now(), owner, settings, links: new Set(), consumers: 0, retired: newRetired(), node: null };
    space.addresses.set(addressNameKey(name), entry);
    if (owner === null) this.addresses.set(settings.name, entry);
    return entry;
  }
}

function closeLinks(address: AddressEntry, error: ErrorFields): void {
  for (const link of address.links) link.close(error);
}
