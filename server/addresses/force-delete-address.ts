import type { Address } from "#contracts/addresses/address.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { requireAddress } from "./get-address.ts";
import { deleteSubscriptionsOf } from "./delete-subscriptions.ts";
import { markAddressForced } from "./queries.ts";

/**
 * Deletes an address even when its broker does not answer or refuses: whatever the broker still has of it stays behind there.
 * While the broker answers this is an ordinary deletion.
 * @throws PostroomError `not-found`
 */
export function forceDeleteAddress(ctx: SpaceContext, input: { name: string }): Promise<Address> {
  return ctx.inTenant(async (client) => {
    const before = await requireAddress(client, ctx, input.name);
    await markAddressForced(client, before.id);
    await recordAudit(client, { tenantId: ctx.tenant.id, person: ctx.person }, {
      action: "address:force-delete",
      objectType: "address",
      objectName: `${ctx.space.slug}/${before.name}`,
      before: { type: before.type, planId: before.planId, phase: before.phase, reason: before.reason },
    });
    if (before.type === "topic") await deleteSubscriptionsOf(client, ctx, [before.id], true);
    const { plan: _plan, ...after } = await requireAddress(client, ctx, input.name);
    return after;
  });
}
