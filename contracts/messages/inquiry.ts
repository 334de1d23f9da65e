import { z } from "zod";
import { errorCodes } from "../errors.ts";
import { browseMessagesSchema, messageCountsSchema, messagePageSchema, selectorSchema } from "./message.ts";

/** What the console asks a broker through the provisioner, for a person who waits. */
export const inquirySchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("count"), addressId: z.uuid(), selector: selectorSchema }),
  z.object({ kind: z.literal("browse"), addressId: z.uuid(), withBodies: z.boolean(), ...browseMessagesSchema.pick({ source: true, selector: true, order: true, skip: true }).shape }),
]);
export type Inquiry = z.infer<typeof inquirySchema>;

const failure = z.object({ error: z.object({ code: z.enum(errorCodes), message: z.string(), field: z.string().optional() }) });

/** What comes back for each kind. */
export const inquiryAnswers = {
  count: z.union([failure, z.object({ counts: messageCountsSchema })]),
  browse: z.union([failure, z.object({ page: messagePageSchema })]),
} as const;
export type InquiryAnswer = z.infer<(typeof inquiryAnswers)[Inquiry["kind"]]>;
