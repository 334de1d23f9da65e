import type { CloseConnections } from "#contracts/connections/connection.ts";
import { PostroomError } from "#contracts/errors.ts";
import type { Operation } from "#contracts/operations/operation.ts";
import { recordAudits } from "../audit/record-audits.ts";
import { startOperation } from "../operations/start-operation.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { findConnections } from "./queries.ts";

/**
 * Starts the operation that closes connections of the space; each client is told the reason. Those that are closed already count
 * as done.
 * @throws PostroomError `not-found` when none of them is there, `rate-limited`
 */
export function closeConnections(ctx: SpaceContext, { ids, reason }: Pick<CloseConnections, "ids" | "reason">): Promise<Operation> {
  return ctx.inTenant(async (client) => {
    const found = await findConnections(client, ctx.space.id, ids);
    const [first] = found;
    if (first === undefined) throw new PostroomError({ code: "not-found", message: ids.length === 1 ? "This connection is closed already." : "These connections are all closed already." });
    const operation = await startOperation(client, ctx, { kind: "close-connections", subject: found.length === 1 ? first.container : "", parameters: { ids: found.map(({ id }) => id), reason }, total: found.length });
    await recordAudits(client, { tenantId: ctx.tenant.id, person: ctx.person }, found.map(({ id, container, login, remoteAddress }) => ({
      action: "connection:close",
      objectType: "connection",
      objectName: `${ctx.space.slug}/${container}`,
      before: { id, login, remoteAddress },
      after: { reason },
    })));
    return operation;
  });
}
