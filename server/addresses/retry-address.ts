import type { Address } from "#contracts/addresses/address.ts";
import { PostroomError } from "#contracts/errors.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { markDue } from "../db/mark-due.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { requireAddress } from "./get-address.ts";

/**
 * Has the provisioner try at once what waits for its next try: an address that Failed is set up anew, one that cannot be
 * deleted is tried again.
 * @throws PostroomError `not-found`, `phase-forbids` when nothing is to be done
 */
export function retryAddress(ctx: SpaceContext, input: { name: string }): Promise<Address> {
  return ctx.inTenant(async (client) => {
    const before = await requireAddress(client, ctx, input.name);
    if (!(await markDue(client, "address", before.id))) {
      throw new PostroomError({ code: "phase-forbids", message: `“${before.name}” is Active as it was asked for, so there is nothing to try again.` });
    }
    await recordAudit(client, { tenantId: ctx.tenant.id, person: ctx.person }, {
      action: "address:retry",
      objectType: "address",
      objectName: `${ctx.space.slug}/${before.name}`,
      before: { phase: before.phase, reason: before.reason },
    });
    const { plan: _plan, ...after } = await requireAddress(client, ctx, input.name);
    return after;
  });
}
