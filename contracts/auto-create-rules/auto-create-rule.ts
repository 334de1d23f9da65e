import { z } from "zod";
import { spaceScopeSchema } from "../addresses/address.ts";
import { addressTypes } from "../addresses/address-type.ts";
import { addressPatternSchema } from "../credentials/credential.ts";
import { patternCovers } from "../naming.ts";

/** Rules of one space: gateways hold their patterns in memory and compare each unknown name with all of them. */
export const maxRulesOfSpace = 50;
export const maxUnusedMinutes = 525_600;

/** Types that need nothing but a name: a subscription needs its topic too. */
export const autoCreateTypes = addressTypes.filter((type) => type !== "subscription");
const autoCreateTypeSchema = z.enum(autoCreateTypes, "Choose queue, topic, anycast or multicast.");

/** What a space does when a program asks for an address that is not there: it makes one, of this type and on this plan. */
export const autoCreateRuleSchema = z.object({
  id: z.uuid(),
  pattern: z.string(),
  type: autoCreateTypeSchema,
  planId: z.string(),
  planName: z.string(),
  /** Minutes without links and messages after which an address so made is deleted again; null keeps it. */
  deleteUnusedMinutes: z.int().nullable(),
  /** Why it makes nothing at the moment, in words; null when it does. */
  refusal: z.string().nullable(),
  /** Addresses that were made by it and are there. */
  addresses: z.int(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
});
export type AutoCreateRule = z.infer<typeof autoCreateRuleSchema>;

export const autoCreateRuleFields = z.object({
  /** As in permissions of credentials: a name, or the start of one followed by `*`. */
  pattern: addressPatternSchema.min(1, "Give an address name, or the start of one followed by *."),
  type: autoCreateTypeSchema,
  planId: z.string().min(1, "Choose a plan.").max(100),
  deleteUnusedMinutes: z
    .int("Give whole minutes.")
    .min(1, "Give at least one minute.")
    .max(maxUnusedMinutes, `Give at most ${maxUnusedMinutes} minutes, which are a year.`)
    .nullable(),
});
export type AutoCreateRuleFields = z.infer<typeof autoCreateRuleFields>;

export const listAutoCreateRulesSchema = spaceScopeSchema;
export const createAutoCreateRuleSchema = spaceScopeSchema.extend(autoCreateRuleFields.shape);
export const updateAutoCreateRuleSchema = createAutoCreateRuleSchema.extend({ id: z.uuid() });
export const deleteAutoCreateRuleSchema = spaceScopeSchema.extend({ id: z.uuid() });

/** The rule that decides about a name: of those that cover it, the one that says most of it. */
export function ruleFor<Rule extends { readonly pattern: string }>(rules: readonly Rule[], addressName: string): Rule | undefined {
  const covering = rules.filter(({ pattern }) => patternCovers(pattern, addressName));
  return covering.toSorted((one, other) => weightOf(other.pattern) - weightOf(one.pattern))[0];
}

/** An exact name outweighs each beginning of it. */
function weightOf(pattern: string): number {
  return pattern.endsWith("*") ? pattern.length - 1 : Number.MAX_SAFE_INTEGER;
}
