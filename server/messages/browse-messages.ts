import { hasQueue } from "#contracts/addresses/address-type.ts";
import type { AddressDetail } from "#contracts/addresses/address-detail.ts";
import { PostroomError } from "#contracts/errors.ts";
import type { BrowseMessages, MessageCounts, MessagePage } from "#contracts/messages/message.ts";
import { refusalOf } from "#contracts/phases.ts";
import { isAllowed } from "#contracts/permissions.ts";
import { requireAddress } from "../addresses/get-address.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { TenantClient } from "../db/database.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { askBroker } from "./ask-broker.ts";

/**
 * A page of what waits in a queue or among its dead letters, which stays there. Bodies are for whoever may read them only, and reading
 * them stands in the audit trail first.
 * @throws PostroomError `not-found`, `phase-forbids`, `invalid-input` for an address without a queue or a selector that is none, `unavailable`, `time-out`
 */
export async function browseMessages(ctx: SpaceContext, { name, source, selector, order, skip }: BrowseMessages): Promise<MessagePage> {
  const withBodies = isAllowed(ctx.roles, "message-body:read");
  const { id: addressId } = await ctx.inTenant(async (client) => {
    const address = await requireQueue(client, ctx, name);
    if (withBodies) {
      await recordAudit(client, { tenantId: ctx.tenant.id, person: ctx.person }, {
        action: "message-body:read",
        objectType: "address",
        objectName: `${ctx.space.slug}/${address.name}`,
        outcome: "done",
        after: { source, selector, order, skip },
      });
    }
    return address;
  });
  return (await askBroker(ctx, { kind: "browse", addressId, source, selector, order, skip, withBodies })).page;
}

/** What the queue and its dead letters hold right now. @throws PostroomError as {@link browseMessages} */
export async function countMessages(ctx: SpaceContext, { name, selector }: { name: string; selector: string }): Promise<MessageCounts> {
  const { id: addressId } = await ctx.inTenant((client) => requireQueue(client, ctx, name));
  return (await askBroker(ctx, { kind: "count", addressId, selector })).counts;
}

/** @throws PostroomError `not-found`, `invalid-input` for an address without a queue, `phase-forbids` while there is nothing to look into */
export async function requireQueue(client: TenantClient, ctx: SpaceContext, name: string): Promise<AddressDetail> {
  const address = await requireAddress(client, ctx, name);
  // Before the phase: whoever is told to wait for it would wait for nothing.
  if (!hasQueue(address.type)) throw new PostroomError({ code: "invalid-input", message: `“${address.name}” is of the type ${address.type}, which keeps no messages of its own. Only queues and subscriptions can be looked into.`, field: "name" });
  const refusal = refusalOf("look-into", address.phase);
  if (refusal !== undefined) throw new PostroomError({ code: "phase-forbids", message: refusal });
  return address;
}
