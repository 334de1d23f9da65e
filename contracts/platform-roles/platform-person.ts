import { z } from "zod";
import { emailSchema } from "../members/member.ts";
import { platformRoles, type PlatformRole } from "../permissions.ts";

const rolesSchema = z.array(z.enum(platformRoles)).max(platformRoles.length);

/** Somebody who holds roles across tenants, or is about to. */
export const platformPersonSchema = z.object({
  email: z.string(),
  name: z.string(),
  /** As Keycloak says. */
  roles: rolesSchema,
  /** As a platform-admin asked for, while that is not so yet or was refused; else null. */
  wantedRoles: rolesSchema.nullable(),
  phase: z.enum(["Active", "Pending", "Failed"]),
  /** Why it waits, or why it could not be done. */
  reason: z.string().nullable(),
  isYou: z.boolean(),
});
export type PlatformPerson = z.infer<typeof platformPersonSchema>;

/** Roles that a person shall hold across tenants from now on; none takes all of them away. */
export const setPlatformRolesSchema = z.object({ email: emailSchema, roles: rolesSchema });
export type SetPlatformRoles = z.infer<typeof setPlatformRolesSchema>;

/** Why these roles cannot be given to the person, or undefined when they can. */
export function lastPlatformAdminRefusal(email: string, roles: readonly PlatformRole[], all: readonly Pick<PlatformPerson, "email" | "roles" | "wantedRoles" | "phase">[]): string | undefined {
  const person = all.find((each) => each.email === email);
  if (roles.includes("platform-admin") || person?.roles.includes("platform-admin") !== true) return undefined;
  // Who is only to become one may never do so.
  const others = all.filter((each) => each.email !== email && each.roles.includes("platform-admin") && (each.phase !== "Pending" || each.wantedRoles?.includes("platform-admin") === true));
  return others.length > 0 ? undefined : "This is the last platform-admin, and an installation is never without one. Make somebody else platform-admin first.";
}
