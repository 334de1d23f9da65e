import { z } from "zod";
import { addressPlanSchema, planChoiceSchema } from "../plans/plan.ts";
import { addressStatisticsSchema } from "./address-statistics.ts";
import { addressSchema } from "./address.ts";

/** An address with the limits of its plan and its numbers; they are null for the moment in which it is being made. */
export const addressDetailSchema = addressSchema.extend({ plan: addressPlanSchema, statistics: addressStatisticsSchema.nullable() });
export type AddressDetail = z.infer<typeof addressDetailSchema>;

/**
 * Answer of `addresses.validate` when nothing stands against it: the chosen plan with the quota before and after,
 * or null as long as no plan has been chosen (step `name`).
 */
export const validatedAddressSchema = z.object({ plan: planChoiceSchema.nullable() });
export type ValidatedAddress = z.infer<typeof validatedAddressSchema>;
