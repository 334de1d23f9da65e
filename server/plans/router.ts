import { z } from "zod";
import { addressPlanSchema, listPlanChoicesSchema, planChoiceSchema } from "#contracts/plans/plan.ts";
import { managedPlansSchema, planEffectsSchema, planReferenceSchema, retirePlanSchema, saveAddressPlanSchema, saveSpacePlanSchema } from "#contracts/plans/manage-plans.ts";
import { platformProcedure, spaceProcedure } from "../trpc/procedures.ts";
import { router } from "../trpc/trpc.ts";
import { listManagedPlans, retirePlan, rollOutPlanAgain, saveAddressPlan, saveSpacePlan } from "./manage-plans.ts";
import { listPlanChoices, listPlans } from "./list-plan-choices.ts";

export const plansRouter = router({
  list: spaceProcedure("plan:read")
    .output(z.array(addressPlanSchema))
    .query(({ ctx }) => listPlans(ctx)),
  listManaged: platformProcedure("platform-plan:update").output(managedPlansSchema).query(({ ctx }) => listManagedPlans(ctx)),
  saveAddressPlan: platformProcedure("platform-plan:update")
    .input(saveAddressPlanSchema)
    .output(planEffectsSchema)
    .mutation(({ ctx, input }) => saveAddressPlan(ctx, input)),
  saveSpacePlan: platformProcedure("platform-plan:update")
    .input(saveSpacePlanSchema)
    .output(planEffectsSchema)
    .mutation(({ ctx, input }) => saveSpacePlan(ctx, input)),
  retire: platformProcedure("platform-plan:update")
    .input(retirePlanSchema)
    .mutation(({ ctx, input }) => retirePlan(ctx, input)),
  rollOut: platformProcedure("platform-plan:update")
    .input(planReferenceSchema)
    .mutation(({ ctx, input }) => rollOutPlanAgain(ctx, input)),
  listChoices: spaceProcedure("plan:read")
    .input(listPlanChoicesSchema)
    .output(z.array(planChoiceSchema))
    .query(({ ctx, input }) => listPlanChoices(ctx, input)),
});
