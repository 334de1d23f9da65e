import { z } from "zod";
import { operationSchema } from "../operations/operation.ts";
import { addressFilters, addressSchema, createAddressFields, spaceScopeSchema } from "./address.ts";

/** Addresses of one request and one operation. */
export const maxRowsAtOnce = 10_000;
/** Addresses that one part of an operation works through, in one transaction. */
export const addressesPerPart = 200;

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

/** With any problem nothing is begun. */
export const manyAddressesReportSchema = z.object({
  problems: z.array(rowProblemSchema),
  /** Why the rows together do not fit the quota. */
  quotaRefusal: z.string().nullable(),
  /** The operation that makes them; null when only checked, or refused. */
  operation: operationSchema.nullable(),
});
export type ManyAddressesReport = z.infer<typeof manyAddressesReportSchema>;

/** The address that a row asks for. */
export const addressRowSchema = createAddressFields;

/** What the operation that makes them works from: rows that have been read and found good. */
export const createParametersSchema = z.object({ rows: z.array(addressRowSchema) });

/** Which addresses a change of many is about: these names, or all that match and are there when it begins. */
export const addressSelectionSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("names"), names: z.array(addressSchema.shape.name.max(300)).min(1).max(maxRowsAtOnce) }),
  z.object({ kind: z.literal("matching"), filters: addressFilters }),
]);
export type AddressSelection = z.infer<typeof addressSelectionSchema>;

export const deleteManyAddressesSchema = spaceScopeSchema.extend({ selection: addressSelectionSchema });
/** The plan says the type. */
export const changePlanOfManyAddressesSchema = spaceScopeSchema.extend({ selection: addressSelectionSchema, planId: z.string().min(1).max(100) });

/** What is to be done to many. */
export const changeOfManySchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("delete") }),
  z.object({ kind: z.literal("plan"), planId: z.string() }),
]);
export type ChangeOfMany = z.infer<typeof changeOfManySchema>;

/** What the operation works from. */
export const changeParametersSchema = z.object({ selection: addressSelectionSchema, change: changeOfManySchema, createdUntil: z.iso.datetime() });
export type ChangeParameters = z.infer<typeof changeParametersSchema>;
