import { type AutoCreateRule, type AutoCreateRuleFields, maxRulesOfSpace } from "#contracts/auto-create-rules/auto-create-rule.ts";
import { PostroomError } from "#contracts/errors.ts";
import { addressNameKey } from "#contracts/addresses/address-name-key.ts";
import { requirePlan } from "../addresses/create-address.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { isUniqueViolation } from "../db/database-errors.ts";
import type { TenantClient } from "../db/database.ts";
import { answerOnce, type KeyedRequest } from "../idempotency-keys/answer-once.ts";
import { listAllowedPlans, listPlansOffered } from "../plans/queries.ts";
import { readOfferedPlanIds } from "../spaces/queries.ts";
import { requireLivingSpace, requireSpaceAccount } from "../spaces/space-account.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { findRule, insertRule, listRuleRows, markSpaceRulesChanged, removeRule, storeRule, type StoredRule } from "./queries.ts";

/** The space's rules, by pattern; one that makes nothing at the moment says why. */
export function listAutoCreateRules(ctx: SpaceContext): Promise<AutoCreateRule[]> {
  return ctx.inTenant(async (client) => readRules(client, ctx));
}

/**
 * From now on addresses whose names the pattern covers are made when a program asks for them.
 * @throws PostroomError `invalid-input` for a plan that the space does not offer, `already-exists` for the pattern, `quota-exceeded`, `phase-forbids`, `conflict`
 */
export function createAutoCreateRule(ctx: SpaceContext, fields: AutoCreateRuleFields, idempotencyKey?: string): Promise<AutoCreateRule> {
  const request: KeyedRequest = { key: idempotencyKey, procedure: "autoCreateRules.create", input: [ctx.space.id, fields] };
  return changeRules(ctx, fields.pattern, request, async (client) => {
    await requireFittingRule(client, ctx, fields);
    const rules = await listRuleRows(client, ctx.space.id);
    if (rules.length >= maxRulesOfSpace) {
      throw new PostroomError({
        code: "quota-exceeded",
        message: `This space has ${rules.length} rules, the most there can be. Widen the pattern of one, or delete one that is no longer needed.`,
        limit: { name: "rules", value: maxRulesOfSpace, used: rules.length, asked: 1 },
      });
    }
    const id = await insertRule(client, { tenantId: ctx.tenant.id, spaceId: ctx.space.id, createdBy: ctx.person.email }, fields);
    await record(client, ctx, "auto-create-rule:create", fields.pattern, { after: { ...fields } });
    return id;
  });
}

/**
 * Changes a rule; addresses that it made stay as they are, and go by its new time.
 * @throws PostroomError as {@link createAutoCreateRule}, and `not-found`
 */
export function updateAutoCreateRule(ctx: SpaceContext, { id, ...fields }: AutoCreateRuleFields & { id: string }): Promise<AutoCreateRule> {
  return changeRules(ctx, fields.pattern, undefined, async (client) => {
    const before = await requireRule(client, ctx, id);
    await requireFittingRule(client, ctx, fields);
    await storeRule(client, id, fields);
    await record(client, ctx, "auto-create-rule:update", fields.pattern, { before: fieldsOf(before), after: { ...fields } });
    return id;
  });
}

/** Ends a rule; addresses that it made stay, and are no longer deleted for want of use. @throws PostroomError `not-found` */
export function deleteAutoCreateRule(ctx: SpaceContext, { id }: { id: string }): Promise<void> {
  return ctx.inTenant(async (client) => {
    const before = await requireRule(client, ctx, id);
    await removeRule(client, id);
    await markSpaceRulesChanged(client, ctx.space.id);
    await record(client, ctx, "auto-create-rule:delete", before.pattern, { before: fieldsOf(before) });
  });
}

async function changeRules(ctx: SpaceContext, pattern: string, request: KeyedRequest | undefined, change: (client: TenantClient) => Promise<string>): Promise<AutoCreateRule> {
  const changed = async (client: TenantClient): Promise<AutoCreateRule> => {
    requireLivingSpace(await requireSpaceAccount(client, ctx), ctx);
    const id = await change(client);
    await markSpaceRulesChanged(client, ctx.space.id);
    return (await readRules(client, ctx)).find((rule) => rule.id === id)!;
  };
  try {
    return await ctx.inTenant(async (client) => (request === undefined ? changed(client) : (await answerOnce(client, ctx, request, () => changed(client))).answer));
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new PostroomError({ code: "already-exists", field: "pattern", message: `This space already has a rule for “${pattern}” (/ and . mean the same). Change that one.` });
  }
}

async function readRules(client: TenantClient, ctx: SpaceContext): Promise<AutoCreateRule[]> {
  const offered = await listPlansOffered(client, await readOfferedPlanIds(client, ctx.space.id));
  return (await listRuleRows(client, ctx.space.id)).map((rule) => ({
    ...rule,
    refusal: offered.some(({ id }) => id === rule.planId) ? null : `The space offers the plan ${rule.planName} no longer. Choose another one.`,
  }));
}

async function requireFittingRule(client: TenantClient, ctx: SpaceContext, fields: AutoCreateRuleFields): Promise<void> {
  const account = await requireSpaceAccount(client, ctx);
  requirePlan(await listAllowedPlans(client, fields.type, account.addressPlanIds), fields, account);
}

async function requireRule(client: TenantClient, ctx: SpaceContext, id: string): Promise<StoredRule> {
  const rule = await findRule(client, ctx.space.id, id);
  if (rule) return rule;
  throw new PostroomError({ code: "not-found", message: "There is no such rule in this space any more. Load the page again." });
}

function fieldsOf({ pattern, type, planId, deleteUnusedMinutes }: StoredRule): { [Key in keyof AutoCreateRuleFields]: AutoCreateRuleFields[Key] } {
  return { pattern, type, planId, deleteUnusedMinutes };
}

async function record(client: TenantClient, ctx: SpaceContext, action: string, pattern: string, values: { before?: object; after?: object }): Promise<void> {
  await recordAudit(client, { tenantId: ctx.tenant.id, person: ctx.person }, {
    action,
    objectType: "auto-create-rule",
    objectName: `${ctx.space.slug}/${addressNameKey(pattern)}`,
    ...(values as { before?: Record<string, string>; after?: Record<string, string> }),
  });
}
