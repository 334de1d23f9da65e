import { addressesPerPart, changeParametersSchema, type AddressSelection, type ChangeOfMany, type ChangeParameters } from "#contracts/addresses/many-addresses.ts";
import type { Operation } from "#contracts/operations/operation.ts";
import { refusalOfDemand, useAfter, type QuotaDemand } from "#contracts/plans/quota.ts";
import { refusalSentence } from "#contracts/plans/quota-sentences.ts";
import type { AddressPlan } from "#contracts/plans/plan.ts";
import { Prisma } from "#prisma/generated/client.ts";
import { recordAudits } from "../audit/record-audits.ts";
import type { TenantClient } from "../db/database.ts";
import { answerOnce, type KeyedRequest } from "../idempotency-keys/answer-once.ts";
import { startOperation } from "../operations/start-operation.ts";
import type { OperationPart } from "../operations/queries.ts";
import type { PartContext } from "../operations/part-context.ts";
import { listPlansOffered } from "../plans/queries.ts";
import type { SpaceAccount } from "../spaces/queries.ts";
import { requireSpaceAccount } from "../spaces/space-account.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { matching } from "./address-page.ts";
import { requirePlan } from "./create-address.ts";
import { deleteSubscriptionsOf } from "./delete-subscriptions.ts";
import { markManyTerminating, storePlanOfMany } from "./queries.ts";

interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly phase: string;
  readonly plan_id: string;
  readonly stored_bytes: bigint | null;
}

/**
 * Starts the operation that deletes the selected addresses, topics with their subscriptions, or moves them to another plan. Of all that match, those count
 * that are there now; a plan is for one type, and addresses of other types do not match.
 * @throws PostroomError `invalid-input` for a plan that the space does not offer, `rate-limited`, `conflict`
 */
export function startChangeOfMany(ctx: SpaceContext, { selection, change }: { selection: AddressSelection; change: ChangeOfMany }, idempotencyKey?: string): Promise<Operation> {
  const procedure = change.kind === "delete" ? "addresses.deleteMany" : "addresses.changePlanOfMany";
  const request: KeyedRequest = { key: idempotencyKey, procedure, input: [ctx.space.id, selection, change] };
  return ctx.inTenant(async (client) => (await answerOnce(client, ctx, request, async () => {
    const plan = await planOf(client, ctx, change);
    const parameters: ChangeParameters = { selection, change, createdUntil: await readNow(client) };
    return startOperation(client, ctx, {
      kind: change.kind === "delete" ? "delete-addresses" : "change-plan",
      subject: plan === undefined ? "" : `${plan.name} (${plan.type})`,
      parameters,
      total: selection.kind === "names" ? selection.names.length : await countSelected(client, ctx.space.id, parameters, plan),
    });
  })).answer);
}

/**
 * Does a bounded part of what {@link startChangeOfMany} began, for the person who asked, each address with its audit entry.
 * What cannot be done is told address by address. Runs under the lock of the space's quota.
 * @throws PostroomError `invalid-input` when the plan is offered no longer
 */
export async function changePartOfAddresses(client: TenantClient, ctx: PartContext, parameters: unknown, position: Record<string, unknown>): Promise<OperationPart> {
  const wanted = changeParametersSchema.parse(parameters);
  const plan = await planOf(client, ctx, wanted.change);
  const { names, candidates, next } = await readPart(client, ctx.space.id, wanted, plan, position);
  const failures = names.filter((name) => !candidates.some((each) => each.name === name)).map((name) => ({ name, reason: "There is no such address." }));
  const account = await requireSpaceAccount(client, ctx);
  let use = account.use;
  const chosen: Candidate[] = [];
  for (const candidate of candidates) {
    if (plan === undefined) {
      if (candidate.phase !== "Terminating") chosen.push(candidate);
      continue;
    }
    const demand: QuotaDemand = { storedBytes: (plan.storedBytes ?? 0) - Number(candidate.stored_bytes ?? 0) };
    const reason = refusalOfPlan(candidate, plan, account, use, demand);
    if (reason !== undefined) failures.push({ name: candidate.name, reason });
    else if (candidate.plan_id !== plan.id) {
      use = useAfter(use, demand);
      chosen.push(candidate);
    }
  }
  const ids = chosen.map(({ id }) => id);
  if (plan) await storePlanOfMany(client, ids, plan.id);
  else await markManyTerminating(client, ids);
  await recordAudits(client, { tenantId: ctx.tenant.id, person: ctx.person }, chosen.map(({ name, type, plan_id: planId }) => ({
    action: plan ? "address:update" : "address:delete",
    objectType: "address",
    objectName: `${ctx.space.slug}/${name}`,
    before: { type, planId },
    ...(plan ? { after: { type, planId: plan.id } } : {}),
  })));
  if (plan === undefined) await deleteSubscriptionsOf(client, ctx, chosen.flatMap(({ id, type }) => (type === "topic" ? [id] : [])));
  return { done: Math.max(names.length, candidates.length) - failures.length, failures, position: next };
}

