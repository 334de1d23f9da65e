import { z } from "zod";
import { addressFilters, addressSchema, createAddressFields, spaceScopeSchema } from "./address.ts";

/** Rows of one request of `createMany`; what is larger is sent in parts. */
export const maxRowsAtOnce = 1_000;
/** Addresses that one request of a change of many works through. */
export const maxChangesAtOnce = 200;

/** Rows as they were written; each is checked by the contract of a single creation. */
export const createManyAddressesSchema = spaceScopeSchema.extend({
  rows: z.array(z.record(z.string().max(40), z.unknown())).min(1, "Give at least one address.").max(maxRowsAtOnce, `Give at most ${maxRowsAtOnce} addresses at once.`),
  /** Check everything and make nothing. */
  checkOnly: z.boolean(),
});
export type CreateManyAddresses = z.infer<typeof createManyAddressesSchema>;

/** What stands against one row, by its place in the request. */
export const rowProblemSchema = z.object({ row: z.int(), name: z.string(), field: z.string().nullable(), message: z.string() });
export type RowProblem = z.infer<typeof rowProblemSchema>;

/** All or nothing: with any problem nothing was made. */
export const manyAddressesReportSchema = z.object({
  problems: z.array(rowProblemSchema),
  /** Why the rows together do not fit the quota. */
  quotaRefusal: z.string().nullable(),
  created: z.int(),
});
export type ManyAddressesReport = z.infer<typeof manyAddressesReportSchema>;

/** The address that a row asks for. */
export const addressRowSchema = createAddressFields;

/** Which addresses a change of many is about: these names, or all that match and were there when it began:
 * the first part's answer says when that was. */
export const addressSelectionSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("names"), names: z.array(addressSchema.shape.name.max(300)).min(1).max(maxRowsAtOnce) }),
  z.object({ kind: z.literal("matching"), filters: addressFilters, createdUntil: z.iso.datetime().optional() }),
]);
export type AddressSelection = z.infer<typeof addressSelectionSchema>;

/**
 * One bounded part of a change of many. It is asked again until nothing remains: what has been changed is no candidate any
 * more, so a part can be repeated, and stopping between two parts leaves whole addresses.
 */
export const deleteManyAddressesSchema = spaceScopeSchema.extend({ selection: addressSelectionSchema });
/** As {@link deleteManyAddressesSchema}; the plan says the type: addresses of other types are left alone. */
export const changePlanOfManyAddressesSchema = spaceScopeSchema.extend({ selection: addressSelectionSchema, planId: z.string().min(1).max(100) });

/** What is to be done to many. */
export type ChangeOfMany = { readonly kind: "delete" } | { readonly kind: "plan"; readonly planId: string };

export const changedAddressesSchema = z.object({
  changed: z.int(),
  /** For the selection of the next parts: the server's time when the change began. */
  createdUntil: z.iso.datetime(),
  /** Candidates that are left. */
  remaining: z.int(),
  /** Why it cannot go on, in words; null while it can. */
  refusal: z.string().nullable(),
});
export type ChangedAddresses = z.infer<typeof changedAddressesSchema>;
