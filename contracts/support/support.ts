import { z } from "zod";
import { addressStatisticsSchema } from "../addresses/address-statistics.ts";
import { addressTypeSchema } from "../addresses/address.ts";
import { causes, troubledAddressSchema } from "../addresses/explanation.ts";
import { phases } from "../phases.ts";

/** What somebody types to find something: a part of a name, an id or an error text. */
const searchTextSchema = z.string().trim().max(200).refine((text) => !text.includes("\0"));

export const maxListedTrouble = 200;
export const listTroubleSchema = z.object({ search: searchTextSchema.default(""), cause: z.array(z.enum(causes)).max(causes.length).default([]) });
export type ListTrouble = z.infer<typeof listTroubleSchema>;

/** A part that does not answer, and how many addresses are not to be reached for it. */
export const lostPartSchema = z.object({ part: z.enum(["broker", "gateways"]), name: z.string(), since: z.iso.datetime(), addresses: z.int() });
export type LostPart = z.infer<typeof lostPartSchema>;

/**
 * Addresses in trouble now, the weightiest causes first. An address whose broker or gateways are away stands here only for the
 * part. `causes` counts addresses by cause, whatever is filtered; `isWhole` is false when there may be more.
 */
export const listedTroubleSchema = z.object({
  items: z.array(troubledAddressSchema),
  causes: z.partialRecord(z.enum(causes), z.int()),
  parts: z.array(lostPartSchema),
  isWhole: z.boolean(),
});
export type ListedTrouble = z.infer<typeof listedTroubleSchema>;

/** What addresses can be ranked by. */
export const topMeasures = ["depth", "growth", "inRate", "outRate", "rejects", "oldest", "connections", "deadLetters"] as const;
export type TopMeasure = (typeof topMeasures)[number];
export const topAddresses = 20;
export const listTopSchema = z.object({ by: z.enum(topMeasures).default("depth") });

/** An address with its numbers; `rejects` are those to senders and by receivers in the last half hour, `connections` those that have a link there. */
export const topAddressSchema = z.object({
  tenant: z.string(),
  space: z.string(),
  name: z.string(),
  type: addressTypeSchema,
  rejects: z.int(),
  connections: z.int(),
  statistics: addressStatisticsSchema,
});
export type TopAddress = z.infer<typeof topAddressSchema>;

export const minSearchCharacters = 2;
export const maxFoundOfANoun = 10;
export const searchEverywhereSchema = z.object({ text: searchTextSchema.min(minSearchCharacters, `Type at least ${minSearchCharacters} characters.`) });

const foundSchema = z.object({
  /** Slugs; no space for a tenant. */
  tenant: z.string(),
  space: z.string(),
  /** What is found, as its own page names it. */
  name: z.string(),
  /** What it is known by beside its name. */
  detail: z.string(),
});
/** What was found, by noun, at most {@link maxFoundOfANoun} each and one more that says that there are more. */
export const foundEverywhereSchema = z.object({
  tenants: z.array(foundSchema),
  spaces: z.array(foundSchema),
  addresses: z.array(foundSchema.extend({ type: addressTypeSchema, phase: z.enum(phases) })),
  credentials: z.array(foundSchema),
  connections: z.array(foundSchema.extend({ id: z.string() })),
  /** What clients were told, among the newest events: `name` is the error text. */
  events: z.array(foundSchema.extend({ address: z.string(), at: z.iso.datetime() })),
});
export type FoundEverywhere = z.infer<typeof foundEverywhereSchema>;
