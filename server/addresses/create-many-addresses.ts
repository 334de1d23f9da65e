import type { CreateAddressFields } from "#contracts/addresses/address.ts";
import { noOptions } from "#contracts/addresses/address-options.ts";
import { addressesPerPart, addressRowSchema, createParametersSchema, type CreateManyAddresses, type ManyAddressesReport, type RowProblem } from "#contracts/addresses/many-addresses.ts";
import type { OperationFailure } from "#contracts/operations/operation.ts";
import { addressNameKey } from "#contracts/addresses/address-name-key.ts";
import { refusalsOfOptions } from "#contracts/plans/address-limits.ts";
import type { AddressPlan } from "#contracts/plans/plan.ts";
import { demandOf, refusalOfDemand, useAfter } from "#contracts/plans/quota.ts";
import { refusalSentence } from "#contracts/plans/quota-sentences.ts";
import { recordAudits } from "../audit/record-audits.ts";
import type { TenantClient } from "../db/database.ts";
import type { PartContext } from "../operations/part-context.ts";
import type { OperationPart } from "../operations/queries.ts";
import { answerOnce, type KeyedRequest } from "../idempotency-keys/answer-once.ts";
import { startOperation } from "../operations/start-operation.ts";
import { listPlansOffered } from "../plans/queries.ts";
import { requireLivingSpace, requireSpaceAccount } from "../spaces/space-account.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { alreadyExists, refusalOfTopic } from "./create-address.ts";
import { findTakenNames, insertAddresses, lockTopics, type TopicCandidate } from "./queries.ts";

/**
 * Checks every row by the contract of a single creation, for collisions with each other and with what is there, and all
 * together against the quota. The topic of a subscription may be there or stand in any other row. Starts the operation that makes all of them, or with any problem tells each and starts none.
 * @throws PostroomError `phase-forbids`, `rate-limited`, `conflict`
 */
export function createManyAddresses(ctx: SpaceContext, { rows, checkOnly }: Pick<CreateManyAddresses, "rows" | "checkOnly">, idempotencyKey?: string): Promise<ManyAddressesReport> {
  const request: KeyedRequest = { key: checkOnly ? undefined : idempotencyKey, procedure: "addresses.createMany", input: [ctx.space.id, rows] };
  return ctx.inTenant(async (client) => (await answerOnce(client, ctx, request, async () => {
    const account = await requireSpaceAccount(client, ctx);
    requireLivingSpace(account, ctx);
    const plans = await listPlansOffered(client, account.addressPlanIds);
    const { fields, problems } = readRows(rows, plans);
    const taken = await findTakenNames(client, ctx.space.id, fields.map(({ name }) => name));
    problems.push(...collisions(fields, taken));
    problems.push(...problemsOfTopics(fields, await lockTopics(client, ctx.space.id, fields.flatMap(topicOf))));
    const storedBytes = fields.reduce((sum, { planId }) => sum + (plans.find(({ id }) => id === planId)?.storedBytes ?? 0), 0);
    const refusal = refusalOfDemand(account.quota, account.use, { addresses: rows.length, storedBytes });
    const quotaRefusal = refusal ? refusalSentence(refusal, account.planName) : null;
    problems.sort((one, other) => one.row - other.row);
    if (checkOnly || problems.length > 0 || quotaRefusal !== null) return { problems, quotaRefusal, operation: null };
    const operation = await startOperation(client, ctx, {
      kind: "create-addresses",
      subject: "",
      parameters: { rows: inOrderOfMaking(fields).map(({ row: _row, ...each }) => each) },
      total: fields.length,
    });
    return { problems: [], quotaRefusal: null, operation };
  })).answer);
}

/**
 * Makes a bounded part of the rows, each with its audit entry; what others have taken meanwhile, a name or the quota, is told
 * row by row. Runs under the lock of the space's quota.
 * @throws PostroomError `phase-forbids`
 */
