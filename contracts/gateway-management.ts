import type { ClientEventKind } from "./connections/client-event.ts";

/**
 * What the provisioner tells gateways over AMQP management (OASIS AMQP Management 1.0 working draft: operations CREATE,
 * READ, UPDATE, DELETE, QUERY on node `$management`). All values are plain AMQP types: string, long, boolean, list, map.
 *
 * Requests carry the application properties `operation`, `type`, `name` (`entityType` for QUERY, with optional `offset`
 * and `count`) and a map body; replies carry `statusCode`, `statusDescription` and the entity as a map, or for QUERY
 * `{attributeNames: list, results: list of lists, total: long, incarnation: string}`. CREATE of an entity that is there is an UPSERT and
 * answers 200 rather than 201, so that retries are safe. A CREATE, UPDATE or DELETE whose `generation` is lower than the
 * one held answers 409 and changes nothing: a late writer cannot undo a newer one.
 */
export const gatewayEntityTypes = {
  space: "postroom.space",
  address: "postroom.address",
  /** Links and counters of the addresses that have had any traffic or link since the gateway holds them; for QUERY only. */
  addressStatistics: "postroom.address-statistics",
  credential: "postroom.credential",
  credentialUse: "postroom.credentialUse",
  connection: "postroom.connection",
  link: "postroom.link",
  /**
   * What happened to clients, oldest first; for QUERY only. Here `offset` is the sequence number of the last event that the caller
   * has: what is up to it is forgotten. The body names the `incarnation` that the number is of; with another one it counts as 0.
   */
  clientEvent: "postroom.client-event",
  gateway: "postroom.gateway",
  /**
   * Attaches that wait for an address to be made, one for each name. QUERY with `after` (a `number`) and `waitMs` answers those
   * with a higher number, as soon as there is one or the time is over; DELETE with {@link GatewayAddressAnswer} ends the wait.
   */
  addressRequest: "postroom.addressRequest",
} as const;

export interface GatewaySpace {
  /** `<tenant>.<space>`. */
  readonly name: string;
  readonly generation: number;
  readonly maxConnections: number;
  /** Its tenant is suspended or about to be deleted: nobody is let in. */
  readonly isClosed: boolean;
  /** Names for which an attach to an unknown address asks the provisioner to make it, see {@link GatewayAddressRequest}. */
  readonly autoCreatePatterns: readonly string[];
}

/** A client wants to attach to an address that is not there, and a pattern of its space covers the name. */
export interface GatewayAddressRequest {
  /** `<tenant>.<space>/<address name>` */
  readonly name: string;
  /** Rises with each request of a gateway. */
  readonly number: number;
  /** Login of the credential, which may do the operation at an address of that name. */
  readonly login: string;
  readonly operation: "send" | "recv";
  /** Network address of the client. */
  readonly remoteAddress: string;
}

/** How a request ended: with empty strings the address is there, else what the clients are told. */
export interface GatewayAddressAnswer {
  /** An AMQP error condition. */
  readonly condition: string;
  readonly description: string;
}

/** A subscription is a durable queue of a topic with a name of its own; clients read from it by that name or as `<topic>::<name>`. */
export type GatewayAddressType = "queue" | "topic" | "subscription" | "anycast" | "multicast";

export interface GatewayAddress {
  /** `<tenant>.<space>/<address name>`; slugs hold no slash, so the first one divides. */
  readonly name: string;
  readonly generation: number;
  readonly addressType: GatewayAddressType;
  /**
   * Address on the broker for stored types, for a subscription `<address of its topic>::<its queue>`; empty for direct ones.
   */
  readonly brokerAddress: string;
  /** Name of the broker in `BROKER_URLS` for stored types; empty for direct ones. */
  readonly broker: string;
  readonly maxMessageBytes: number;
  readonly maxConsumers: number;
}

