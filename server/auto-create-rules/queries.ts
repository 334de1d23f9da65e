import type { AutoCreateRuleFields } from "#contracts/auto-create-rules/auto-create-rule.ts";
import type { Prisma } from "#prisma/generated/client.ts";
import type { TenantClient } from "../db/database.ts";

const columns = {
  id: true,
  pattern: true,
  type: true,
  planId: true,
  deleteUnusedMinutes: true,
  createdAt: true,
  createdBy: true,
  plan: { select: { name: true, retiredAt: true } },
  _count: { select: { addresses: true } },
} satisfies Prisma.AutoCreateRuleSelect;

/** A rule as it is stored, whether or not its plan is still offered. */
export interface StoredRule extends AutoCreateRuleFields {
  readonly id: string;
  readonly planName: string;
  readonly addresses: number;
  readonly createdAt: string;
  readonly createdBy: string;
}

function toRule({ plan, _count, type, createdAt, ...row }: Prisma.AutoCreateRuleGetPayload<{ select: typeof columns }>): StoredRule {
  return { ...row, type: type as AutoCreateRuleFields["type"], planName: plan.name, addresses: _count.addresses, createdAt: createdAt.toISOString() };
}

/** All rules of a space, by pattern. */
export async function listRuleRows(client: TenantClient, spaceId: string): Promise<StoredRule[]> {
  return (await client.autoCreateRule.findMany({ where: { spaceId }, orderBy: { pattern: "asc" }, select: columns })).map(toRule);
}

export async function findRule(client: TenantClient, spaceId: string, id: string): Promise<StoredRule | null> {
  const row = await client.autoCreateRule.findFirst({ where: { spaceId, id }, select: columns });
  return row && toRule(row);
}

export async function insertRule(client: TenantClient, owner: { tenantId: string; spaceId: string; createdBy: string }, fields: AutoCreateRuleFields): Promise<string> {
  return (await client.autoCreateRule.create({ data: { ...owner, ...fields }, select: { id: true } })).id;
}

export async function storeRule(client: TenantClient, id: string, fields: AutoCreateRuleFields): Promise<void> {
  await client.autoCreateRule.update({ where: { id }, data: fields, select: { id: true } });
}

export async function removeRule(client: TenantClient, id: string): Promise<void> {
  await client.autoCreateRule.deleteMany({ where: { id } });
}

/** Has the gateways told of the space anew, since they hold its patterns. */
export async function markSpaceRulesChanged(client: TenantClient, spaceId: string): Promise<void> {
  await client.addressSpace.updateMany({ where: { id: spaceId, phase: { not: "Terminating" } }, data: { generation: { increment: 1 }, attempts: 0, nextAttemptAt: new Date() } });
}
