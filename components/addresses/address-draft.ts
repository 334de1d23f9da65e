import { z } from "zod";
import { addressOptionsSchema, isPlain, noOptions } from "#contracts/addresses/address-options.ts";
import { addressTypeSchema, type CreateAddressFields, type SpaceScope } from "#contracts/addresses/address.ts";

const draftSchema = z.object({
  type: addressTypeSchema.optional(),
  name: z.string().max(300),
  /** Topic of a subscription. */
  topic: z.string().max(300).catch(""),
  planId: z.string().max(100),
  options: addressOptionsSchema.catch(noOptions),
  /** Address that the wizard was filled in from: the one to be cloned, or a topic that is to have a subscription. */
  begunFrom: z.string().max(300).optional(),
  /** Number of the step, from 1. */
  step: z.int().min(1).max(4),
});
/** A half-filled wizard, as a reload of the page finds it again. */
export type AddressDraft = z.infer<typeof draftSchema>;

/** Steps of the wizard, in order. */
export const wizardSteps = ["name", "plan", "options", "review"] as const;
export type WizardStepKey = (typeof wizardSteps)[number];

export const emptyDraft: AddressDraft = { name: "", topic: "", planId: "", options: noOptions, step: 1 };

function keyOf({ tenant, space }: SpaceScope): string {
  return `postroom.create-address.${tenant}.${space}`;
}

export function readDraft(scope: SpaceScope): AddressDraft {
  try {
    return draftSchema.parse(JSON.parse(sessionStorage.getItem(keyOf(scope)) ?? "null"));
  } catch {
    return emptyDraft;
  }
}

export function keepDraft(scope: SpaceScope, draft: AddressDraft): void {
  sessionStorage.setItem(keyOf(scope), JSON.stringify(draft));
}

export function dropDraft(scope: SpaceScope): void {
  sessionStorage.removeItem(keyOf(scope));
}

/** True when leaving would lose something that was typed or chosen. */
export function isHalfFilled(fields: Partial<CreateAddressFields>): boolean {
  return fields.type !== undefined || (fields.name ?? "") !== "" || (fields.options !== undefined && !isPlain(fields.options));
}
