import { z } from "zod";

/** Since the address was made. What each counts, and where it is taken from: `provisioner/statistics/address-numbers.ts`. */
const totalsSchema = z.object({
  in: z.int(),
  out: z.int(),
  acknowledged: z.int(),
  rejected: z.int(),
  refused: z.int(),
  released: z.int(),
  expired: z.int(),
  deadLettered: z.int(),
});

/** The numbers of an address as they were sampled last. */
export const addressStatisticsSchema = z.object({
  addressId: z.uuid(),
  /** First time it was sampled; null when it never was, so that nothing is known. */
  sampledAt: z.iso.datetime().nullable(),
  /** Set when its broker or the gateways have not answered of late: since then the numbers are not known. */
  notKnownSince: z.iso.datetime().nullable(),
  /** Last time that any of them changed; null when none ever did. */
  changedAt: z.iso.datetime().nullable(),
  depth: z.int(),
  delivering: z.int(),
  senders: z.int(),
  receivers: z.int(),
  deadLetters: z.int(),
  /** When its first message came; null when it is empty or that is not known. */
  oldestAt: z.iso.datetime().nullable(),
  /** Messages per second. */
  inRate: z.number(),
  outRate: z.number(),
  /** Change of the depth, messages per second. */
  growth: z.number(),
  totals: totalsSchema,
});
export type AddressStatistics = z.infer<typeof addressStatisticsSchema>;
