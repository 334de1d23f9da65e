import type { CreateAddressFields } from "#contracts/addresses/address.ts";
import { noOptions } from "#contracts/addresses/address-options.ts";
import { addressRowSchema, type CreateManyAddresses, type ManyAddressesReport, type RowProblem } from "#contracts/addresses/many-addresses.ts";
import { addressNameKey } from "#contracts/naming.ts";
import { refusalsOfOptions } from "#contracts/plans/address-limits.ts";
import type { AddressPlan } from "#contracts/plans/plan.ts";
import { refusalOfDemand } from "#contracts/plans/quota.ts";
import { refusalSentence } from "#contracts/plans/quota-sentences.ts";
import { recordAudits } from "../audit/record-audits.ts";
import type { TenantClient } from "../db/database.ts";
import { listPlansOffered } from "../plans/queries.ts";
import { requireLivingSpace, requireSpaceAccount, withSpaceQuota } from "../spaces/space-account.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { alreadyExists } from "./create-address.ts";
import { findTakenNames, insertAddresses } from "./queries.ts";

/**
 * Checks every row by the contract of a single creation, for collisions with each other and with what is there, and all
 * together against the quota. Makes all of them, or with any problem none and tells each.
 * @throws PostroomError `phase-forbids`
 */
export function createManyAddresses(ctx: SpaceContext, { rows, checkOnly }: Pick<CreateManyAddresses, "rows" | "checkOnly">): Promise<ManyAddressesReport> {
  const work = async (client: TenantClient): Promise<ManyAddressesReport> => {
    const account = await requireSpaceAccount(client, ctx);
    requireLivingSpace(account, ctx);
    const plans = await listPlansOffered(client, account.addressPlanIds);
    const { fields, problems } = readRows(rows, plans);
    const taken = await findTakenNames(client, ctx.space.id, fields.map(({ name }) => name));
    problems.push(...collisions(fields, taken));
    const storedBytes = fields.reduce((sum, { planId }) => sum + (plans.find(({ id }) => id === planId)?.storedBytes ?? 0), 0);
    const refusal = refusalOfDemand(account.quota, account.use, { addresses: rows.length, storedBytes });
    const quotaRefusal = refusal ? refusalSentence(refusal, account.planName) : null;
    problems.sort((one, other) => one.row - other.row);
    if (checkOnly || problems.length > 0 || quotaRefusal !== null) return { problems, quotaRefusal, created: 0 };
    await insertAddresses(client, { tenantId: ctx.tenant.id, spaceId: ctx.space.id, createdBy: ctx.person.email }, fields);
    await recordAudits(client, { tenantId: ctx.tenant.id, person: ctx.person }, fields.map(({ name, type, planId }) => ({
      action: "address:create",
      objectType: "address",
      objectName: `${ctx.space.slug}/${name}`,
      after: { type, planId },
    })));
    return { problems: [], quotaRefusal: null, created: fields.length };
  };
  return checkOnly ? ctx.inTenant(work) : withSpaceQuota(ctx, work);
}

type NumberedFields = CreateAddressFields & { readonly row: number };

function readRows(rows: readonly Record<string, unknown>[], plans: readonly AddressPlan[]): { fields: NumberedFields[]; problems: RowProblem[] } {
  const fields: NumberedFields[] = [];
  const problems: RowProblem[] = [];
  for (const [row, raw] of rows.entries()) {
    const name = typeof raw["name"] === "string" ? raw["name"].slice(0, 300) : "";
    const options = typeof raw["options"] === "object" && raw["options"] !== null ? { ...noOptions, ...raw["options"] } : noOptions;
    const read = addressRowSchema.safeParse({ ...raw, options });
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
