import type { Address, UpdateAddress } from "#contracts/addresses/address.ts";
import { PostroomError } from "#contracts/errors.ts";
import { refusalOf } from "#contracts/phases.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { listAllowedPlans } from "../plans/queries.ts";
import { requireLivingSpace, requireSpaceAccount, withSpaceQuota } from "../spaces/space-account.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { requireFittingOptions, requirePlan, requireQuota } from "./create-address.ts";
import { requireAddress } from "./get-address.ts";
import { storeAddressChange } from "./queries.ts";

/**
 * Asks for another plan and other options of an address. Its messages stay: on the broker it keeps its name, and the new
 * limits are set for it alone. The plan that it has may stay even when it is no longer offered.
 * @throws PostroomError `not-found`, `conflict` when somebody changed it since `generation`, `phase-forbids`, `invalid-input`,
 *   `quota-exceeded`
 */
export function updateAddress(ctx: SpaceContext, input: Omit<UpdateAddress, "tenant" | "space">): Promise<Address> {
  return withSpaceQuota(ctx, async (client) => {
    const before = await requireAddress(client, ctx, input.name);
    const refusal = refusalOf("update", before.phase);
    if (refusal !== undefined) throw new PostroomError({ code: "phase-forbids", message: refusal });
    const account = await requireSpaceAccount(client, ctx);
    requireLivingSpace(account, ctx);
    const offered = await listAllowedPlans(client, before.type, account.addressPlanIds);
    const plan = requirePlan([before.plan, ...offered], { type: before.type, planId: input.planId }, account);
    requireFittingOptions(plan, input.options);
    requireQuota(account, { storedBytes: (plan.storedBytes ?? 0) - (before.plan.storedBytes ?? 0) });
    if (!(await storeAddressChange(client, { id: before.id, generation: input.generation }, input))) {
      throw new PostroomError({
        code: "conflict",
        message: `Somebody else has changed “${before.name}” since you opened it, and nothing of yours has been saved. Look at what it is now, and change it again.`,
      });
    }
    const { plan: _plan, ...after } = await requireAddress(client, ctx, input.name);
    await recordAudit(client, { tenantId: ctx.tenant.id, person: ctx.person }, {
      action: "address:update",
      objectType: "address",
      objectName: `${ctx.space.slug}/${before.name}`,
      before: { planId: before.planId, options: before.options },
      after: { planId: after.planId, options: after.options },
    });
    return after;
  });
}
