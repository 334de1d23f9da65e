import { z } from "zod";
import { listPlanChoicesSchema, planChoiceSchema } from "#contracts/plans/plan.ts";
import { spaceProcedure } from "../trpc/procedures.ts";
import { router } from "../trpc/trpc.ts";
import { listPlanChoices } from "./list-plan-choices.ts";

export const plansRouter = router({
  listChoices: spaceProcedure("plan:read")
    .input(listPlanChoicesSchema)
    .output(z.array(planChoiceSchema))
    .query(({ ctx, input }) => listPlanChoices(ctx, input)),
});