/** What a gateway has counted at an address since `since`; a gateway or address that begins anew has a later `since`. */
export interface GatewayAddressStatistics {
  /** `<tenant>.<space>/<address name>` */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly producers: number;
  readonly consumers: number;
  /** What producers sent and the address took: accepted or pre-settled. */
  readonly taken: number;
  /** Producers' messages that were rejected. */
  readonly refused: number;
  /** Handed to consumers, each attempt counted. */
  readonly delivered: number;
  /** Handed to consumers and accepted, or pre-settled. */
  readonly acknowledged: number;
  readonly rejected: number;
  /** Given back by consumers: released or modified. */
  readonly released: number;
}

export interface GatewayCredential {
  /** The login, `<tenant>.<space>.<name>`, which is also the `azp` of its tokens. */
  readonly name: string;
  readonly generation: number;
  /** `<tenant>.<space>` whose addresses it can reach. */
  readonly space: string;
  readonly permissions: readonly { readonly operations: readonly string[]; readonly pattern: string }[];
  /** SHA-256 in base64 of the secret that a rotation replaced, which is taken beside the new one for a while; empty for none. */
  readonly previousSecretHash: string;
  /** Until when it is taken, in ms since the epoch; 0 for none. */
  readonly previousSecretUntilMs: number;
}

/** Use of a credential here: listed (QUERY only) while it has connections, and for some minutes after the last one ended. */
export interface GatewayCredentialUse {
  /** The login. */
  readonly name: string;
  readonly connections: number;
  /** Its last login or end of a connection in ms since the epoch; now while it has connections. */
  readonly lastUsedMs: number;
}

/** Counters of one direction of a connection or of a link. */
export interface GatewayCounters {
  readonly deliveries: number;
  readonly bytes: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly released: number;
  readonly modified: number;
  readonly presettled: number;
  readonly dropped: number;
}

/** A client connection that has logged in. */
export interface GatewayConnection {
  /** Its number at this gateway since the gateway's start. */
  readonly name: string;
  readonly container: string;
  /** `<tenant>.<space>` */
  readonly space: string;
  /** A credential's login, or the e-mail address of a person at the test client. */
  readonly login: string;
  readonly isPerson: boolean;
  readonly remoteAddress: string;
  /** `amqp`, `amqps`, `ws` or `wss`. */
  readonly transport: string;
  readonly encrypted: boolean;
  /** What the client says it is made with; empty when it does not. */
  readonly product: string;
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly links: number;
  /** Deliveries that the client has sent and received since then. */
  readonly incomingDeliveries: number;
  readonly outgoingDeliveries: number;
}

/** A link of a client. */
export interface GatewayLink extends GatewayCounters {
  /** Its number at this gateway since the gateway's start. */
  readonly name: string;
  readonly linkName: string;
  /** Name of its connection. */
  readonly connection: string;
  readonly space: string;
  /** Name of the address; empty for links that name none. */
  readonly address: string;
  /** `incoming`: the client sends. */
  readonly direction: "incoming" | "outgoing";
  readonly since: number;
  readonly credit: number;
  readonly unsettled: number;
}

/** Something that happened to a client, or several times the same. Words are the last one's. */
export interface GatewayClientEvent {
  readonly sequence: number;
  readonly kind: ClientEventKind;
  readonly space: string;
  readonly count: number;
  /** Milliseconds since the epoch. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** Number of the connection; 0 for none. */
  readonly connection: number;
  readonly container: string;
  readonly login: string;
  readonly isPerson: boolean;
  readonly remoteAddress: string;
  readonly address: string;
  /** What the client is there; empty for what concerns no link. */
  readonly role: "sender" | "receiver" | "";
  readonly condition: string;
  readonly text: string;
}

/** The gateway itself: one entity with the name `self`. */
export interface GatewaySelf {
  readonly name: "self";
  /** Changes with each start: everything must be told again. */
  readonly incarnation: string;
  /** Set by the provisioner (UPDATE) when all spaces, addresses and credentials have been told; only then is it ready. */
  readonly synchronized: boolean;
}

export function gatewayAddressName(spaceIdValue: string, addressName: string): string {
  return `${spaceIdValue}/${addressName}`;
}
