import { tenantRoles } from "#contracts/permissions.ts";
import type { Session } from "#contracts/tenants/tenant.ts";
import { closureOf, listVisibleTenants } from "../tenants/queries.ts";
import { requireLoginAfter } from "../tenants/note-entrance.ts";
import type { PersonContext } from "../trpc/procedures.ts";

/** Who is calling, and the tenants they may enter; platform roles may enter all. */
export async function getSession({ services, person }: PersonContext): Promise<Session> {
  const readsAllTenants = person.platformRoles.length > 0;
  const tenants = await services.database.withPerson(person.userId, { readsAllTenants }, (client) => listVisibleTenants(client, person.userId));
  for (const { memberships } of tenants) for (const { signedOutAt } of memberships) requireLoginAfter(person, signedOutAt);
  return {
    userId: person.userId,
    email: person.email,
    name: person.name,
    platformRoles: [...person.platformRoles],
    tenants: tenants.map(({ slug, name, memberships, spaces, ...tenant }) => ({
      slug,
      name,
      roles: [...tenantRoles.filter((role) => memberships.some((membership) => membership.role === role)), ...person.platformRoles],
      spaces,
      closure: closureOf(tenant),
    })),
  };
}
