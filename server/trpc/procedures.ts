import { z } from "zod";
import { spaceScopeSchema } from "#contracts/addresses/address.ts";
import { PostroomError } from "#contracts/errors.ts";
import { slugSchema } from "#contracts/naming.ts";
import { isAllowed, missingPermission, type Permission, type Role } from "#contracts/permissions.ts";
import { closureSentence } from "#contracts/tenants/closure-sentence.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Person } from "../auth/verify-token.ts";
import type { PlatformClient, TenantClient } from "../db/database.ts";
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

/** What a use-case across tenants knows: the permission of the platform role has been checked. */
export interface PlatformContext extends PersonContext {
  /** One transaction that sees what belongs to no tenant. */
  readonly inPlatform: <T>(work: (client: PlatformClient) => Promise<T>) => Promise<T>;
}

/** For anybody at all. Whoever uses it shows in review why nothing else will do. */
export const publicProcedure = baseProcedure.meta({ access: { kind: "public" } });

/** For callers who have logged in; says nothing about tenants. */
export const personProcedure = baseProcedure
  .meta({ access: { kind: "person" } })
  .use(async ({ ctx, next }) => {
    const person = await ctx.authenticate();
    const waitSeconds = ctx.services.rateLimits.person.take(person.userId);
    if (waitSeconds === 0) return next({ ctx: { person } satisfies Partial<PersonContext> });
    throw new PostroomError({ code: "rate-limited", message: `You have asked more than the console answers to one person. Wait ${waitSeconds} s; a program should slow down.` });
  });

/** For callers with a platform role that carries the permission; roles in tenants do not count. */
export function platformProcedure(permission: Permission) {
  return personProcedure.meta({ access: { kind: "platform", permission } }).use(async ({ ctx, next, type }) => {
    const { services, person } = ctx;
    if (type === "mutation" && !isAllowed(person.platformRoles, permission)) {
      await services.database.withPlatform(person.userId, (client) => recordAudit(client, { tenantId: null, person }, { action: permission, objectType: "tenant", objectName: "", outcome: "refused" }));
    }
    requirePermission(person.platformRoles, permission);
    const inPlatform: PlatformContext["inPlatform"] = (work) => services.database.withPlatform(person.userId, work);
    return next({ ctx: { inPlatform } });
  });
}

/** For callers who may enter the tenant of the input and hold the permission there; membership is read on each request. */
export function tenantProcedure(permission: Permission) {
  return personProcedure
    .meta({ access: { kind: "tenant", permission } })
    .input(z.object({ tenant: slugSchema }))
    .use(async ({ ctx, input, next, type }) => {
      const { tenant, roles } = await resolveTenant(ctx, input.tenant);
      const known = tenantContext(ctx, tenant, roles);
      if (type === "mutation" && !isAllowed(roles, permission)) await recordRefusal(known, permission, "tenant", tenant.slug);
      requirePermission(roles, permission);
      if (type === "mutation") requireOpenTenant(tenant, permission);
      return next({ ctx: known });
    });
}

/** As {@link tenantProcedure}, with one of the tenant's address spaces. */
export function spaceProcedure(permission: Permission) {
  return personProcedure
    .meta({ access: { kind: "space", permission } })
    .input(spaceScopeSchema)
    .use(async ({ ctx, input, next, type }) => {
      const { tenant, roles, space } = await resolveSpace(ctx, input.tenant, input.space);
      const known = tenantContext(ctx, tenant, roles);
      if (type === "mutation" && !isAllowed(roles, permission)) await recordRefusal(known, permission, "space", space.slug);
      requirePermission(roles, permission);
      if (type === "mutation") requireOpenTenant(tenant, permission);
      return next({ ctx: { ...known, space } });
    });
}

function tenantContext({ services, person }: PersonContext, tenant: ResolvedTenant, roles: readonly Role[]): TenantContext {
  return { services, person, tenant, roles, inTenant: (work) => services.database.withTenant(tenant.id, person.userId, work) };
}

/** Whoever tries what they may not is seen in the audit trail; reading is not recorded. */
async function recordRefusal(ctx: TenantContext, permission: Permission, objectType: "tenant" | "space", objectName: string): Promise<void> {
  await ctx.inTenant((client) => recordAudit(client, { tenantId: ctx.tenant.id, person: ctx.person }, { action: permission, objectType, objectName, outcome: "refused" }));
}

/** Nothing is changed in a closed tenant but by platform roles. @throws PostroomError `phase-forbids` */
function requireOpenTenant({ name, closure }: ResolvedTenant, permission: Permission): void {
  if (closure !== null && !permission.startsWith("platform-")) throw new PostroomError({ code: "phase-forbids", message: closureSentence(name, closure) });
}

function requirePermission(roles: readonly Role[], permission: Permission): void {
  if (isAllowed(roles, permission)) return;
  throw new PostroomError({ code: "forbidden", message: missingPermission(roles, permission) ?? "This needs a right that you do not hold." });
}
