import { z } from "zod";
import { spaceScopeSchema } from "#contracts/addresses/address.ts";
import { PostroomError } from "#contracts/errors.ts";
import { slugSchema } from "#contracts/naming.ts";
import { isAllowed, missingPermission, type Permission, type Role } from "#contracts/permissions.ts";
import type { Person } from "../auth/verify-token.ts";
import type { TenantClient } from "../db/database.ts";
import type { Services } from "../services.ts";
import { resolveSpace, resolveTenant, type ResolvedSpace, type ResolvedTenant } from "../tenants/resolve-scope.ts";
import { baseProcedure } from "./trpc.ts";

/** What a use-case of one person knows. */
export interface PersonContext {
  readonly services: Services;
  readonly person: Person;
}

/** What a use-case inside a tenant knows: the tenant is resolved, and the permission has been checked. */
export interface TenantContext extends PersonContext {
  readonly tenant: ResolvedTenant;
  readonly roles: readonly Role[];
  /** One transaction under row level security of this tenant: the only way to its rows. */
  readonly inTenant: <T>(work: (client: TenantClient) => Promise<T>) => Promise<T>;
}

export interface SpaceContext extends TenantContext {
  readonly space: ResolvedSpace;
}

/** For callers who have logged in; says nothing about tenants. */
export const personProcedure = baseProcedure
  .meta({ access: { kind: "person" } })
  .use(async ({ ctx, next }) => next({ ctx: { person: await ctx.authenticate() } satisfies Partial<PersonContext> }));

/** For callers who may enter the tenant of the input and hold the permission there; membership is read on each request. */
export function tenantProcedure(permission: Permission) {
  return personProcedure
    .meta({ access: { kind: "tenant", permission } })
    .input(z.object({ tenant: slugSchema }))
    .use(async ({ ctx, input, next }) => {
      const { tenant, roles } = await resolveTenant(ctx, input.tenant);
      requirePermission(roles, permission);
      return next({ ctx: tenantContext(ctx, tenant, roles) });
    });
}

/** As {@link tenantProcedure}, with one of the tenant's address spaces. */
export function spaceProcedure(permission: Permission) {
  return personProcedure
    .meta({ access: { kind: "space", permission } })
    .input(spaceScopeSchema)
    .use(async ({ ctx, input, next }) => {
      const { tenant, roles, space } = await resolveSpace(ctx, input.tenant, input.space);
      requirePermission(roles, permission);
      return next({ ctx: { ...tenantContext(ctx, tenant, roles), space } });
    });
}

function tenantContext({ services, person }: PersonContext, tenant: ResolvedTenant, roles: readonly Role[]): TenantContext {
  return { services, person, tenant, roles, inTenant: (work) => services.database.withTenant(tenant.id, person.userId, work) };
}

function requirePermission(roles: readonly Role[], permission: Permission): void {
  if (isAllowed(roles, permission)) return;
  throw new PostroomError({ code: "forbidden", message: missingPermission(roles, permission) ?? "This needs a right that you do not hold." });
}
