import { z } from "zod";
import { spaceScopeSchema } from "../addresses/address.ts";
import { slugSchema } from "../naming.ts";
import { phases } from "../phases.ts";
import { quotaMeterSchema } from "../plans/plan.ts";

/** Where messaging clients connect; null when the operator has switched that entrance off. */
export const endpointsSchema = z.object({
  amqp: z.string().nullable(),
  amqps: z.string().nullable(),
  webSocket: z.string().nullable(),
  secureWebSocket: z.string().nullable(),
});
export type Endpoints = z.infer<typeof endpointsSchema>;

/** A space in the list of its tenant. */
export const listedSpaceSchema = z.object({
  slug: z.string(),
  name: z.string(),
  planName: z.string(),
  phase: z.enum(phases),
  reason: z.string().nullable(),
  addresses: z.int(),
  credentials: z.int(),
  createdAt: z.iso.datetime(),
});
export type ListedSpace = z.infer<typeof listedSpaceSchema>;

/** The spaces of a tenant, and what it may still make. */
export const listedSpacesSchema = z.object({ spaces: z.array(listedSpaceSchema), maxSpaces: z.int(), planName: z.string() });

export const newSpaceFields = z.object({
  slug: slugSchema,
  name: z.string().trim().min(1, "Give the space a name.").max(100, "A name has at most 100 characters.").refine((name) => !/[\p{C}<>]/u.test(name), "A name has no invisible characters, < or >."),
});
export const createSpaceSchema = newSpaceFields.extend({ tenant: slugSchema });

export const deleteSpaceSchema = spaceScopeSchema
  .extend({ typedSlug: z.string() })
  .refine(({ space, typedSlug }) => space === typedSlug, { path: ["typedSlug"], message: "Type the space's short name exactly." });

export const spaceSchema = z.object({
  slug: z.string(),
  name: z.string(),
  planName: z.string(),
  phase: z.enum(phases),
  quota: z.array(quotaMeterSchema),
  endpoints: endpointsSchema,
});
export type Space = z.infer<typeof spaceSchema>;
