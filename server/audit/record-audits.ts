import type { TenantClient } from "../db/database.ts";
import { auditRow, type Actor, type AuditRecord } from "./record-audit.ts";

/** As {@link recordAudit}, for the parts of one change of many, in one statement. */
export async function recordAudits(client: TenantClient, actor: Actor, records: readonly AuditRecord[]): Promise<void> {
  if (records.length > 0) await client.auditEntry.createMany({ data: records.map((record) => auditRow(actor, record)) });
}
