import { z } from "zod";

/** What was found when a broker or gateway was last compared with what it should have. */
export const driftReportSchema = z.object({
  kind: z.enum(["broker", "gateway"]),
  name: z.string(),
  comparedAt: z.iso.datetime(),
  /** Differences that were set right, ever. */
  repaired: z.int(),
  lastRepairedAt: z.iso.datetime().nullable(),
  /** Addresses that nobody asked for; they are left alone. */
  unknown: z.int(),
  unknownWithMessages: z.int(),
});
export type DriftReport = z.infer<typeof driftReportSchema>;
