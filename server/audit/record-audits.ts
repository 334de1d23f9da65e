import type { TenantClient } from "../db/database.ts";
import type { Person } from "../auth/verify-token.ts";
import { recordAudit, type AuditRecord } from "./record-audit.ts";

/** As {@link recordAudit}, for the parts of one change of many. */
export async function recordAudits(client: TenantClient, actor: { tenantId: string; person: Person }, records: readonly AuditRecord[]): Promise<void> {
  for (const record of records) await recordAudit(client, actor, record);
}
