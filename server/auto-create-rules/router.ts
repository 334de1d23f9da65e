import { z } from "zod";
import { autoCreateRuleSchema, createAutoCreateRuleSchema, deleteAutoCreateRuleSchema, updateAutoCreateRuleSchema } from "#contracts/auto-create-rules/auto-create-rule.ts";
import { idempotencyKeySchema } from "#contracts/idempotency-key.ts";
import { spaceProcedure } from "../trpc/procedures.ts";
import { router } from "../trpc/trpc.ts";
import { createAutoCreateRule, deleteAutoCreateRule, listAutoCreateRules, updateAutoCreateRule } from "./manage-auto-create-rules.ts";

export const autoCreateRulesRouter = router({
  list: spaceProcedure("auto-create-rule:read").output(z.array(autoCreateRuleSchema)).query(({ ctx }) => listAutoCreateRules(ctx)),
  create: spaceProcedure("auto-create-rule:create")
    .input(createAutoCreateRuleSchema)
    .input(idempotencyKeySchema)
    .output(autoCreateRuleSchema)
    .mutation(({ ctx, input: { pattern, type, planId, deleteUnusedMinutes, idempotencyKey } }) => createAutoCreateRule(ctx, { pattern, type, planId, deleteUnusedMinutes }, idempotencyKey)),
  update: spaceProcedure("auto-create-rule:update")
    .input(updateAutoCreateRuleSchema)
    .output(autoCreateRuleSchema)
    .mutation(({ ctx, input: { id, pattern, type, planId, deleteUnusedMinutes } }) => updateAutoCreateRule(ctx, { id, pattern, type, planId, deleteUnusedMinutes })),
  delete: spaceProcedure("auto-create-rule:delete").input(deleteAutoCreateRuleSchema).mutation(({ ctx, input }) => deleteAutoCreateRule(ctx, input)),
});
