import { z } from "zod";
import { spaceChartSchema } from "#contracts/addresses/address-chart.ts";
import { idempotencyKeySchema } from "#contracts/idempotency-key.ts";
import { changeSpacePlanSchema, spacePlanChoiceSchema } from "#contracts/plans/manage-plans.ts";
import { createSpaceSchema, deleteSpaceSchema, listedSpaceSchema, listedSpacesSchema, spaceSchema } from "#contracts/spaces/space.ts";
import { spaceProcedure, tenantProcedure } from "../trpc/procedures.ts";
import { router } from "../trpc/trpc.ts";
import { changeSpacePlan, listSpacePlanChoices } from "./change-space-plan.ts";
import { getSpace } from "./get-space.ts";
import { getSpaceChart } from "./get-space-chart.ts";
import { createSpace, deleteSpace, listSpaces, retrySpace } from "./manage-spaces.ts";

export const spacesRouter = router({
  get: spaceProcedure("space:read").output(spaceSchema).query(({ ctx }) => getSpace(ctx)),
  getChart: spaceProcedure("address:read").output(spaceChartSchema).query(({ ctx }) => getSpaceChart(ctx)),
  list: tenantProcedure("space:read").output(listedSpacesSchema).query(({ ctx }) => listSpaces(ctx)),
  create: tenantProcedure("space:create")
    .input(createSpaceSchema)
    .input(idempotencyKeySchema)
    .output(listedSpaceSchema)
    .mutation(({ ctx, input }) => createSpace(ctx, input, input.idempotencyKey)),
  retry: spaceProcedure("space:create")
    .output(listedSpaceSchema)
    .mutation(({ ctx }) => retrySpace(ctx)),
  delete: spaceProcedure("space:delete")
    .input(deleteSpaceSchema)
    .output(listedSpaceSchema)
    .mutation(({ ctx }) => deleteSpace(ctx)),
  listPlanChoices: spaceProcedure("platform-space:update")
    .output(z.array(spacePlanChoiceSchema))
    .query(({ ctx }) => listSpacePlanChoices(ctx)),
  changePlan: spaceProcedure("platform-space:update")
    .input(changeSpacePlanSchema)
    .output(spacePlanChoiceSchema)
    .mutation(({ ctx, input }) => changeSpacePlan(ctx, input)),
});
