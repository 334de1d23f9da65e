import { PostroomError } from "#contracts/errors.ts";
import type { MessageOperation, PurgeMessages } from "#contracts/messages/message.ts";
import type { Operation, OperationKind } from "#contracts/operations/operation.ts";
import type { TenantClient } from "../db/database.ts";
import { isAddressWorkedOn } from "../operations/queries.ts";
import { startOperation } from "../operations/start-operation.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { requireQueue } from "./browse-messages.ts";

/**
 * Starts the operation that removes what waits in a queue or among its dead letters, for good.
 * @throws PostroomError `not-found`, `invalid-input`, `phase-forbids`, `conflict` while the same is under way, `rate-limited`
 */
export function purgeMessages(ctx: SpaceContext, { name, source, selector, expected }: PurgeMessages): Promise<Operation> {
  return ctx.inTenant(async (client) => {
    const address = await requireIdleQueue(client, ctx, name, "purge-messages");
    const parameters: MessageOperation = { addressId: address.id, source, selector };
    const what = `${source === "queue" ? "" : "dead letters of "}${address.name}`;
    return startOperation(client, ctx, { kind: "purge-messages", subject: selector === "" ? what : `${what} where ${selector}`, parameters, total: expected });
  });
}

/**
 * Starts the operation that moves all dead letters that are there back to the end of the queue they came from.
 * @throws PostroomError as {@link purgeMessages}
 */
export function retryDeadLetters(ctx: SpaceContext, { name }: { name: string }): Promise<Operation> {
  return ctx.inTenant(async (client) => {
    const address = await requireIdleQueue(client, ctx, name, "retry-dead-letters");
    const parameters: MessageOperation = { addressId: address.id, source: "dead-letters", selector: "" };
    return startOperation(client, ctx, { kind: "retry-dead-letters", subject: address.name, parameters, total: null });
  });
}

async function requireIdleQueue(client: TenantClient, ctx: SpaceContext, name: string, kind: OperationKind) {
  const address = await requireQueue(client, ctx, name);
  if (await isAddressWorkedOn(client, ctx.space.id, kind, address.id)) {
    throw new PostroomError({ code: "conflict", message: `The same is already being done to “${address.name}”. Its progress stands among the operations.` });
  }
  return address;
}
