import { ruleFor } from "#contracts/auto-create-rules/auto-create-rule.ts";
import { addressNameKey } from "#contracts/addresses/address-name-key.ts";
import { addressNameSchema, patternCovers } from "#contracts/naming.ts";
import { demandOf, refusalOfDemand, useAfter } from "#contracts/plans/quota.ts";
import { refusalSentence } from "#contracts/plans/quota-sentences.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { listRuleRows } from "../auto-create-rules/queries.ts";
import { findPermissions } from "../credentials/queries.ts";
import type { TenantClient } from "../db/database.ts";
import type { PartContext } from "../operations/part-context.ts";
import { listPlansOffered } from "../plans/queries.ts";
import { lockSpaceQuota } from "../spaces/queries.ts";
import { requireSpaceAccount } from "../spaces/space-account.ts";
import { fittingPlanNames } from "../plans/list-plan-choices.ts";
import { findHolders, insertAutoCreated } from "./auto-create-queries.ts";

/** A login wants to do something at an address that is not there. */
export interface WantedAddress {
  readonly name: string;
  readonly login: string;
  readonly operation: "send" | "recv";
  /** Network address of the client. */
  readonly remoteAddress: string;
}

/** What came of a wish: the row that holds the name now, that the name is not free yet, or why it cannot be had. */
export type AutoCreated =
  | { readonly kind: "there"; readonly id: string }
  | { readonly kind: "leaving" }
  | { readonly kind: "refused"; readonly why: "unknown" | "forbidden" | "full"; readonly message: string };

const full = (message: string): AutoCreated => ({ kind: "refused", why: "full", message });
const unknown = (message: string): AutoCreated => ({ kind: "refused", why: "unknown", message });

/**
 * Makes the addresses that programs of one space want and a rule of it covers, each with its audit entry: under the same rules
 * as a person's wish (names, plans, quota), and only where the login may do what it wants. Runs in one transaction, in which it
 * takes the lock of the space's quota.
 * @returns what came of each, in the order asked
 */
export async function autoCreateAddresses(client: TenantClient, ctx: Pick<PartContext, "tenant" | "space">, wanted: readonly WantedAddress[]): Promise<AutoCreated[]> {
  await lockSpaceQuota(client, ctx.space.id);
  const account = await requireSpaceAccount(client, ctx);
  const rules = await listRuleRows(client, ctx.space.id);
  const plans = await listPlansOffered(client, account.addressPlanIds);
  const holders = await findHolders(client, ctx.space.id, wanted.map(({ name }) => name));
  const permissions = await findPermissions(client, ctx.space.id, wanted.map(({ login }) => login));
  const chosen: { wish: WantedAddress; ruleId: string; pattern: string; planId: string; type: (typeof plans)[number]["type"] }[] = [];
  const nameOfKey = new Map<string, string>();
  let { use } = account;

  const decide = (wish: WantedAddress): AutoCreated | undefined => {
    const { name, login, operation } = wish;
    const mayDoIt = permissions.get(login)?.some(({ operations, pattern }) => operations.includes(operation) && patternCovers(pattern, name)) ?? false;
    if (!mayDoIt) return { kind: "refused", why: "forbidden", message: `This login may not ${operation === "recv" ? "receive from" : "send to"} ${name}. A tenant-admin can give it the permission.` };
    const key = addressNameKey(name);
    const holder = holders.get(key);
    if (holder) return holder.phase === "Terminating" ? { kind: "leaving" } : { kind: "there", id: holder.id };
    if (nameOfKey.has(key)) return undefined;
    const rule = ruleFor(rules, name);
    const badName = addressNameSchema.safeParse(name).error?.issues[0]?.message;
    if (account.phase === "Terminating" || rule === undefined) return unknown(`There is no address ${name} in this address space, and no rule makes one of that name. Create it in the console.`);
    if (badName !== undefined) return unknown(`An address cannot have the name ${name}. ${badName}`);
    const plan = plans.find(({ id, type }) => id === rule.planId && type === rule.type);
    if (plan === undefined) return full(`The rule for ${rule.pattern} makes addresses on the plan ${rule.planName}, which this space offers no longer. A tenant-admin can change the rule.`);
    const refusal = refusalOfDemand(account.quota, use, demandOf(plan));
    if (refusal) return full(refusalSentence(refusal, account.planName, fittingPlanNames(plan, { ...account, use }, plans)));
    use = useAfter(use, demandOf(plan));
    nameOfKey.set(key, name);
    chosen.push({ wish, ruleId: rule.id, pattern: rule.pattern, planId: plan.id, type: plan.type });
    return undefined;
  };

  const decided = wanted.map(decide);
  const made = await insertAutoCreated(client, { tenantId: ctx.tenant.id, spaceId: ctx.space.id }, chosen.map(({ wish, ruleId, planId, type }) => ({
    name: wish.name,
    type,
    planId,
    createdBy: wish.login,
    autoCreateRuleId: ruleId,
  })));
  for (const { wish, pattern, planId, type } of chosen) {
    await recordAudit(client, { tenantId: ctx.tenant.id, person: { userId: wish.login, email: wish.login, address: wish.remoteAddress } }, {
      action: "address:create",
      objectType: "address",
      objectName: `${ctx.space.slug}/${wish.name}`,
      source: "provisioner",
      after: { type, planId, rule: pattern },
    });
  }
  return decided.map((outcome, index) => outcome ?? { kind: "there", id: made.get(nameOfKey.get(addressNameKey(wanted[index]!.name))!)! });
}
