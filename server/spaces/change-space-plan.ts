import { PostroomError } from "#contracts/errors.ts";
import type { SpacePlanChoice } from "#contracts/plans/manage-plans.ts";
import { metersOf } from "#contracts/plans/quota.ts";
import { formatBytes } from "#contracts/plans/quota-sentences.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { TenantClient } from "../db/database.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { listAddressesOutsidePlans, listSpacePlans, storeSpacePlanOfSpace } from "./plan-queries.ts";
import { measuredMeters, requireLivingSpace, requireSpaceAccount, withSpaceQuota } from "./space-account.ts";

const maxNamed = 5;

/** The plans to which the space can move, each with what would not fit. Retired ones are left out. */
export function listSpacePlanChoices(ctx: SpaceContext): Promise<SpacePlanChoice[]> {
  return ctx.inTenant((client) => readChoices(client, ctx));
}

/**
 * Moves the space to another plan; what is there stays as it is, and gateways learn the new limits.
 * @throws PostroomError `invalid-input` for an unknown plan, `quota-exceeded` naming what does not fit, `phase-forbids`
 */
export function changeSpacePlan(ctx: SpaceContext, { planId }: { planId: string }): Promise<SpacePlanChoice> {
  return withSpaceQuota(ctx, async (client) => {
    requireLivingSpace(await requireSpaceAccount(client, ctx), ctx);
    const choices = await readChoices(client, ctx);
    const [before, after] = [choices.find(({ isCurrent }) => isCurrent), choices.find(({ id }) => id === planId)];
    if (!after) throw new PostroomError({ code: "invalid-input", field: "planId", message: `Choose one of the space plans: ${choices.map(({ name }) => name).join(", ")}.` });
    if (after.refusals.length > 0) {
      throw new PostroomError({ code: "quota-exceeded", field: "planId", message: `The space does not fit the plan ${after.name}: ${after.refusals.join("; ")}. Delete or change these first, or choose a larger plan.` });
    }
    await storeSpacePlanOfSpace(client, ctx.space.id, planId);
    await recordAudit(client, { tenantId: ctx.tenant.id, person: ctx.person }, {
      action: "space:change-plan",
      objectType: "space",
      objectName: ctx.space.slug,
      before: { planId: before?.id ?? null },
      after: { planId },
    });
    return { ...after, isCurrent: true };
  });
}

async function readChoices(client: TenantClient, ctx: SpaceContext): Promise<SpacePlanChoice[]> {
  const account = await requireSpaceAccount(client, ctx);
  const plans = await listSpacePlans(client);
  const choices: SpacePlanChoice[] = [];
  for (const plan of plans) {
    const isCurrent = plan.id === account.planId;
    if (plan.isRetired && !isCurrent) continue;
    const outside = await listAddressesOutsidePlans(client, ctx.space.id, plan.addressPlanIds, maxNamed);
    const refusals = isCurrent
      ? []
      : [
          ...metersOf(plan, account.use)
            .filter(({ used, limit }) => used > limit)
            .map(({ name, used, limit }) => (name === "storedBytes" ? `${formatBytes(used)} are reserved, and it allows ${formatBytes(limit)}` : `there are ${used} ${name}, and it allows ${limit}`)),
          ...(outside.count === 0 ? [] : [`${outside.count === 1 ? "one address is" : `${outside.count} addresses are`} on plans that it does not offer: ${outside.names.join(", ")}${outside.count > outside.names.length ? " …" : ""}`]),
        ];
    choices.push({ id: plan.id, name: plan.name, description: plan.description, isCurrent, quotaAfter: measuredMeters(plan, account.use), refusals });
  }
  return choices;
}
