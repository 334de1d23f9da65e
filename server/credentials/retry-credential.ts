import type { Credential } from "#contracts/credentials/credential.ts";
import { PostroomError } from "#contracts/errors.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { markDue } from "../db/mark-due.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { requireCredential } from "./require-credential.ts";

/** Has the provisioner try at once what waits for its next try. @throws PostroomError `not-found`, `phase-forbids` when nothing is to be done */
export function retryCredential(ctx: SpaceContext, input: { name: string }): Promise<Credential> {
  return ctx.inTenant(async (client) => {
    const before = await requireCredential(client, ctx, input.name);
    if (!(await markDue(client, "credential", before.id))) {
      throw new PostroomError({ code: "phase-forbids", message: `The credential “${before.name}” is as it was asked for, so there is nothing to try again.` });
    }
    await recordAudit(client, { tenantId: ctx.tenant.id, person: ctx.person }, {
      action: "credential:retry",
      objectType: "credential",
      objectName: `${ctx.space.slug}/${before.name}`,
      before: { phase: before.phase, reason: before.reason },
    });
    return requireCredential(client, ctx, input.name);
  });
}
