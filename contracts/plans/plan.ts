import { z } from "zod";
import { addressTypeSchema, spaceScopeSchema } from "../addresses/address.ts";

export const fullPolicies = ["reject", "page", "drop-oldest"] as const;

/**
 * Absolute limits of an address plan. Null means that the limit does not apply to the type
 * (nothing is stored for anycast and multicast).
 */
export const addressPlanSchema = z.object({
  id: z.string(),
  type: addressTypeSchema,
  name: z.string(),
  description: z.string(),
  order: z.int(),
  storedBytes: z.int().nullable(),
  maxMessageBytes: z.int(),
  defaultTimeToLiveMs: z.int().nullable(),
  maxTimeToLiveMs: z.int().nullable(),
  maxDeliveryAttempts: z.int().nullable(),
  maxConsumers: z.int(),
  whenFull: z.enum(fullPolicies).nullable(),
});
export type AddressPlan = z.infer<typeof addressPlanSchema>;

/** One quota of a space: `used` and `limit` in the same absolute unit. */
export const quotaMeterSchema = z.object({
  name: z.enum(["addresses", "storedBytes", "connections", "credentials"]),
  used: z.int(),
  limit: z.int(),
});
export type QuotaMeter = z.infer<typeof quotaMeterSchema>;

/** A plan as one choice of the wizard: what it would take from the space's quota, and why it cannot be chosen. */
export const planChoiceSchema = addressPlanSchema.extend({
  quotaBefore: z.array(quotaMeterSchema),
  quotaAfter: z.array(quotaMeterSchema),
  refusal: z.string().nullable(),
});
export type PlanChoice = z.infer<typeof planChoiceSchema>;

export const listPlanChoicesSchema = spaceScopeSchema.extend({ type: addressTypeSchema });
export type ListPlanChoices = z.infer<typeof listPlanChoicesSchema>;
