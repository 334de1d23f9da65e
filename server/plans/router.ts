import { z } from "zod";
import { addressPlanSchema, listPlanChoicesSchema, planChoiceSchema } from "#contracts/plans/plan.ts";
import { spaceProcedure } from "../trpc/procedures.ts";
import { router } from "../trpc/trpc.ts";
import { listPlanChoices, listPlans } from "./list-plan-choices.ts";

export const plansRouter = router({
  list: spaceProcedure("plan:read")
    .output(z.array(addressPlanSchema))
    .query(({ ctx }) => listPlans(ctx)),
  listChoices: spaceProcedure("plan:read")
    .input(listPlanChoicesSchema)
    .output(z.array(planChoiceSchema))
    .query(({ ctx, input }) => listPlanChoices(ctx, input)),
});
