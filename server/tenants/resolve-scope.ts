import { PostroomError } from "#contracts/errors.ts";
import { tenantRoles, type Role } from "#contracts/permissions.ts";
import type { Phase } from "#contracts/phases.ts";
import type { TenantClosure } from "#contracts/tenants/tenant.ts";
import type { Person } from "../auth/verify-token.ts";
import type { Services } from "../services.ts";
import { noteEntrance } from "./note-entrance.ts";
import { closureOf, findScope, type FoundSpace, type FoundTenant } from "./queries.ts";

export interface ResolvedTenant {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  /** Null while it is open. */
  readonly closure: TenantClosure | null;
}

export interface ResolvedSpace {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly phase: Phase;
}

interface Caller {
  readonly services: Services;
  readonly person: Person;
}

/**
 * The tenant that the caller asks for, with the roles held there, read from its row now.
 * @throws PostroomError `not-found`, with one text for tenants that do not exist and tenants of others
 */
export async function resolveTenant(caller: Caller, requestedTenant: string): Promise<{ tenant: ResolvedTenant; roles: Role[] }> {
  const found = await find(caller, requestedTenant);
  return { tenant: tenantOf(found), roles: rolesOf(caller.person, found) };
}

/** As {@link resolveTenant}, with one of the tenant's spaces. @throws PostroomError `not-found` */
export async function resolveSpace(
  caller: Caller,
  requestedTenant: string,
  requestedSpace: string,
): Promise<{ tenant: ResolvedTenant; roles: Role[]; space: ResolvedSpace }> {
  const found = await find(caller, requestedTenant, requestedSpace);
  const [space] = found.spaces;
  if (!space) {
    throw new PostroomError({
      code: "not-found",
      message: `There is no address space “${requestedSpace}” in this tenant. Check the address of the page, or choose one from the switcher.`,
    });
  }
  return { tenant: tenantOf(found), roles: rolesOf(caller.person, found), space: spaceOf(space) };
}

async function find({ services, person }: Caller, tenantSlug: string, spaceSlug?: string): Promise<FoundTenant> {
  const found = await services.database.withPerson(person.userId, { readsAllTenants: person.platformRoles.length > 0 }, (client) =>
    findScope(client, { tenantSlug, spaceSlug, userId: person.userId }),
  );
  if (found) {
    await noteEntrance({ services, person }, found);
    return found;
  }
  throw new PostroomError({
    code: "not-found",
    message: `There is no tenant “${tenantSlug}” that you can enter. Check the address of the page, or ask a tenant-admin to invite you.`,
  });
}

function rolesOf(person: Person, found: FoundTenant): Role[] {
  const held = found.memberships.map((membership) => membership.role);
  return [...tenantRoles.filter((role) => held.includes(role)), ...person.platformRoles];
}

function tenantOf({ id, slug, name, ...tenant }: FoundTenant): ResolvedTenant {
  return { id, slug, name, closure: closureOf(tenant) };
}

function spaceOf({ id, slug, name, phase }: FoundSpace): ResolvedSpace {
  return { id, slug, name, phase: phase as Phase };
}
