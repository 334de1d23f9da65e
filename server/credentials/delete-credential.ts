import type { Credential } from "#contracts/credentials/credential.ts";
import { PostroomError } from "#contracts/errors.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { TenantClient } from "../db/database.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { findCredential, markCredentialTerminating } from "./queries.ts";

/**
 * Revokes a credential: it answers in phase Terminating, and the provisioner ends its connections and its login.
 * @throws PostroomError `not-found`, `phase-forbids` when it is already being deleted
 */
export function deleteCredential(ctx: SpaceContext, input: { name: string }): Promise<Credential> {
  return ctx.inTenant(async (client) => {
    const before = await requireCredential(client, ctx, input.name);
    if (!(await markCredentialTerminating(client, before.id))) {
      throw new PostroomError({ code: "phase-forbids", message: "The credential is already being deleted." });
    }
    await recordAudit(client, { tenantId: ctx.tenant.id, person: ctx.person }, {
      action: "credential:delete",
      objectType: "credential",
      objectName: `${ctx.space.slug}/${before.name}`,
      before: { login: before.login, permissions: before.permissions },
    });
    return requireCredential(client, ctx, input.name);
  });
}

async function requireCredential(client: TenantClient, ctx: SpaceContext, name: string): Promise<Credential> {
  const credential = await findCredential(client, ctx.space.id, name);
  if (credential) return credential;
  throw new PostroomError({
    code: "not-found",
    message: `There is no credential “${name}” in the space ${ctx.space.slug}. It may have been deleted; look at the list of credentials.`,
  });
}
