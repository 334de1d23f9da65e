import { z } from "zod";
import { spaceScopeSchema } from "../addresses/address.ts";
import { lookupTextSchema } from "../naming.ts";

/**
 * What can happen to a messaging client. `message-rejected`: a consumer rejected messages; `message-refused`: an address took
 * a sender's messages not, as when it is full or they are too large; `events-dropped`: so many more happened than were written down.
 */
export const clientEventKinds = [
  "connected", "login-refused", "connection-refused", "attached", "attach-refused", "detached", "closed", "message-rejected", "message-refused", "events-dropped",
] as const;
export type ClientEventKind = (typeof clientEventKinds)[number];

/** The kinds that tell of trouble. */
export const clientTroubleKinds: readonly ClientEventKind[] = ["login-refused", "connection-refused", "attach-refused", "message-rejected", "message-refused", "events-dropped"];

/** Events are kept for so long. */
export const clientEventKeptDays = 7;

/** Something that happened to a client, or several times the same. */
export const clientEventSchema = z.object({
  id: z.string(),
  kind: z.enum(clientEventKinds),
  /** The last time, and the first one. */
  at: z.iso.datetime(),
  firstAt: z.iso.datetime(),
  /** How often it happened in between. */
  count: z.int(),
  gateway: z.string(),
  /** Id of the connection; the last one's when it happened on several. Empty for a login that was refused. */
  connectionId: z.string(),
  container: z.string(),
  /** Login as the client said it: a credential's, or the e-mail address of a person at the test client. */
  login: z.string(),
  isPerson: z.boolean(),
  /** Network address that the client came from. */
  remoteAddress: z.string(),
  /** Name of the address; empty for what concerns none. */
  address: z.string(),
  /** What the client is there; null for what concerns no link. */
  role: z.enum(["sender", "receiver"]).nullable(),
  /** AMQP error condition; empty when there was none. */
  condition: z.string(),
  text: z.string(),
});
export type ClientEvent = z.infer<typeof clientEventSchema>;

/** Newest first. All filters must hold. */
export const listClientEventsSchema = spaceScopeSchema.extend({
  kind: z.array(z.enum(clientEventKinds)).max(clientEventKinds.length).default([]),
  /** The client: login and container id as a connection has them. */
  login: lookupTextSchema.optional(),
  container: lookupTextSchema.optional(),
  address: lookupTextSchema.optional(),
  search: lookupTextSchema.default(""),
  /** Opaque cursor of a former answer. */
  cursor: z.string().max(500).optional(),
  limit: z.int().min(1).max(100).default(50),
});
export type ListClientEvents = z.infer<typeof listClientEventsSchema>;

export const clientEventPageSchema = z.object({ items: z.array(clientEventSchema), nextCursor: z.string().nullable() });
export type ClientEventPage = z.infer<typeof clientEventPageSchema>;
