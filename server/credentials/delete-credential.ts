import type { Credential } from "#contracts/credentials/credential.ts";
import { PostroomError } from "#contracts/errors.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { markCredentialTerminating } from "./queries.ts";
import { requireCredential } from "./require-credential.ts";

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
