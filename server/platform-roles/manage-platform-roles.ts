import { PostroomError } from "#contracts/errors.ts";
import { lastPlatformAdminRefusal, type PlatformPerson, type SetPlatformRoles } from "#contracts/platform-roles/platform-person.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { PlatformContext } from "../trpc/procedures.ts";
import { listPlatformPersonRows, lockPlatformPeople, storeWantedRoles, type PlatformPersonRow } from "./queries.ts";

/** So many people at most hold roles across tenants. */
const maxPeople = 500;

function toPlatformPerson(ctx: PlatformContext, row: PlatformPersonRow): PlatformPerson {
  return { ...row, isYou: row.email === ctx.person.email };
}

/** Everybody who holds roles across tenants, by e-mail address. */
export async function listPlatformPeople(ctx: PlatformContext): Promise<PlatformPerson[]> {
  return (await ctx.inPlatform(listPlatformPersonRows)).map((row) => toPlatformPerson(ctx, row));
}

/**
 * Gives a person exactly these roles across tenants, from the person's next token on; the provisioner makes it so in Keycloak. Safe
 * to repeat: it says what shall be, not what changes.
 * @throws PostroomError `conflict` for the last platform-admin, `quota-exceeded` above 500 people
 */
export function setPlatformRoles(ctx: PlatformContext, { email, roles }: SetPlatformRoles): Promise<PlatformPerson> {
  const wanted = [...new Set(roles)].toSorted();
  return ctx.inPlatform(async (client) => {
    await lockPlatformPeople(client);
    const all = await listPlatformPersonRows(client);
    const before = all.find((each) => each.email === email);
    const refusal = lastPlatformAdminRefusal(email, wanted, all);
    if (refusal) throw new PostroomError({ code: "conflict", message: refusal, field: "roles" });
    if (!before && all.length >= maxPeople) {
      throw new PostroomError({ code: "quota-exceeded", message: `${maxPeople} people hold roles across tenants already, and more are not managed here. Take roles away from somebody first.` });
    }
    await storeWantedRoles(client, email, wanted);
    await recordAudit(client, { tenantId: null, person: ctx.person }, { action: "platform-role:update", objectType: "platform-role", objectName: email, before: { roles: before?.roles ?? [] }, after: { roles: wanted } });
    return toPlatformPerson(ctx, { email, name: "", roles: [], ...before, wantedRoles: wanted, phase: "Pending", reason: null });
  });
}
