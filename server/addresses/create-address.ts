import type { Address, CreateAddressFields, ValidateAddress } from "#contracts/addresses/address.ts";
import type { ValidatedAddress } from "#contracts/addresses/address-detail.ts";
import { PostroomError } from "#contracts/errors.ts";
import { addressNameKey } from "#contracts/addresses/address-name-key.ts";
import { isPlain, type AddressOptions } from "#contracts/addresses/address-options.ts";
import { refusalsOfOptions } from "#contracts/plans/address-limits.ts";
import type { AddressPlan } from "#contracts/plans/plan.ts";
import { demandOf, refusalOfDemand, type QuotaDemand } from "#contracts/plans/quota.ts";
import { refusalSentence } from "#contracts/plans/quota-sentences.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { isUniqueViolation } from "../db/database-errors.ts";
import type { TenantClient } from "../db/database.ts";
import { answerOnce, type KeyedRequest } from "../idempotency-keys/answer-once.ts";
import { fittingPlanNames, toPlanChoice } from "../plans/list-plan-choices.ts";
import { listAllowedPlans } from "../plans/queries.ts";
import type { SpaceAccount } from "../spaces/queries.ts";
import { requireLivingSpace, requireSpaceAccount, withSpaceQuota } from "../spaces/space-account.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { findAddress, findHolder, insertAddress, lockTopics, type TopicCandidate } from "./queries.ts";

/**
 * Stores the wish for an address, with its audit entry, in phase Pending; the provisioner makes it real. Requests for one
 * space wait for each other, so that together they never pass its quota.
 * @throws PostroomError `invalid-input`, `already-exists`, `quota-exceeded`, `phase-forbids`, `conflict`
 */
export async function createAddress(ctx: SpaceContext, input: CreateAddressFields, idempotencyKey?: string): Promise<Address> {
  const request: KeyedRequest = { key: idempotencyKey, procedure: "addresses.create", input: [ctx.space.id, input] };
  try {
    const { answer } = await withSpaceQuota(ctx, (client) => answerOnce(client, ctx, request, async () => {
      await checkAddress(client, ctx, { ...input, step: "review" });
      const topicId = await requireTopic(client, ctx.space.id, input);
      const owner = { tenantId: ctx.tenant.id, spaceId: ctx.space.id, createdBy: ctx.person.email };
      const address = await insertAddress(client, owner, { ...input, topicId });
      await recordAudit(client, { tenantId: ctx.tenant.id, person: ctx.person }, {
        action: "address:create",
        objectType: "address",
        objectName: `${ctx.space.slug}/${address.name}`,
        after: { type: address.type, ...(address.topic === null ? {} : { topic: address.topic }), planId: address.planId, ...(isPlain(address.options) ? {} : { options: address.options }) },
      });
      return address;
    }));
    return answer;
  } catch (error) {
    // Somebody who does not take the lock (an operator's SQL) got in between.
    if (isUniqueViolation(error)) throw alreadyExists(input.name);
    throw error;
  }
}

/** Everything that {@link createAddress} checks up to the wizard's step, keeping nothing. @throws PostroomError as there */
export function validateAddress(ctx: SpaceContext, input: Omit<ValidateAddress, "tenant" | "space">): Promise<ValidatedAddress> {
  return ctx.inTenant((client) => checkAddress(client, ctx, input));
}

/** Whether the name is free, for somebody who is typing it: one look at an index, however many addresses there are. */
export async function checkAddressName(ctx: SpaceContext, { name }: { name: string }): Promise<{ refusal: string | null }> {
  const holder = await ctx.inTenant((client) => findHolder(client, ctx.space.id, name));
  return { refusal: holder ? alreadyExists(name, holder).message : null };
}

