import type { AddressPlan, ListPlanChoices, PlanChoice } from "#contracts/plans/plan.ts";
import { demandOf, refusalOfDemand, useAfter } from "#contracts/plans/quota.ts";
import { refusalSentence } from "#contracts/plans/quota-sentences.ts";
import type { SpaceAccount } from "../spaces/queries.ts";
import { measuredMeters, requireSpaceAccount } from "../spaces/space-account.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { readOfferedPlanIds } from "../spaces/queries.ts";
import { listAllowedPlans, listPlansOffered } from "./queries.ts";

/** The address plans that the space offers, of all types. */
export function listPlans(ctx: SpaceContext): Promise<AddressPlan[]> {
  return ctx.inTenant(async (client) => listPlansOffered(client, await readOfferedPlanIds(client, ctx.space.id)));
}

/** The plans that an address of this type can have in the space, each with the quota before and after. */
export function listPlanChoices(ctx: SpaceContext, input: Pick<ListPlanChoices, "type">): Promise<PlanChoice[]> {
  return ctx.inTenant(async (client) => {
    const account = await requireSpaceAccount(client, ctx);
    const plans = await listAllowedPlans(client, input.type, account.addressPlanIds);
    return plans.map((plan) => toPlanChoice(plan, account, plans));
  });
}

/** One plan as a choice; `refusal` is the sentence why it does not fit, with the nearest of `plans` that does. */
export function toPlanChoice(plan: AddressPlan, account: SpaceAccount, plans: readonly AddressPlan[]): PlanChoice {
  const refusal = refusalOfDemand(account.quota, account.use, demandOf(plan));
  return {
    ...plan,
    quotaBefore: measuredMeters(account.quota, account.use),
    quotaAfter: measuredMeters(account.quota, useAfter(account.use, demandOf(plan))),
    refusal: refusal ? refusalSentence(refusal, account.planName, fittingPlanNames(plan, account, plans)) : null,
  };
}

/** Names of the other plans that would fit, the one that reserves most first: the nearest to what was asked. */
export function fittingPlanNames(asked: AddressPlan, account: SpaceAccount, plans: readonly AddressPlan[]): string[] {
  return plans
    .filter((plan) => plan.id !== asked.id && !refusalOfDemand(account.quota, account.use, demandOf(plan)))
    .sort((a, b) => (b.storedBytes ?? 0) - (a.storedBytes ?? 0))
    .map((plan) => plan.name);
}
