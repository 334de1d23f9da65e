import { z } from "zod";
import { getAddressSchema } from "../addresses/address.ts";

/** The two queues of an address on its broker. */
export const messageSources = ["queue", "dead-letters"] as const;
export const messageSourceSchema = z.enum(messageSources);
export type MessageSource = z.infer<typeof messageSourceSchema>;

/** Messages of one page. */
export const messagesPerPage = 25;
/** How far a queue is looked into: a broker can only go through it message by message, from the oldest on. */
export const maxBrowsedMessages = 2_000;
/** Characters of a body that a page of messages shows. */
export const maxBrowsedBodyCharacters = 8_192;

/** A JMS selector; empty takes every message. */
export const selectorSchema = z.string().trim().max(1_000, "A selector has at most 1,000 characters.").refine((text) => !text.includes("\0"), "A selector has no NUL character.").default("");

const textPairs = z.array(z.tuple([z.string(), z.string()]).readonly()).readonly();

/** A message that waits, read without taking it. Everything in it is text, cut to bounds. */
export const queuedMessageSchema = z.object({
  sizeBytes: z.int(),
  subject: z.string().nullable(),
  messageId: z.string().nullable(),
  /** When its sender says that it made it. */
  createdAt: z.string().nullable(),
  headers: textPairs,
  applicationProperties: textPairs,
  annotations: textPairs,
  /** Of a dead letter, the queue of the space from which the broker moved it, by its name; null of others. */
  movedFrom: z.string().nullable(),
  /** Null for whoever may not read it. */
  body: z.object({ text: z.string(), kind: z.string(), isCut: z.boolean() }).nullable(),
  /** Why nothing of it but its size can be shown. */
  cannotDisplay: z.string().nullable(),
});
export type QueuedMessage = z.infer<typeof queuedMessageSchema>;

export const browseMessagesSchema = getAddressSchema.extend({
  source: messageSourceSchema,
  selector: selectorSchema,
  order: z.enum(["oldest", "newest"]).default("oldest"),
  /** Messages to pass over, in the order asked for. */
  skip: z.int().min(0).max(maxBrowsedMessages - messagesPerPage).default(0),
});
export type BrowseMessages = z.infer<typeof browseMessagesSchema>;

export const messagePageSchema = z.object({
  /** That match the selector, those being delivered among them, which cannot be seen. */
  matching: z.int(),
  items: z.array(queuedMessageSchema),
  /** Whether the caller may read bodies. */
  hasBodies: z.boolean(),
});
export type MessagePage = z.infer<typeof messagePageSchema>;

/** What one of the queues holds right now, told by its broker. */
export const queueCountsSchema = z.object({
  messages: z.int(),
  /** Of them, given to consumers that have not settled them yet. */
  beingDelivered: z.int(),
  consumers: z.int(),
  /** That match the selector. */
  matching: z.int(),
});
export type QueueCounts = z.infer<typeof queueCountsSchema>;

export const countMessagesSchema = getAddressSchema.extend({ selector: selectorSchema });
export const messageCountsSchema = z.object({ queue: queueCountsSchema, deadLetters: queueCountsSchema });
export type MessageCounts = z.infer<typeof messageCountsSchema>;

/** `expected` is the number that was shown when it was confirmed, for the audit trail and as the bound of what goes. */
export const purgeMessagesSchema = getAddressSchema.extend({ source: messageSourceSchema, selector: selectorSchema, expected: z.int().min(0) });
export type PurgeMessages = z.infer<typeof purgeMessagesSchema>;
export const retryDeadLettersSchema = getAddressSchema;

/** What the two operations work from. */
export const messageOperationSchema = z.object({ addressId: z.uuid(), source: messageSourceSchema, selector: z.string() });
export type MessageOperation = z.infer<typeof messageOperationSchema>;
