import { randomInt } from "node:crypto";
import { PostroomError } from "#contracts/errors.ts";
import type { ManagedAddressPlan, ManagedSpacePlan, PlanEffects, PlanReference, SaveAddressPlan, SaveSpacePlan } from "#contracts/plans/manage-plans.ts";
import { formatBytes } from "#contracts/plans/quota-sentences.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { PlatformClient } from "../db/database.ts";
import type { PlatformContext } from "../trpc/procedures.ts";
import * as queries from "./managed-queries.ts";

/** Rows of one transaction of a roll-out, so that each stays short. */
const rollOutRows = 1_000;
const classLetters = "abcdefghijklmnopqrstuvwxyz0123456789";

/** All plans with who uses them. */
export function listManagedPlans(ctx: PlatformContext): Promise<{ addressPlans: ManagedAddressPlan[]; spacePlans: ManagedSpacePlan[] }> {
  return ctx.inPlatform(async (client) => ({ addressPlans: await queries.listManagedAddressPlans(client), spacePlans: await queries.listManagedSpacePlans(client) }));
}

/**
 * Makes or changes an address plan and asks its addresses to follow, or with `checkOnly` answers what that would do. A plan
 * may become stricter than what is used: nothing is taken away then, and nothing new fits until it does.
 * @throws PostroomError `conflict` when somebody changed it since `version`, `already-exists`, `invalid-input`
 */
export async function saveAddressPlan(ctx: PlatformContext, { version, checkOnly, ...plan }: SaveAddressPlan): Promise<PlanEffects> {
  const effects = await ctx.inPlatform(async (client) => {
    const before = (await queries.listManagedAddressPlans(client)).find(({ id }) => id === plan.id);
    requireVersion(plan.id, before, version);
    if (before && before.type !== plan.type) throw new PostroomError({ code: "invalid-input", field: "type", message: "The type of a plan cannot be changed. Make a new plan." });
    const spaces = (await queries.listSpacesOfAddressPlan(client, plan.id)).map(({ tenant, space, users, reserved, max_stored_bytes: limit }) => {
      const after = Number(reserved) + users * ((plan.storedBytes ?? 0) - (before?.storedBytes ?? 0));
      return { tenant, space, users, problem: after > Number(limit) && after > Number(reserved) ? `would reserve ${formatBytes(after)} of ${formatBytes(Number(limit))}: nothing new could be made there` : null };
    });
    if (checkOnly) return { users: before?.users ?? 0, spaces };
    if (!before) await queries.insertAddressPlan(client, plan, newClassId(plan.type));
    else if (!(await queries.storeAddressPlan(client, before.version, plan))) throw changedMeanwhile(plan.id);
    await recordPlan(client, ctx, before ? "plan:update" : "plan:create", plan.id, before, plan);
    return { users: before?.users ?? 0, spaces };
  });
  if (!checkOnly) await rollOutPlan(ctx, { kind: "address-plan", id: plan.id });
  return effects;
}

/** As {@link saveAddressPlan}, for a space plan. */
export async function saveSpacePlan(ctx: PlatformContext, { version, checkOnly, ...plan }: SaveSpacePlan): Promise<PlanEffects> {
  const effects = await ctx.inPlatform(async (client) => {
    const before = (await queries.listManagedSpacePlans(client)).find(({ id }) => id === plan.id);
    requireVersion(plan.id, before, version);
    const known = new Set((await queries.listManagedAddressPlans(client)).map(({ id }) => id));
    const unknown = plan.addressPlanIds.find((id) => !known.has(id));
    if (unknown !== undefined) throw new PostroomError({ code: "invalid-input", field: "addressPlanIds", message: `There is no address plan ${unknown}.` });
    const spaces = await queries.listSpacesOfSpacePlan(client, plan.id);
    const effectsOfSpaces = await queries.readSpacesUse(client, spaces.map(({ id }) => id));
    const answer: PlanEffects = {
      users: spaces.length,
      spaces: spaces.map((space) => ({ tenant: space.tenant.slug, space: space.slug, users: 1, problem: overQuota(plan, effectsOfSpaces.get(space.id)) })),
    };
    if (checkOnly) return answer;
    if (!before) await queries.insertSpacePlan(client, plan);
    else if (!(await queries.storeSpacePlan(client, before.version, plan))) throw changedMeanwhile(plan.id);
    await recordPlan(client, ctx, before ? "plan:update" : "plan:create", plan.id, before, plan);
    return answer;
  });
  if (!checkOnly) await rollOutPlan(ctx, { kind: "space-plan", id: plan.id });
  return effects;
}

