import type { GatewayClientEvent, GatewayConnection, GatewayLink } from "#contracts/gateway-management.ts";
import type { ConnectionProtocol } from "#contracts/connections/connection.ts";

/** A row of `connection` as it is to stand there; the space by the slugs of its tenant and itself. */
export interface ConnectionRow {
  readonly id: string;
  readonly space: string;
  readonly gateway: string;
  readonly container: string;
  readonly login: string;
  readonly is_person: boolean;
  readonly remote_address: string;
  readonly protocol: ConnectionProtocol;
  readonly is_encrypted: boolean;
  readonly product: string;
  readonly version: string;
  readonly since: string;
  readonly links: number;
  readonly in_rate: number | null;
  readonly out_rate: number | null;
  readonly count_in: number;
  readonly count_out: number;
}

/** A row of `link`; its space is its connection's. */
export interface LinkRow {
  readonly id: string;
  readonly connection_id: string;
  readonly address_name: string;
  readonly link_name: string;
  readonly role: "sender" | "receiver";
  readonly since: string;
  readonly rate: number | null;
  readonly credit: number;
  readonly unsettled: number;
  readonly deliveries: number;
  readonly bytes: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly released: number;
  readonly modified: number;
  readonly presettled: number;
  readonly dropped: number;
}

/** A row of `client_event`. */
export interface ClientEventRow {
  readonly id: string;
  readonly space: string;
  readonly kind: string;
  readonly at: string;
  readonly first_at: string;
  readonly count: number;
  readonly gateway: string;
  readonly connection_id: string;
  readonly container: string;
  readonly login: string;
  readonly is_person: boolean;
  readonly remote_address: string;
  readonly address_name: string;
  readonly role: string | null;
  readonly condition: string;
  readonly text: string;
}

/** `<gateway>-<start of its incarnation>`: what ids of everything at it begin with. */
export function sourceOf(gateway: string, incarnation: string): string {
  return `${gateway}-${incarnation.slice(0, 8)}`;
}

/** Gateway, start of its incarnation, and number of a connection; undefined when it is no id of one. */
export function readConnectionId(id: string): { gateway: string; incarnationStart: string; number: number } | undefined {
  const [, gateway, incarnationStart, number] = /^(.+)-([0-9a-f]{8})-(\d{1,15})$/.exec(id) ?? [];
  return gateway === undefined || incarnationStart === undefined ? undefined : { gateway, incarnationStart, number: Number(number) };
}

const protocols: Readonly<Record<string, ConnectionProtocol>> = { amqp: "amqp", amqps: "amqps", ws: "websocket", wss: "websocket", mqtt: "mqtt", mqtts: "mqtts" };

/** @param rateOf what was counted since the last pass as a rate per second; null while that is not known */
export function connectionRow(source: string, gateway: string, read: GatewayConnection, rateOf: (now: number, before: number | undefined) => number | null, before: ConnectionRow | undefined): ConnectionRow {
  return {
    id: `${source}-${read.name}`,
    space: read.space,
    gateway,
    container: read.container,
    login: read.login,
    is_person: read.isPerson,
    remote_address: read.remoteAddress,
    protocol: protocols[read.transport] ?? "amqp",
    is_encrypted: read.encrypted,
    product: read.product,
    version: read.version,
    since: new Date(read.since).toISOString(),
    links: read.links,
    in_rate: rateOf(read.incomingDeliveries, before?.count_in),
    out_rate: rateOf(read.outgoingDeliveries, before?.count_out),
    count_in: read.incomingDeliveries,
    count_out: read.outgoingDeliveries,
  };
}

export function linkRow(source: string, read: GatewayLink, rateOf: (now: number, before: number | undefined) => number | null, before: LinkRow | undefined): LinkRow {
  const connectionId = `${source}-${read.connection}`;
  return {
    id: `${connectionId}-${read.name}`,
    connection_id: connectionId,
    address_name: read.address,
    link_name: read.linkName,
    role: read.direction === "incoming" ? "sender" : "receiver",
    since: new Date(read.since).toISOString(),
    rate: rateOf(read.deliveries, before?.deliveries),
    credit: read.credit,
    unsettled: read.unsettled,
    deliveries: read.deliveries,
    bytes: read.bytes,
    accepted: read.accepted,
    rejected: read.rejected,
    released: read.released,
    modified: read.modified,
    presettled: read.presettled,
    dropped: read.dropped,
  };
}

/** Ages that no partition takes are moved to its edges: gateways have clocks of their own. */
const oldestEventMs = 6 * 86_400_000;

export function eventRow(source: string, gateway: string, event: GatewayClientEvent, nowMs: number): ClientEventRow {
  const at = Math.min(nowMs, Math.max(event.lastMs, nowMs - oldestEventMs));
  return {
    id: `${source}-${event.sequence}`,
    space: event.space,
    kind: event.kind,
    at: new Date(at).toISOString(),
    first_at: new Date(Math.min(at, event.firstMs)).toISOString(),
    count: Math.min(event.count, 2_147_483_647),
    gateway,
    connection_id: event.connection === 0 ? "" : `${source}-${event.connection}`,
    container: event.container,
    login: event.login,
    is_person: event.isPerson,
    remote_address: event.remoteAddress,
    address_name: event.address,
    role: event.role === "" ? null : event.role,
    condition: event.condition,
    text: event.text,
  };
}

/** True when both rows say the same, field by field. */
export function isSameRow<T extends object>(one: T, other: T): boolean {
  return (Object.keys(one) as (keyof T)[]).every((key) => one[key] === other[key]);
}
