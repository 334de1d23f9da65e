import { z } from "zod";
import { addressNameSchema, lookupTextSchema, slugSchema } from "../naming.ts";
import { phases } from "../phases.ts";

/** The four types of this release; `subscription` joins them later. */
export const addressTypes = ["queue", "topic", "anycast", "multicast"] as const;
export const addressTypeSchema = z.enum(addressTypes, "Choose queue, topic, anycast or multicast.");
export type AddressType = z.infer<typeof addressTypeSchema>;

/** Stored types live on a broker; direct types live in the gateways. */
export function isStored(type: AddressType): boolean {
  return type === "queue" || type === "topic";
}

/** An address as screens see it. */
export const addressSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  type: addressTypeSchema,
  planId: z.string(),
  planName: z.string(),
  phase: z.enum(phases),
  /** Why the phase is what it is, in words; null when there is nothing to say. */
  reason: z.string().nullable(),
  generation: z.int(),
  observedGeneration: z.int(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
});
export type Address = z.infer<typeof addressSchema>;

/** Where a procedure acts: the tenant and space as they stand in the URL. */
export const spaceScopeSchema = z.object({ tenant: slugSchema, space: slugSchema });
export type SpaceScope = z.infer<typeof spaceScopeSchema>;

export const createAddressFields = z.object({
  type: addressTypeSchema,
  name: addressNameSchema,
  planId: z.string().min(1, "Choose a plan."),
});
export type CreateAddressFields = z.infer<typeof createAddressFields>;
export const createAddressSchema = spaceScopeSchema.extend(createAddressFields.shape);
export type CreateAddress = z.infer<typeof createAddressSchema>;

/**
 * Input of `addresses.validate`: the same use-case as create, without keeping anything. `step` says how far the person is:
 * `name` checks type and name, `plan` and `review` check everything.
 */
export const validateAddressSchema = spaceScopeSchema.extend({
  step: z.enum(["name", "plan", "review"]),
  type: addressTypeSchema,
  name: addressNameSchema,
  planId: z.string().optional(),
});
export type ValidateAddress = z.infer<typeof validateAddressSchema>;

export const getAddressSchema = spaceScopeSchema.extend({ name: lookupTextSchema.min(1, "Give the name of the address.") });

export type GetAddress = z.infer<typeof getAddressSchema>;

export const addressSortKeys = ["name", "type", "plan", "phase", "createdAt"] as const;
export const listAddressesSchema = spaceScopeSchema.extend({
  search: lookupTextSchema.default(""),
  type: z.array(addressTypeSchema).max(addressTypes.length).default([]),
  phase: z.array(z.enum(phases)).max(phases.length).default([]),
  sort: z.enum(addressSortKeys).default("name"),
  descending: z.boolean().default(false),
  /** Opaque cursor of a former answer; absent for the first page. */
  cursor: z.string().max(2000).optional(),
  limit: z.int().min(1).max(100).default(50),
});
export type ListAddresses = z.infer<typeof listAddressesSchema>;

export const addressPageSchema = z.object({
  items: z.array(addressSchema),
  nextCursor: z.string().nullable(),
  /** Matches of the filter over all pages. */
  total: z.int(),
});
export type AddressPage = z.infer<typeof addressPageSchema>;

export const deleteAddressSchema = getAddressSchema;
