import { z } from "zod";
import { platformRoles, tenantRoles } from "../permissions.ts";

/** A tenant the caller may enter, with the roles held there and its spaces. */
export const tenantSummarySchema = z.object({
  slug: z.string(),
  name: z.string(),
  roles: z.array(z.enum([...tenantRoles, ...platformRoles])),
  spaces: z.array(z.object({ slug: z.string(), name: z.string() })),
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
