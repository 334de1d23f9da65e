import type { Address } from "#contracts/addresses/address.ts";
import { PostroomError } from "#contracts/errors.ts";
import { refusalOf } from "#contracts/phases.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { requireAddress } from "./get-address.ts";
import { deleteSubscriptionsOf } from "./delete-subscriptions.ts";
import { markAddressTerminating } from "./queries.ts";

/**
 * Asks for the end of an address: it answers in phase Terminating, and the provisioner removes it from gateways and brokers. The
 * subscriptions of a topic go along.
 * @throws PostroomError `not-found`, `phase-forbids` when it is already being deleted
 */
export function deleteAddress(ctx: SpaceContext, input: { name: string }): Promise<Address> {
  return ctx.inTenant(async (client) => {
    const before = await requireAddress(client, ctx, input.name);
    const marked = await markAddressTerminating(client, before.id);
    const { plan: _plan, ...after } = await requireAddress(client, ctx, input.name);
    if (!marked) {
      throw new PostroomError({ code: "phase-forbids", message: refusalOf("delete", "Terminating") ?? "The address cannot be deleted now." });
    }
    await recordAudit(client, { tenantId: ctx.tenant.id, person: ctx.person }, {
      action: "address:delete",
      objectType: "address",
      objectName: `${ctx.space.slug}/${before.name}`,
      before: { type: before.type, planId: before.planId, phase: before.phase },
    });
    if (before.type === "topic") await deleteSubscriptionsOf(client, ctx, [before.id]);
    return after;
  });
}
