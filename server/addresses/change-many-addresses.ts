import { maxChangesAtOnce, type AddressSelection, type ChangedAddresses, type ChangeOfMany } from "#contracts/addresses/many-addresses.ts";
import { refusalOfDemand, useAfter, type QuotaDemand } from "#contracts/plans/quota.ts";
import { refusalSentence } from "#contracts/plans/quota-sentences.ts";
import type { AddressPlan } from "#contracts/plans/plan.ts";
import { Prisma } from "#prisma/generated/client.ts";
import { recordAudits } from "../audit/record-audits.ts";
import type { TenantClient } from "../db/database.ts";
import { listPlansOffered } from "../plans/queries.ts";
import type { SpaceAccount } from "../spaces/queries.ts";
import { requireSpaceAccount, withSpaceQuota } from "../spaces/space-account.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { matching } from "./address-page.ts";
import { requirePlan } from "./create-address.ts";
import { markManyTerminating, storePlanOfMany } from "./queries.ts";

interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly plan_id: string;
  readonly stored_bytes: bigint | null;
}

/**
 * Deletes, or moves to another plan, a bounded part of the selected addresses in one transaction, and says what is left.
 * A plan is for one type: addresses of other types are no candidates.
 * @throws PostroomError `invalid-input` for a plan that the space does not offer
 */
export function changeManyAddresses(ctx: SpaceContext, { selection, change }: { selection: AddressSelection; change: ChangeOfMany }): Promise<ChangedAddresses> {
  return withSpaceQuota(ctx, async (client) => {
    const account = await requireSpaceAccount(client, ctx);
    const plan = change.kind === "plan" ? await planNamed(client, account, change.planId) : undefined;
    const createdUntil = selection.kind === "matching" && selection.createdUntil !== undefined ? selection.createdUntil : await readNow(client);
    const condition = Prisma.join([selected(ctx.space.id, selection, createdUntil), Prisma.sql`a.phase <> 'Terminating'`, ...(plan ? [Prisma.sql`a.type = ${plan.type} AND a.plan_id <> ${plan.id}`] : [])], " AND ");
    const candidates = await client.$queryRaw<Candidate[]>`
      SELECT a.id, a.name, a.type, a.plan_id, p.stored_bytes FROM address a JOIN address_plan p ON p.id = a.plan_id
      WHERE ${condition} ORDER BY a.name LIMIT ${maxChangesAtOnce} FOR UPDATE OF a`;
    const { chosen, refusal } = plan ? fitting(candidates, plan, account) : { chosen: candidates, refusal: null };
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
    const [left] = await client.$queryRaw<{ count: number }[]>`SELECT count(*)::int AS count FROM address a WHERE ${condition}`;
    return { changed: chosen.length, createdUntil, remaining: left?.count ?? 0, refusal };
  });
}

async function readNow(client: TenantClient): Promise<string> {
  const [row] = await client.$queryRaw<{ now: Date }[]>`SELECT now() AS now`;
  return (row?.now ?? new Date()).toISOString();
}

function selected(spaceId: string, selection: AddressSelection, createdUntil: string): Prisma.Sql {
  if (selection.kind === "names") return Prisma.sql`a.space_id = ${spaceId}::uuid AND a.name = ANY (${selection.names})`;
  return Prisma.sql`${matching(spaceId, selection.filters)} AND a.created_at <= ${createdUntil}::timestamptz`;
}

async function planNamed(client: TenantClient, account: SpaceAccount, planId: string): Promise<AddressPlan> {
  const plans = await listPlansOffered(client, account.addressPlanIds);
  const wanted = plans.find(({ id }) => id === planId);
  return requirePlan(wanted ? [wanted] : [], { type: wanted?.type ?? "queue", planId }, account);
}

/** As many of the candidates as the quota lets go over, and why no more. */
function fitting(candidates: readonly Candidate[], plan: AddressPlan, account: SpaceAccount): { chosen: Candidate[]; refusal: string | null } {
  const chosen: Candidate[] = [];
  let use = account.use;
  for (const candidate of candidates) {
    const demand: QuotaDemand = { storedBytes: (plan.storedBytes ?? 0) - Number(candidate.stored_bytes ?? 0) };
    const refusal = refusalOfDemand(account.quota, use, demand);
    if (refusal) return { chosen, refusal: refusalSentence(refusal, account.planName) };
    use = useAfter(use, demand);
    chosen.push(candidate);
  }
  return { chosen, refusal: null };
}
