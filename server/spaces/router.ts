import { z } from "zod";
import { changeSpacePlanSchema, spacePlanChoiceSchema } from "#contracts/plans/manage-plans.ts";
import { spaceSchema } from "#contracts/spaces/space.ts";
import { spaceProcedure } from "../trpc/procedures.ts";
import { router } from "../trpc/trpc.ts";
import { changeSpacePlan, listSpacePlanChoices } from "./change-space-plan.ts";
import { getSpace } from "./get-space.ts";

export const spacesRouter = router({
  get: spaceProcedure("space:read").output(spaceSchema).query(({ ctx }) => getSpace(ctx)),
  listPlanChoices: spaceProcedure("platform-space:update")
    .output(z.array(spacePlanChoiceSchema))
    .query(({ ctx }) => listSpacePlanChoices(ctx)),
  changePlan: spaceProcedure("platform-space:update")
    .input(changeSpacePlanSchema)
    .output(spacePlanChoiceSchema)
    .mutation(({ ctx, input }) => changeSpacePlan(ctx, input)),
});