export async function createPartOfAddresses(client: TenantClient, ctx: PartContext, parameters: unknown, position: Record<string, unknown>): Promise<OperationPart> {
  const { rows } = createParametersSchema.parse(parameters);
  const from = Number(position["from"] ?? 0);
  const part = rows.slice(from, from + addressesPerPart);
  const account = await requireSpaceAccount(client, ctx);
  requireLivingSpace(account, ctx);
  const plans = new Map((await listPlansOffered(client, account.addressPlanIds)).map((plan) => [plan.id, plan]));
  const taken = await findTakenNames(client, ctx.space.id, part.map(({ name }) => name));
  const failures: OperationFailure[] = [];
  const chosen: CreateAddressFields[] = [];
  const topics = new Map(await lockTopics(client, ctx.space.id, part.flatMap(topicOf)));
  let use = account.use;
  for (const fields of part) {
    const { name } = fields;
    const plan = plans.get(fields.planId);
    const holder = taken.get(addressNameKey(name));
    const topicRefusal = refusalOfTopic(fields, topics.get(addressNameKey(fields.topic)));
    const refusal = plan && refusalOfDemand(account.quota, use, demandOf(plan));
    if (holder !== undefined) failures.push({ name, reason: alreadyExists(name, { name: holder, phase: "Active" }).message });
    else if (plan === undefined) failures.push({ name, reason: `This space offers the plan ${fields.planId} no longer.` });
    else if (topicRefusal !== undefined) failures.push({ name, reason: topicRefusal });
    else if (refusal) failures.push({ name, reason: refusalSentence(refusal, account.planName) });
    else {
      use = useAfter(use, demandOf(plan));
      chosen.push(fields);
      if (fields.type === "topic") topics.set(addressNameKey(name), { id: "", name, type: "topic", phase: "Pending" });
    }
  }
  const owner = { tenantId: ctx.tenant.id, spaceId: ctx.space.id, createdBy: ctx.person.email };
  const [others, subscriptions] = [chosen.filter(({ type }) => type !== "subscription"), chosen.filter(({ type }) => type === "subscription")];
  await insertAddresses(client, owner, others.map((fields) => ({ ...fields, topicId: null })));
  const made = await lockTopics(client, ctx.space.id, subscriptions.flatMap(topicOf));
  await insertAddresses(client, owner, subscriptions.map((fields) => ({ ...fields, topicId: made.get(addressNameKey(fields.topic))?.id ?? null })));
  await recordAudits(client, { tenantId: ctx.tenant.id, person: ctx.person }, chosen.map(({ name, type, topic, planId }) => ({
    action: "address:create",
    objectType: "address",
    objectName: `${ctx.space.slug}/${name}`,
    after: { type, ...(topic === "" ? {} : { topic }), planId },
  })));
  return { done: chosen.length, failures, position: from + part.length < rows.length ? { from: from + part.length } : undefined };
}

type NumberedFields = CreateAddressFields & { readonly row: number };

function readRows(rows: readonly Record<string, unknown>[], plans: readonly AddressPlan[]): { fields: NumberedFields[]; problems: RowProblem[] } {
  const fields: NumberedFields[] = [];
  const problems: RowProblem[] = [];
  for (const [row, raw] of rows.entries()) {
    const name = typeof raw["name"] === "string" ? raw["name"].slice(0, 300) : "";
    const options = typeof raw["options"] === "object" && raw["options"] !== null ? { ...noOptions, ...raw["options"] } : noOptions;
    const read = addressRowSchema.safeParse({ ...raw, options, topic: raw["topic"] ?? "" });
    if (!read.success) {
      for (const { path, message } of read.error.issues) problems.push({ row, name, field: path.map(String).join(".") || null, message });
      continue;
    }
    const offered = plans.filter(({ type }) => type === read.data.type);
    const plan = offered.find(({ id, name: planName }) => id === read.data.planId || planName.toLowerCase() === read.data.planId.toLowerCase());
    if (!plan) {
      const names = offered.map(({ id }) => id).join(", ");
      problems.push({ row, name, field: "planId", message: names ? `This space offers for the type ${read.data.type}: ${names}.` : `This space offers no plan for the type ${read.data.type}.` });
      continue;
    }
    for (const [key, message] of Object.entries(refusalsOfOptions(plan, read.data.options))) problems.push({ row, name, field: `options.${key}`, message });
    fields.push({ ...read.data, planId: plan.id, row });
  }
  return { fields, problems };
}

function topicOf({ type, topic }: CreateAddressFields): string[] {
  return type === "subscription" && topic !== "" ? [topic] : [];
}

/** Topics before subscriptions, else as they were given. */
function inOrderOfMaking<Row extends CreateAddressFields>(rows: readonly Row[]): Row[] {
  return rows.toSorted((one, other) => Number(one.type === "subscription") - Number(other.type === "subscription"));
}

function problemsOfTopics(fields: readonly NumberedFields[], there: ReadonlyMap<string, TopicCandidate>): RowProblem[] {
  const made = new Map(fields.map(({ name, type }) => [addressNameKey(name), { name, type, phase: "Pending" }]));
  return fields.flatMap((each) => {
    const key = addressNameKey(each.topic);
    const message = refusalOfTopic(each, there.get(key) ?? made.get(key));
    return message === undefined ? [] : [{ row: each.row, name: each.name, field: "topic", message }];
  });
}

function collisions(fields: readonly NumberedFields[], taken: ReadonlyMap<string, string>): RowProblem[] {
  const firstRow = new Map<string, number>();
  return fields.flatMap(({ name, row }) => {
    const key = addressNameKey(name);
    const holder = taken.get(key);
    if (holder !== undefined) return [{ row, name, field: "name", message: alreadyExists(name, { name: holder, phase: "Active" }).message }];
    const other = firstRow.get(key);
    if (other !== undefined) return [{ row, name, field: "name", message: `Row ${other + 1} already asks for this name (/ and . mean the same).` }];
    firstRow.set(key, row);
    return [];
  });
}