/**
 * Retires a plan or brings it back: a retired one is offered to nothing new, and what is on it stays.
 * @throws PostroomError `not-found`
 */
export function retirePlan(ctx: PlatformContext, { kind, id, isRetired }: PlanReference & { isRetired: boolean }): Promise<void> {
  return ctx.inPlatform(async (client) => {
    if (!(await queries.storeRetirement(client, { kind, id }, isRetired ? new Date() : null))) throw new PostroomError({ code: "not-found", message: `There is no plan ${id}.` });
    await recordPlan(client, ctx, isRetired ? "plan:retire" : "plan:restore", id);
  });
}

/**
 * Asks everything on the plan to follow its newest version, tenant by tenant in short transactions. Safe to repeat: what
 * follows already is left alone, so a roll-out that was cut off is finished by the next.
 */
export async function rollOutPlan(ctx: PlatformContext, { kind, id }: PlanReference): Promise<void> {
  const spaces = await ctx.inPlatform(async (client) =>
    kind === "address-plan" ? (await queries.listSpacesOfAddressPlan(client, id)).map(({ tenant_id: tenantId }) => tenantId) : (await queries.listSpacesOfSpacePlan(client, id)).map(({ tenantId }) => tenantId),
  );
  const { database } = ctx.services;
  for (const tenantId of new Set(spaces)) {
    if (kind === "space-plan") await database.withTenant(tenantId, ctx.person.userId, (client) => queries.rollOutSpacePlan(client, id));
    else while ((await database.withTenant(tenantId, ctx.person.userId, (client) => queries.rollOutAddressPlan(client, id, rollOutRows))) === rollOutRows);
  }
}

/** As {@link rollOutPlan}, asked for by a person and so audited. @throws PostroomError `not-found` */
export async function rollOutPlanAgain(ctx: PlatformContext, plan: PlanReference): Promise<void> {
  await ctx.inPlatform(async (client) => {
    const plans = plan.kind === "address-plan" ? await queries.listManagedAddressPlans(client) : await queries.listManagedSpacePlans(client);
    if (!plans.some(({ id }) => id === plan.id)) throw new PostroomError({ code: "not-found", message: `There is no plan ${plan.id}.` });
    await recordPlan(client, ctx, "plan:roll-out", plan.id);
  });
  await rollOutPlan(ctx, plan);
}

function overQuota(plan: Pick<SaveSpacePlan, "maxAddresses" | "maxStoredBytes">, use: { addresses: number; storedBytes: number } | undefined): string | null {
  if (!use) return null;
  const over = [
    use.addresses > plan.maxAddresses ? `has ${use.addresses} addresses of ${plan.maxAddresses}` : undefined,
    use.storedBytes > plan.maxStoredBytes ? `has reserved ${formatBytes(use.storedBytes)} of ${formatBytes(plan.maxStoredBytes)}` : undefined,
  ].filter((each) => each !== undefined);
  return over.length === 0 ? null : `${over.join(", ")}: what is there stays, and nothing new could be made`;
}

function requireVersion(id: string, before: { version: number } | undefined, version: number | null): void {
  if (version === null && before) throw new PostroomError({ code: "already-exists", field: "id", message: `There is already a plan ${id}. Choose another id.` });
  if (version !== null && before?.version !== version) throw changedMeanwhile(id);
}

function changedMeanwhile(id: string): PostroomError {
  return new PostroomError({ code: "conflict", message: `Somebody else has changed the plan ${id} since you opened it, and nothing of yours has been saved. Look at what it is now, and change it again.` });
}

/** The word in broker addresses: the type's letter, then five of 36; a clash is refused by the database, and asked again. */
function newClassId(type: string): string {
  return `${type[0]}${Array.from({ length: 5 }, () => classLetters[randomInt(classLetters.length)]).join("")}`;
}

function recordPlan(client: PlatformClient, ctx: PlatformContext, action: string, id: string, before?: object, after?: object): Promise<void> {
  return recordAudit(client, { tenantId: null, person: ctx.person }, { action, objectType: "plan", objectName: id, before: toJson(before), after: toJson(after) });
}

function toJson(value: object | undefined): Record<string, string> | undefined {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as Record<string, string>);
}
