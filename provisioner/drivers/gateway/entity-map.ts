import { z } from "zod";
import { clientEventKinds } from "#contracts/connections/client-event.ts";
import {
  gatewayEntityTypes, type GatewayAddressRequest, type GatewayAddressStatistics, type GatewayClientEvent, type GatewayConnection, type GatewayCredentialUse, type GatewayLink, type GatewaySelf,
} from "#contracts/gateway-management.ts";
import type { GatewayEntity, GatewayEntityKind } from "../gateway-driver.ts";

export const entityTypeOf = {
  space: gatewayEntityTypes.space,
  address: gatewayEntityTypes.address,
  credential: gatewayEntityTypes.credential,
} as const satisfies Record<GatewayEntityKind, string>;

// Longs arrive as numbers while they are safe; beyond, rhea hands out a Buffer, which no entity of ours needs.
const spaceSchema = z.object({ name: z.string(), generation: z.number(), maxConnections: z.number(), isClosed: z.boolean(), autoCreatePatterns: z.array(z.string()) });
const addressSchema = z.object({
  name: z.string(),
  generation: z.number(),
  addressType: z.enum(["queue", "topic", "subscription", "anycast", "multicast"]),
  brokerAddress: z.string(),
  broker: z.string(),
  maxMessageBytes: z.number(),
  maxConsumers: z.number(),
});
const credentialSchema = z.object({
  name: z.string(),
  generation: z.number(),
  space: z.string(),
  permissions: z.array(z.object({ operations: z.array(z.string()), pattern: z.string() })),
  previousSecretHash: z.string(),
  previousSecretUntilMs: z.number(),
});
const credentialUseSchema = z.object({ name: z.string(), connections: z.number(), lastUsedMs: z.number() });
const addressStatisticsSchema = z.array(
  z.object({
    name: z.string(),
    since: z.number(),
    producers: z.number(),
    consumers: z.number(),
    taken: z.number(),
    refused: z.number(),
    delivered: z.number(),
    acknowledged: z.number(),
    rejected: z.number(),
    released: z.number(),
  }),
);
const addressRequestSchema = z.array(
  z.object({ name: z.string(), number: z.number(), login: z.string(), operation: z.enum(["send", "recv"]), remoteAddress: z.string() }),
);
const selfSchema = z.object({ name: z.literal("self"), incarnation: z.string(), synchronized: z.boolean() });

/** Reads an entity as a gateway answers it. @throws ZodError when the gateway speaks another version of the contract */
export function readEntity(kind: GatewayEntityKind, value: unknown): GatewayEntity {
  switch (kind) {
    case "space":
      return { kind, ...spaceSchema.parse(value) };
    case "address":
      return { kind, ...addressSchema.parse(value) };
    case "credential":
      return { kind, ...credentialSchema.parse(value) };
  }
}

/** @throws ZodError when the gateway speaks another version of the contract */
export function readCredentialUse(value: unknown): GatewayCredentialUse {
  return credentialUseSchema.parse(value);
}

/** @throws ZodError when the gateway speaks another version of the contract */
export function readAddressStatistics(value: unknown): GatewayAddressStatistics[] {
  return addressStatisticsSchema.parse(value);
}

const storable = z.string().transform(cleaned);
const connectionsSchema = z.array(
  z.object({
    name: z.string(), container: storable, space: z.string(), login: storable, isPerson: z.boolean(), remoteAddress: z.string(), transport: z.string(), encrypted: z.boolean(),
    product: storable, version: storable, since: z.number(), links: z.number(), incomingDeliveries: z.number(), outgoingDeliveries: z.number(),
  }),
);
const linksSchema = z.array(
  z.object({
    name: z.string(), linkName: storable, connection: z.string(), space: z.string(), address: storable, direction: z.enum(["incoming", "outgoing"]), since: z.number(),
    credit: z.number(), unsettled: z.number(), deliveries: z.number(), bytes: z.number(), accepted: z.number(), rejected: z.number(), released: z.number(),
    modified: z.number(), presettled: z.number(), dropped: z.number(),
  }),
);
const clientEventsSchema = z.array(
  z.object({
    sequence: z.number(), kind: z.enum(clientEventKinds), space: z.string(), count: z.number(), firstMs: z.number(), lastMs: z.number(), connection: z.number(),
    container: storable, login: storable, isPerson: z.boolean(), remoteAddress: z.string(), address: storable, role: z.enum(["sender", "receiver", ""]),
    condition: storable, text: storable,
  }),
);

/** Clients name things as they like; a database holds no NUL and no half of a surrogate pair. */
function cleaned(text: string): string {
  return text.slice(0, 1000).replaceAll("\0", "\uFFFD").toWellFormed();
}

/** @throws ZodError when the gateway speaks another version of the contract */
export function readConnections(value: unknown): GatewayConnection[] {
  return connectionsSchema.parse(value);
}

/** @throws ZodError when the gateway speaks another version of the contract */
export function readLinks(value: unknown): GatewayLink[] {
  return linksSchema.parse(value);
}

/** @throws ZodError when the gateway speaks another version of the contract */
export function readClientEvents(value: unknown): GatewayClientEvent[] {
  return clientEventsSchema.parse(value);
}

/** @throws ZodError when the gateway speaks another version of the contract */
export function readAddressRequests(value: unknown): GatewayAddressRequest[] {
  return addressRequestSchema.parse(value);
}

/** @throws ZodError when the gateway speaks another version of the contract */
export function readSelf(value: unknown): GatewaySelf {
  return selfSchema.parse(value);
}

/** True when both tell a gateway the same, down to each attribute. */
export function isSameEntity(one: GatewayEntity, other: GatewayEntity): boolean {
  return canonical(one) === canonical(other);
}

function canonical(entity: GatewayEntity): string {
  return JSON.stringify(Object.entries(entity).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, key === "permissions" ? plain(value as readonly object[]) : value]));
}

function plain(permissions: readonly object[]): unknown {
  return permissions.map((permission) => Object.entries(permission).sort(([a], [b]) => (a < b ? -1 : 1)));
}
