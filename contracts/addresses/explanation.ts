import { z } from "zod";
import { addressTypeSchema, spaceScopeSchema } from "./address.ts";

/** Why messages of an address do not flow, or wait: the closed set, the weightiest first. */
export const causes = [
  "not-set-up", "tenant-closed", "broker-down", "gateways-down", "full", "too-large", "refused", "no-permission", "consumer-limit", "attach-refused",
  "no-consumer", "no-subscription", "no-credit", "rejected", "dead-lettered", "expired", "falling-behind", "nothing-sent",
] as const;
export type Cause = (typeof causes)[number];

/** A cause in few words, as it stands in filters and labels. */
export const causeTitles: Record<Cause, string> = {
  "not-set-up": "Not set up",
  "tenant-closed": "Tenant closed",
  "broker-down": "Broker away",
  "gateways-down": "Gateways away",
  full: "Full",
  "too-large": "Messages too large",
  refused: "Messages refused",
  "no-permission": "No permission",
  "consumer-limit": "Too many consumers",
  "attach-refused": "Clients refused",
  "no-consumer": "No consumer",
  "no-subscription": "Nobody listens",
  "no-credit": "No credit",
  rejected: "Rejected",
  "dead-lettered": "Dead letters",
  expired: "Expired",
  "falling-behind": "Falling behind",
  "nothing-sent": "Nothing sent",
};

/** Causes that say what is so, and not that anything is wrong. */
const calm: ReadonlySet<Cause> = new Set(["falling-behind", "nothing-sent"]);

/** Whether an address with this cause is in trouble. */
export function isTrouble(cause: Cause): boolean {
  return !calm.has(cause);
}

/** What happened within this time counts as of now. */
export const recentMinutes = 30;

/** Where the next step is taken. */
export const stepPlaces = ["settings", "dead-letters", "messages", "connect", "try", "credentials", "links", "topic", "none"] as const;

export const findingSchema = z.object({
  cause: z.enum(causes),
  /** One sentence without its full stop: what is so. */
  summary: z.string(),
  /** Since when, as far as it is known. */
  since: z.iso.datetime().nullable(),
  /** What it is concluded from, in sentences; `at` is the last time that it happened. */
  evidence: z.array(z.object({ text: z.string(), at: z.iso.datetime().nullable() })),
  /** What to do next, and where. */
  step: z.object({ text: z.string(), place: z.enum(stepPlaces) }),
});
export type Finding = z.infer<typeof findingSchema>;

/** Answer of `addresses.explain`: the weightiest finding first, and when nothing is wrong what goes on, in one sentence. */
export const explanationSchema = z.object({ findings: z.array(findingSchema), calm: z.string(), at: z.iso.datetime() });
export type Explanation = z.infer<typeof explanationSchema>;

/** An address with what is wrong there now, the weightiest first. */
export const troubledAddressSchema = z.object({
  tenant: z.string(),
  space: z.string(),
  name: z.string(),
  type: addressTypeSchema,
  /** Null while it is not known. */
  depth: z.int().nullable(),
  findings: z.array(findingSchema).min(1),
});
export type TroubledAddress = z.infer<typeof troubledAddressSchema>;

export const listTroubleOfSpaceSchema = spaceScopeSchema.extend({ limit: z.int().min(1).max(100).default(5) });
/** The weightiest first. `isWhole` is false when more may be in trouble than were looked at, so that `total` is at least. */
export const troubleOfSpaceSchema = z.object({ items: z.array(troubledAddressSchema), total: z.int(), isWhole: z.boolean() });
