import { z } from "zod";
import { newMemberFields } from "../members/member.ts";
import { slugSchema } from "../naming.ts";
import { tenantClosureSchema } from "./tenant.ts";

/** Days between the wish to delete a tenant and its end, in which it can be restored. */
export const tenantGraceDays = 14;

/** A tenant as the platform's people see it. */
export const managedTenantSchema = z.object({
  slug: z.string(),
  name: z.string(),
  createdAt: z.iso.datetime(),
  closure: tenantClosureSchema.nullable(),
  maxSpaces: z.int(),
  /** Plan of spaces that its admins make. */
  spacePlanId: z.string(),
  spaces: z.array(z.object({ slug: z.string(), name: z.string() })),
  addresses: z.int(),
});
export type ManagedTenant = z.infer<typeof managedTenantSchema>;

export const maxListedTenants = 100;
export const listTenantsSchema = z.object({ search: z.string().trim().max(200).refine((text) => !text.includes("\0")).default("") });
/** The first by name; `total` counts all that match. */
export const listedTenantsSchema = z.object({ tenants: z.array(managedTenantSchema), total: z.int() });

export const managedTenantRefSchema = z.object({ slug: slugSchema });
/** What goes with a tenant. */
export const tenantLossSchema = z.object({ spaces: z.int(), addresses: z.int(), credentials: z.int(), members: z.int() });
export type TenantLoss = z.infer<typeof tenantLossSchema>;

const nameSchema = z.string().trim().min(1, "Give the tenant a name.").max(100, "A name has at most 100 characters.").refine((name) => !/[\p{C}<>]/u.test(name), "A name has no invisible characters, < or >.");
const maxSpacesSchema = z.int("Give a whole number.").min(0, "Give a whole number from 0 on.").max(1_000, "A tenant has at most 1000 spaces.");

export const createTenantSchema = z.object({
  slug: slugSchema,
  name: nameSchema,
  maxSpaces: maxSpacesSchema,
  spacePlanId: z.string().min(1, "Choose a plan.").max(100),
  /** Who becomes its first tenant-admin, by an invitation. */
  admin: newMemberFields.pick({ email: true, name: true }),
});
export type CreateTenant = z.infer<typeof createTenantSchema>;
/** The only place where the link of the first admin's invitation appears; null where it goes by e-mail. */
export const createdTenantSchema = z.object({ tenant: managedTenantSchema, link: z.string().nullable() });

export const updateTenantSchema = createTenantSchema.pick({ slug: true, name: true, maxSpaces: true, spacePlanId: true });
export type UpdateTenant = z.infer<typeof updateTenantSchema>;

export const suspendTenantSchema = managedTenantRefSchema.extend({ reason: z.string().trim().max(300, "A reason has at most 300 characters.").refine((text) => !text.includes("\0")) });

export const deleteTenantSchema = managedTenantRefSchema
  .extend({ typedSlug: z.string() })
  .refine(({ slug, typedSlug }) => slug === typedSlug, { path: ["typedSlug"], message: "Type the tenant's short name exactly." });
