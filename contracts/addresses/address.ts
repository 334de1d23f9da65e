import { z } from "zod";
import { addressNameSchema, lookupTextSchema, slugSchema } from "../naming.ts";
import { phases } from "../phases.ts";
import { addressSortKeys } from "./address-list.ts";
import { addressStatisticsSchema } from "./address-statistics.ts";
import { addressOptionsSchema, noOptions } from "./address-options.ts";
import { addressTypes } from "./address-type.ts";

export const addressTypeSchema = z.enum(addressTypes, "Choose queue, topic, subscription, anycast or multicast.");

/** An address as screens see it. */
export const addressSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  type: addressTypeSchema,
  /** Name of the topic that it is a subscription of; null for other types. */
  topic: z.string().nullable(),
  planId: z.string(),
  planName: z.string(),
  phase: z.enum(phases),
  /** Why the phase is what it is, in words; null when there is nothing to say. */
  reason: z.string().nullable(),
  generation: z.int(),
  observedGeneration: z.int(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  /** What it narrows of its plan. */
  options: addressOptionsSchema,
  /** The auto-create rule that made it, with the minutes without use after which it goes again; null when somebody did, or the rule is gone. */
  rule: z.object({ pattern: z.string(), deleteUnusedMinutes: z.int().nullable() }).nullable(),
});
export type Address = z.infer<typeof addressSchema>;

/** Where a procedure acts: the tenant and space as they stand in the URL. */
export const spaceScopeSchema = z.object({ tenant: slugSchema, space: slugSchema });
export type SpaceScope = z.infer<typeof spaceScopeSchema>;

export const createAddressFields = z.object({
  type: addressTypeSchema,
  name: addressNameSchema,
  /** The topic of a subscription; empty for other types. */
  topic: lookupTextSchema.default(""),
  planId: z.string().min(1, "Choose a plan.").max(100),
  options: addressOptionsSchema.default(noOptions),
});
export type CreateAddressFields = z.infer<typeof createAddressFields>;
/** As {@link createAddressFields}, with every option said: what a form holds. */
export const addressFormSchema = createAddressFields.extend({ topic: lookupTextSchema, options: addressOptionsSchema });
export const createAddressSchema = spaceScopeSchema.extend(createAddressFields.shape);
export type CreateAddress = z.infer<typeof createAddressSchema>;

/**
 * Input of `addresses.validate`: the same use-case as create, without keeping anything. `step` says how far the person is:
 * `name` checks type, name and topic, `plan` the plan too, `options` and `review` everything.
 */
export const validateAddressSchema = spaceScopeSchema.extend({
  step: z.enum(["name", "plan", "options", "review"]),
  type: addressTypeSchema,
  name: addressNameSchema,
  topic: lookupTextSchema.default(""),
  planId: z.string().max(100).optional(),
  options: addressOptionsSchema.default(noOptions),
});
export type ValidateAddress = z.infer<typeof validateAddressSchema>;

export const getAddressSchema = spaceScopeSchema.extend({ name: lookupTextSchema.min(1, "Give the name of the address.") });

export type GetAddress = z.infer<typeof getAddressSchema>;

/** What narrows the list; also what "all that match" means for a change of many. */
export const addressFilters = z.object({
  search: lookupTextSchema.default(""),
  type: z.array(addressTypeSchema).max(addressTypes.length).default([]),
  phase: z.array(z.enum(phases)).max(phases.length).default([]),
  /** Ids of address plans. */
  plan: z.array(z.string().max(100)).max(100).default([]),
  /** Only subscriptions of the topic of this name; empty for no such filter. */
  topic: lookupTextSchema.default(""),
});
export type AddressFilters = z.infer<typeof addressFilters>;

/** Rows of one page at most; an export reads pages of this size. */
export const maxListedAddresses = 500;

export const listAddressesSchema = spaceScopeSchema.extend(addressFilters.shape).extend({
  sort: z.enum(addressSortKeys).default("name"),
  descending: z.boolean().default(false),
  /** Opaque cursor of a former answer or `lastPage`; absent for the first page. */
  cursor: z.string().max(2000).optional(),
  limit: z.int().min(1).max(maxListedAddresses).default(50),
});
export type ListAddresses = z.infer<typeof listAddressesSchema>;

export const addressPageSchema = z.object({
  items: z.array(addressSchema),
  /** Numbers of the items, in no order. */
  statistics: z.array(addressStatisticsSchema),
  nextCursor: z.string().nullable(),
  previousCursor: z.string().nullable(),
  /** Number of the page's first row among all matches, from 1; 0 when there is none. */
  firstRow: z.int(),
  /** Matches of the filter over all pages. */
  total: z.int(),
});
export type AddressPage = z.infer<typeof addressPageSchema>;

export const deleteAddressSchema = getAddressSchema;
export const forceDeleteAddressSchema = getAddressSchema;
export const retryAddressSchema = getAddressSchema;

/** A change of plan and options of one address. `generation` is the one that was shown: a change in between is refused. */
export const updateAddressSchema = getAddressSchema.extend({
  planId: z.string().min(1, "Choose a plan.").max(100),
  options: addressOptionsSchema,
  generation: z.int(),
});
export type UpdateAddress = z.infer<typeof updateAddressSchema>;

export const checkAddressNameSchema = spaceScopeSchema.extend({ name: addressNameSchema });
/** Why the name cannot be taken, in words; null when it can. */
export const addressNameCheckSchema = z.object({ refusal: z.string().nullable() });
