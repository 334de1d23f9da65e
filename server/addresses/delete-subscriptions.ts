import { recordAudits } from "../audit/record-audits.ts";
import type { TenantClient } from "../db/database.ts";
import type { PartContext } from "../operations/part-context.ts";
import { markSubscriptionsTerminating } from "./queries.ts";

/**
 * Asks for the end of the subscriptions of topics that are being deleted, each with its audit entry; the provisioner removes them
 * before their topics. To be called after the topics' end has been asked for, so that no subscription can be added any more.
 * @returns how many
 */
export async function deleteSubscriptionsOf(client: TenantClient, ctx: Pick<PartContext, "tenant" | "space" | "person">, topicIds: readonly string[], isForced = false): Promise<number> {
  const marked = await markSubscriptionsTerminating(client, topicIds, isForced);
  await recordAudits(client, { tenantId: ctx.tenant.id, person: ctx.person }, marked.map(({ name, planId, topic }) => ({
    action: isForced ? "address:force-delete" : "address:delete",
    objectType: "address",
    objectName: `${ctx.space.slug}/${name}`,
    before: { type: "subscription", topic, planId },
  })));
  return marked.length;
}
