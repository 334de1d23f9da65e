import { PostroomError } from "#contracts/errors.ts";
import type { Operation } from "#contracts/operations/operation.ts";
import type { TenantClient } from "../db/database.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { findOperations, listOperationRows } from "./queries.ts";

const maxListed = 50;

/** The newest operations of the space, those under way first. */
export function listOperations(ctx: SpaceContext): Promise<Operation[]> {
  return ctx.inTenant((client) => listOperationRows(client, ctx.space.id, maxListed));
}

/** @throws PostroomError `not-found` */
export function getOperation(ctx: SpaceContext, { id }: { id: string }): Promise<Operation> {
  return ctx.inTenant((client) => requireOperation(client, ctx, id));
}

/** @throws PostroomError `not-found` */
export async function requireOperation(client: TenantClient, ctx: SpaceContext, id: string): Promise<Operation> {
  const [found] = await findOperations(client, ctx.space.id, [id]);
  if (found) return found;
  throw new PostroomError({ code: "not-found", message: "There is no such operation in this space. Operations are forgotten 30 days after their end." });
}
