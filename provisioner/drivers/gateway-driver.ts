import type {
  GatewayAddress, GatewayAddressAnswer, GatewayAddressRequest, GatewayAddressStatistics, GatewayClientEvent, GatewayConnection, GatewayCredential, GatewayCredentialUse, GatewayLink, GatewaySelf, GatewaySpace,
} from "#contracts/gateway-management.ts";
import type { WorkWindow } from "../work-window.ts";
import type { Part } from "./part.ts";

/** What a gateway is told, and its kind. */
export type GatewayEntity =
  | ({ readonly kind: "space" } & GatewaySpace)
  | ({ readonly kind: "address" } & GatewayAddress)
  | ({ readonly kind: "credential" } & GatewayCredential);
export type GatewayEntityKind = GatewayEntity["kind"];

/** How far a gateway's events have been read. */
export interface JournalPlace {
  readonly incarnation: string;
  readonly sequence: number;
}

/** The clients of a gateway, as it lists them. */
export interface GatewayClients {
  readonly incarnation: string;
  readonly connections: readonly GatewayConnection[];
  /** Each of a connection that is listed. */
  readonly links: readonly GatewayLink[];
}

/** Connections in all spaces of a tenant. */
export interface ConnectionsOfLogin {
  readonly tenantSlug: string;
  /** Login of an application, or a person's e-mail address. */
  readonly login: string;
  /** Only those that a person has opened with this login at Keycloak; all when it is empty. */
  readonly loginSession?: string;
}

/**
 * One gateway. Each operation is idempotent and throws PostroomError: `unavailable` or `time-out` when the gateway did not
 * (verifiably) do it, `conflict` when it holds a newer generation, `invalid-input` or `internal` when it refused otherwise.
 */
export interface GatewayDriver extends Part {
  /** Name in `GATEWAY_MANAGEMENT_URLS`. */
  readonly name: string;
  /** The gateway holds the entity in this or a newer generation when this resolves. */
  upsert(entity: GatewayEntity, window: WorkWindow): Promise<void>;
  /** The gateway does not hold the entity in this or an older generation when this resolves, and its links have ended. */
  remove(kind: GatewayEntityKind, name: string, generation: number, window: WorkWindow): Promise<void>;
  /** Everything of one kind that the gateway holds. */
  list(kind: GatewayEntityKind, window: WorkWindow): Promise<GatewayEntity[]>;
  /** Credentials that have connections here, or had some minutes ago. */
  listCredentialUse(window: WorkWindow): Promise<GatewayCredentialUse[]>;
  /** Links and counters of all addresses with any traffic or link. */
  readStatistics(window: WorkWindow): Promise<GatewayAddressStatistics[]>;
  /** All connections that have logged in, and their links. */
  readClients(window: WorkWindow): Promise<GatewayClients>;
  /**
   * Events behind this place, at most some thousands, and the gateway's incarnation: in another one all events are new. The gateway
   * forgets those up to the place.
   */
  readClientEvents(after: JournalPlace, window: WorkWindow): Promise<{ readonly incarnation: string; readonly events: readonly GatewayClientEvent[] }>;
  /**
   * The connection of this number is not open when this resolves.
   * @param incarnationStart beginning of the incarnation in which it has the number
   * @param reason told to the client
   */
  closeConnection(incarnationStart: string, number: number, reason: string, window: WorkWindow): Promise<void>;
  /** No connection of these is open when this resolves. @param reason told to the clients */
  closeConnections(which: ConnectionsOfLogin, reason: string, window: WorkWindow): Promise<void>;
  /** Addresses that clients wait for, of requests with a higher number; when there is none, the next that comes within `waitMs`. */
  nextAddressRequests(after: number, waitMs: number, window: WorkWindow): Promise<GatewayAddressRequest[]>;
  /** Nobody waits for the address when this resolves: whoever did was told. */
  answerAddressRequest(name: string, answer: GatewayAddressAnswer, window: WorkWindow): Promise<void>;
  /** Links of clients at one address; 0 when the gateway does not hold it. */
  countLinks(addressName: string, window: WorkWindow): Promise<number>;
  self(window: WorkWindow): Promise<GatewaySelf>;
  /** Tells the gateway that it knows everything, so that it opens to clients. */
  setSynchronized(window: WorkWindow): Promise<void>;
}