function refusalOfPlan(candidate: Candidate, plan: AddressPlan, account: SpaceAccount, use: SpaceAccount["use"], demand: QuotaDemand): string | undefined {
  if (candidate.type !== plan.type) return `It is of the type ${candidate.type}, and the plan is for the type ${plan.type}.`;
  if (candidate.phase === "Terminating") return "It is being deleted.";
  const refusal = refusalOfDemand(account.quota, use, demand);
  return refusal && refusalSentence(refusal, account.planName);
}

/** The addresses of the next part; `names` only when they were selected by name. */
async function readPart(client: TenantClient, spaceId: string, parameters: ChangeParameters, plan: AddressPlan | undefined, position: Record<string, unknown>) {
  const { selection } = parameters;
  const columns = Prisma.sql`SELECT a.id, a.name, a.type, a.phase, a.plan_id, p.stored_bytes FROM address a JOIN address_plan p ON p.id = a.plan_id`;
  if (selection.kind === "names") {
    const from = Number(position["from"] ?? 0);
    const names = selection.names.slice(from, from + addressesPerPart);
    const candidates = await client.$queryRaw<Candidate[]>`${columns} WHERE a.space_id = ${spaceId}::uuid AND a.name = ANY (${names}) ORDER BY a.name FOR UPDATE OF a`;
    const isLast = from + names.length >= selection.names.length;
    return { names, candidates, next: isLast ? undefined : { from: from + names.length } };
  }
  const after = typeof position["after"] === "string" ? Prisma.sql`AND a.name > ${position["after"]}` : Prisma.empty;
  const candidates = await client.$queryRaw<Candidate[]>`
    ${columns} WHERE ${selected(spaceId, parameters, plan)} ${after} ORDER BY a.name LIMIT ${addressesPerPart} FOR UPDATE OF a`;
  return { names: [], candidates, next: candidates.length < addressesPerPart ? undefined : { after: candidates.at(-1)?.name ?? "" } };
}

function selected(spaceId: string, { selection, createdUntil }: ChangeParameters, plan: AddressPlan | undefined): Prisma.Sql {
  if (selection.kind === "names") return Prisma.sql`false`;
  const ofPlan = plan ? Prisma.sql`AND a.type = ${plan.type} AND a.plan_id <> ${plan.id}` : Prisma.empty;
  return Prisma.sql`${matching(spaceId, selection.filters)} AND a.phase <> 'Terminating' AND a.created_at <= ${createdUntil}::timestamptz ${ofPlan}`;
}

async function countSelected(client: TenantClient, spaceId: string, parameters: ChangeParameters, plan: AddressPlan | undefined): Promise<number> {
  const [row] = await client.$queryRaw<{ count: number }[]>`SELECT count(*)::int AS count FROM address a WHERE ${selected(spaceId, parameters, plan)}`;
  return row?.count ?? 0;
}

async function readNow(client: TenantClient): Promise<string> {
  const [row] = await client.$queryRaw<{ now: Date }[]>`SELECT now() AS now`;
  return (row?.now ?? new Date()).toISOString();
}

async function planOf(client: TenantClient, ctx: Pick<PartContext, "space">, change: ChangeOfMany): Promise<AddressPlan | undefined> {
  if (change.kind === "delete") return undefined;
  const account = await requireSpaceAccount(client, ctx);
  const plans = await listPlansOffered(client, account.addressPlanIds);
  const wanted = plans.find(({ id }) => id === change.planId);
  return requirePlan(wanted ? [wanted] : [], { type: wanted?.type ?? "queue", planId: change.planId }, account);
}
