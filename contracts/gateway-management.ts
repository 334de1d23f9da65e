/**
 * What the provisioner tells gateways over AMQP management (OASIS AMQP Management 1.0 working draft: operations CREATE,
 * READ, UPDATE, DELETE, QUERY on node `$management`). All values are plain AMQP types: string, long, boolean, list, map.
 *
 * Requests carry the application properties `operation`, `type`, `name` (`entityType` for QUERY, with optional `offset`
 * and `count`) and a map body; replies carry `statusCode`, `statusDescription` and the entity as a map, or for QUERY
 * `{attributeNames: list, results: list of lists, total: long}`. CREATE of an entity that is there is an UPSERT and
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
  gateway: "postroom.gateway",
} as const;

export interface GatewaySpace {
  /** `<tenant>.<space>`. */
  readonly name: string;
  readonly generation: number;
  readonly maxConnections: number;
  /** Its tenant is suspended or about to be deleted: nobody is let in. */
  readonly isClosed: boolean;
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
