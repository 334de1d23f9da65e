import { z } from "zod";

/** Most senders that are named when it is not sure which of them it was. */
export const maxFirstSenders = 4;

/** A client as it is known: a credential's login or a person's e-mail address, and what the client calls itself. */
const firstSenderSchema = z.object({ login: z.string(), isPerson: z.boolean(), container: z.string() });
export type FirstSender = z.infer<typeof firstSenderSchema>;

/** When the first message of an address was seen, and by whom it can have been sent. */
export const firstMessageSchema = z.object({
  /** When the first sample with a message was taken; null when none has come, or that was more than a day ago. */
  at: z.iso.datetime().nullable(),
  /** Clients that were attached to send by then and have not sent nothing; one in most cases, none until their events have arrived. */
  senders: z.array(firstSenderSchema).max(maxFirstSenders),
});
export type FirstMessage = z.infer<typeof firstMessageSchema>;
