import { z } from "zod";
import { addressTypeSchema, spaceScopeSchema } from "../addresses/address.ts";
import { hasStorageOfItsOwn } from "../addresses/address-type.ts";
import { addressPlanSchema, fullPolicies, quotaMeterSchema } from "./plan.ts";

const positive = (most: number) => z.int("Give a whole number.").min(1, "Give at least 1.").max(most, `Give at most ${most.toLocaleString("en")}.`);
const bytes = positive(2 ** 50);
const words = (most: number) => z.string().trim().min(1, "Say something here.").max(most, `At most ${most} characters.`);
const planIdSchema = z.string().regex(/^[a-z][a-z0-9-]{0,48}[a-z0-9]$/, "Use 2 to 50 lower-case letters, digits and hyphens; start with a letter.");

const common = { id: planIdSchema, name: words(40), description: words(200), order: z.int("Give a whole number.").min(0).max(10_000) };
/** Version that the person saw; null makes a new plan. `checkOnly` answers the effects and keeps nothing. */
const saving = { version: z.int().nullable(), checkOnly: z.boolean() };

export const saveAddressPlanSchema = z
  .object({
    ...common,
    type: addressTypeSchema,
    storedBytes: bytes.min(1024, "Give at least 1 KiB.").nullable(),
    maxMessageBytes: positive(2 ** 30),
    maxTimeToLiveMs: positive(10 * 365 * 86_400_000).min(1000, "Give at least one second.").nullable(),
    maxDeliveryAttempts: positive(1_000_000).nullable(),
    maxConsumers: positive(1_000_000),
    whenFull: z.enum(fullPolicies).nullable(),
    ...saving,
  })
  .superRefine((plan, context) => {
    for (const key of ["storedBytes", "whenFull"] as const) {
      if ((plan[key] !== null) !== hasStorageOfItsOwn(plan.type)) {
        context.addIssue({ code: "custom", path: [key], message: hasStorageOfItsOwn(plan.type) ? "A queue or topic needs this limit." : "Nothing is stored for this type itself, so it has no such limit." });
      }
    }
  });
export type SaveAddressPlan = z.infer<typeof saveAddressPlanSchema>;

export const saveSpacePlanSchema = z.object({
  ...common,
  maxAddresses: positive(1_000_000),
  maxStoredBytes: bytes,
  maxConnections: positive(1_000_000),
  maxCredentials: positive(100_000),
  addressPlanIds: z.array(z.string().max(100)).max(500),
  ...saving,
});
export type SaveSpacePlan = z.infer<typeof saveSpacePlanSchema>;

const usage = z.object({
  version: z.int(),
  isRetired: z.boolean(),
  /** What uses it: addresses of an address plan, spaces of a space plan. */
  users: z.int(),
  /** Users that have not been asked to follow its newest version yet. */
  behind: z.int(),
});
export const managedAddressPlanSchema = addressPlanSchema.extend(usage.shape);
export type ManagedAddressPlan = z.infer<typeof managedAddressPlanSchema>;
export const managedSpacePlanSchema = saveSpacePlanSchema.omit({ checkOnly: true, version: true }).extend(usage.shape);
export type ManagedSpacePlan = z.infer<typeof managedSpacePlanSchema>;
export const managedPlansSchema = z.object({ addressPlans: z.array(managedAddressPlanSchema), spacePlans: z.array(managedSpacePlanSchema) });

/** What saving does, or has done: who uses the plan, and who would then be over a quota. */
export const planEffectsSchema = z.object({
  users: z.int(),
  spaces: z.array(z.object({ tenant: z.string(), space: z.string(), users: z.int(), problem: z.string().nullable() })),
});
export type PlanEffects = z.infer<typeof planEffectsSchema>;

export const planReferenceSchema = z.object({ kind: z.enum(["address-plan", "space-plan"]), id: z.string().max(100) });
export type PlanReference = z.infer<typeof planReferenceSchema>;
export const retirePlanSchema = planReferenceSchema.extend({ isRetired: z.boolean() });

/** A space plan as one to which a space can move; `refusals` name what does not fit. */
export const spacePlanChoiceSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  isCurrent: z.boolean(),
  quotaAfter: z.array(quotaMeterSchema),
  refusals: z.array(z.string()),
});
export type SpacePlanChoice = z.infer<typeof spacePlanChoiceSchema>;
export const changeSpacePlanSchema = spaceScopeSchema.extend({ planId: z.string().min(1).max(100) });