async function checkAddress(
  client: TenantClient,
  ctx: SpaceContext,
  input: Omit<ValidateAddress, "tenant" | "space">,
): Promise<ValidatedAddress> {
  const account = await requireSpaceAccount(client, ctx);
  requireLivingSpace(account, ctx);
  const holder = await findAddress(client, ctx.space.id, input.name);
  if (holder) throw alreadyExists(input.name, holder);
  await requireTopic(client, ctx.space.id, input);
  if (input.step === "name") {
    requireQuota(account, { addresses: 1 });
    return { plan: null };
  }
  const plans = await listAllowedPlans(client, input.type, account.addressPlanIds);
  const plan = requirePlan(plans, input, account);
  requireQuota(account, demandOf(plan), fittingPlanNames(plan, account, plans));
  if (input.step !== "plan") requireFittingOptions(plan, input.options);
  return { plan: toPlanChoice(plan, account, plans) };
}

/**
 * The topic of a subscription, which cannot begin to go before the transaction ends; null for other types.
 * @throws PostroomError `invalid-input`, `phase-forbids` when the topic is being deleted
 */
async function requireTopic(client: TenantClient, spaceId: string, { type, topic }: Pick<ValidateAddress, "type" | "topic">): Promise<string | null> {
  const found = type === "subscription" && topic !== "" ? (await lockTopics(client, spaceId, [topic])).get(addressNameKey(topic)) : undefined;
  const refusal = refusalOfTopic({ type, topic }, found);
  if (refusal !== undefined) throw new PostroomError({ code: found?.phase === "Terminating" ? "phase-forbids" : "invalid-input", field: "topic", message: refusal });
  return found?.id ?? null;
}

/** Why an address of this type cannot have this topic; undefined when it can. @param found what has the topic's name */
export function refusalOfTopic({ type, topic }: Pick<ValidateAddress, "type" | "topic">, found: Pick<TopicCandidate, "name" | "type" | "phase"> | undefined): string | undefined {
  if (type !== "subscription") return topic === "" ? undefined : `Only a subscription has a topic; this is to be of the type ${type}.`;
  if (topic === "") return "Choose the topic of the subscription.";
  if (!found) return `There is no topic “${topic}” in this space. Choose one that is there, or create it first.`;
  if (found.type !== "topic") return `“${found.name}” is of the type ${found.type}. A subscription is one of a topic.`;
  return found.phase === "Terminating" ? `The topic “${found.name}” is being deleted. Choose another one.` : undefined;
}

/** @throws PostroomError `invalid-input` at the first option that its plan does not allow */
export function requireFittingOptions(plan: AddressPlan, options: AddressOptions): void {
  for (const [key, message] of Object.entries(refusalsOfOptions(plan, options))) {
    throw new PostroomError({ code: "invalid-input", field: `options.${key}`, message });
  }
}

/** @throws PostroomError `invalid-input` when the space does not offer the plan for this type */
export function requirePlan(plans: readonly AddressPlan[], input: { type: string; planId?: string }, account: SpaceAccount): AddressPlan {
  const plan = plans.find(({ id }) => id === input.planId);
  if (plan) return plan;
  const names = plans.map(({ name }) => name).join(", ");
  throw new PostroomError({
    code: "invalid-input",
    field: "planId",
    message: names
      ? `Choose one of the plans that this space offers for the type ${input.type}: ${names}.`
      : `The space plan ${account.planName} offers no plan for the type ${input.type}. Choose another type, or ask your platform administrator.`,
  });
}

/** @throws PostroomError `quota-exceeded` with the figures and the nearest way out */
export function requireQuota(account: SpaceAccount, demand: QuotaDemand, fittingNames: readonly string[] = []): void {
  const refusal = refusalOfDemand(account.quota, account.use, demand);
  if (!refusal) return;
  throw new PostroomError({
    code: "quota-exceeded",
    message: refusalSentence(refusal, account.planName, fittingNames),
    field: refusal.name === "storedBytes" ? "planId" : undefined,
    limit: refusal,
  });
}

export function alreadyExists(name: string, holder?: Pick<Address, "name" | "phase">): PostroomError {
  const same = !holder || holder.name === name;
  const who = same ? `an address “${name}”` : `the address “${holder.name}”, which counts as the same name because / and . mean the same`;
  return new PostroomError({
    code: "already-exists",
    field: "name",
    message:
      holder?.phase === "Terminating"
        ? `This space still has ${who}; it is being deleted. Try again in a moment, or choose another name.`
        : `This space already has ${who}. Choose another name.`,
  });
}
