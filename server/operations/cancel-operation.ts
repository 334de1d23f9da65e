import { PostroomError } from "#contracts/errors.ts";
import { operationPermissions, type Operation } from "#contracts/operations/operation.ts";
import { isUnderWay } from "#contracts/operations/operation-phase.ts";
import { missingPermission } from "#contracts/permissions.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { requireOperation } from "./list-operations.ts";
import { markCancelled } from "./queries.ts";

/**
 * Has the operation end after the part under way; what is done stays done. Asking again changes nothing.
 * @throws PostroomError `not-found`, `forbidden` without the right to ask for such an operation, `phase-forbids` when it has ended
 */
export function cancelOperation(ctx: SpaceContext, { id }: { id: string }): Promise<Operation> {
  return ctx.inTenant(async (client) => {
    const { kind, phase, subject, done } = await requireOperation(client, ctx, id);
    const missing = missingPermission(ctx.roles, operationPermissions[kind]);
    if (missing !== undefined) throw new PostroomError({ code: "forbidden", message: missing });
    if (!isUnderWay(phase)) throw new PostroomError({ code: "phase-forbids", message: "The operation has already ended, so there is nothing to cancel." });
    if (await markCancelled(client, id, ctx.person.email)) {
      await recordAudit(client, { tenantId: ctx.tenant.id, person: ctx.person }, {
        action: "operation:cancel",
        objectType: "operation",
        objectName: `${ctx.space.slug}/${id}`,
        before: { kind, subject, done },
      });
    }
    return requireOperation(client, ctx, id);
  });
}
