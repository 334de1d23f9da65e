import { PostroomError } from "#contracts/errors.ts";
import { maxOperationsUnderWay, type Operation } from "#contracts/operations/operation.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { TenantClient } from "../db/database.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { countUnderWay, insertOperation, type NewOperation } from "./queries.ts";

/**
 * Stores an operation with its audit entry in the caller's transaction; a provisioner does it. The caller has checked the
 * permission: it counts as of now, whatever becomes of the person.
 * @throws PostroomError `rate-limited` when the space has as many under way as it may
 */
export async function startOperation(client: TenantClient, ctx: SpaceContext, operation: NewOperation): Promise<Operation> {
  if ((await countUnderWay(client, ctx.space.id)) >= maxOperationsUnderWay) {
    throw new PostroomError({ code: "rate-limited", message: `This space has ${maxOperationsUnderWay} operations under way, which is the most. Wait until one has ended, or cancel one.` });
  }
  const { userId: requestedById, email: requestedBy, address: requestedFrom } = ctx.person;
  const started = await insertOperation(client, { tenantId: ctx.tenant.id, spaceId: ctx.space.id, requestedById, requestedBy, requestedFrom }, operation);
  const { kind, subject, total } = operation;
  await recordAudit(client, { tenantId: ctx.tenant.id, person: ctx.person }, {
    action: "operation:start",
    objectType: "operation",
    objectName: `${ctx.space.slug}/${started.id}`,
    after: { kind, subject, total },
  });
  return started;
}
