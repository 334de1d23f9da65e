import { z } from "zod";
import { platformRoles, tenantRoles } from "../permissions.ts";

/** Why a tenant is closed to messaging clients and to changes. */
export const tenantClosureSchema = z.object({
  kind: z.enum(["suspended", "deleting"]),
  /** Why, in the words of who suspended it; may be empty. */
  reason: z.string(),
  /** When everything in it goes for good; null while it is only suspended. */
  deleteAt: z.iso.datetime().nullable(),
});
export type TenantClosure = z.infer<typeof tenantClosureSchema>;

/** A tenant the caller may enter, with the roles held there and its spaces. */
export const tenantSummarySchema = z.object({
  slug: z.string(),
  name: z.string(),
  roles: z.array(z.enum([...tenantRoles, ...platformRoles])),
  spaces: z.array(z.object({ slug: z.string(), name: z.string() })),
  /** Null while it is open. */
  closure: tenantClosureSchema.nullable(),
});
export type TenantSummary = z.infer<typeof tenantSummarySchema>;

/** Answer of `session.get`: who is calling and where they may go. */
export const sessionSchema = z.object({
  userId: z.string(),
  email: z.string(),
  name: z.string(),
  platformRoles: z.array(z.enum(platformRoles)),
  tenants: z.array(tenantSummarySchema),
});
export type Session = z.infer<typeof sessionSchema>;
