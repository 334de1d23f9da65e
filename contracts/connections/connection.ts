import { z } from "zod";
import { getAddressSchema, spaceScopeSchema } from "../addresses/address.ts";
import { lookupTextSchema } from "../naming.ts";

export const connectionProtocols = ["amqp", "amqps", "websocket", "mqtt", "mqtts"] as const;
export type ConnectionProtocol = (typeof connectionProtocols)[number];

/** A messaging client's connection, as of the last sample. */
export const connectionSchema = z.object({
  id: z.string(),
  gateway: z.string(),
  /** Container id of AMQP, client id of MQTT: what the client calls itself. */
  container: z.string(),
  /** A credential's login, or the e-mail address of a person at the test client. */
  login: z.string(),
  isPerson: z.boolean(),
  /** Network address that the client comes from. */
  remoteAddress: z.string(),
  protocol: z.enum(connectionProtocols),
  isEncrypted: z.boolean(),
  /** What the client says it is made with; empty when it does not. */
  product: z.string(),
  version: z.string(),
  since: z.iso.datetime(),
  links: z.int(),
  /** Messages per second that the client sends and receives; null while that is not known. */
  inRate: z.number().nullable(),
  outRate: z.number().nullable(),
  /** Messages that it has sent and received since then, each attempt counted. */
  countIn: z.int(),
  countOut: z.int(),
  /** Since when its gateway has not answered, so that nothing of this is sure; null while it does. */
  notKnownSince: z.iso.datetime().nullable(),
});
export type Connection = z.infer<typeof connectionSchema>;

/** A link of a client, as of the last sample, and whose it is. */
export const linkSchema = z.object({
  id: z.string(),
  connectionId: z.string(),
  container: z.string(),
  login: z.string(),
  isPerson: z.boolean(),
  /** Name of the address; empty for a link that names none, as one of a transaction does. */
  address: z.string(),
  linkName: z.string(),
  /** What the client is. */
  role: z.enum(["sender", "receiver"]),
  since: z.iso.datetime(),
  /** Messages per second; null while that is not known. */
  rate: z.number().nullable(),
  /** Messages that may still come on it. */
  credit: z.int(),
  /** Messages on the way, of which nobody has said what became of them. */
  unsettled: z.int(),
  deliveries: z.int(),
  bytes: z.int(),
  accepted: z.int(),
  rejected: z.int(),
  released: z.int(),
  modified: z.int(),
  /** Sent without waiting for an outcome. */
  presettled: z.int(),
  dropped: z.int(),
  notKnownSince: z.iso.datetime().nullable(),
});
export type Link = z.infer<typeof linkSchema>;

export const connectionSortKeys = ["container", "login", "remoteAddress", "protocol", "product", "since", "links", "inRate", "outRate"] as const;
/** Connections that one request can close. */
export const maxClosedConnections = 1_000;

/** All must hold. */
export const connectionFilters = z.object({
  /** Part of container id, login, address of origin or product. */
  search: lookupTextSchema.default(""),
  protocol: z.array(z.enum(connectionProtocols)).max(connectionProtocols.length).default([]),
  login: lookupTextSchema.optional(),
  container: lookupTextSchema.optional(),
  /** Has a link at the address of this name. */
  address: lookupTextSchema.optional(),
});

export const listConnectionsSchema = spaceScopeSchema.extend(connectionFilters.shape).extend({
  sort: z.enum(connectionSortKeys).default("container"),
  descending: z.boolean().default(false),
  page: z.int().min(1).max(1_000).default(1),
  limit: z.int().min(1).max(100).default(50),
});
export type ListConnections = z.infer<typeof listConnectionsSchema>;

/** Those of the ids that are still there, with the number of the filter's matches: what a screen needs to keep a page live. */
export const refreshConnectionsSchema = spaceScopeSchema.extend(connectionFilters.shape).extend({ ids: z.array(z.string().max(300)).max(100) });
export type RefreshConnections = z.infer<typeof refreshConnectionsSchema>;

export const connectionPageSchema = z.object({ items: z.array(connectionSchema), total: z.int() });
export type ConnectionPage = z.infer<typeof connectionPageSchema>;

export const getConnectionSchema = spaceScopeSchema.extend({ id: z.string().min(1).max(300) });
export const connectionDetailSchema = connectionSchema.extend({ ownLinks: z.array(linkSchema) });
export type ConnectionDetail = z.infer<typeof connectionDetailSchema>;

/** Links at an address, at most {@link maxListedLinks}: those that move most first. */
export const listLinksSchema = getAddressSchema;
export const maxListedLinks = 1_000;
export const linkListSchema = z.object({ items: z.array(linkSchema), total: z.int() });
export type LinkList = z.infer<typeof linkListSchema>;

export const closeConnectionsSchema = spaceScopeSchema.extend({
  ids: z.array(z.string().min(1).max(300)).min(1, "Choose a connection.").max(maxClosedConnections, `At most ${maxClosedConnections} connections can be closed at once.`),
  /** Told to each client. */
  reason: z.string().trim().min(1, "Say why: the clients are told.").max(200, "At most 200 characters."),
});
export type CloseConnections = z.infer<typeof closeConnectionsSchema>;

/** What an operation that closes connections works from. */
export const closeConnectionsWorkSchema = z.object({ ids: z.array(z.string()), reason: z.string() });
