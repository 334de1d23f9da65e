import type { AuditEntry, AuditFilters, AuditOutcome } from "#contracts/audit/audit.ts";
import { Prisma } from "#prisma/generated/client.ts";
import type { PlatformClient, TenantClient } from "../db/database.ts";
import type { AuditCursor } from "./audit-cursor.ts";

interface Row {
  readonly id: string;
  readonly at: Date;
  readonly tenant_slug: string | null;
  readonly actor_email: string;
  readonly address: string | null;
  readonly source: string;
  readonly action: string;
  readonly object_type: string;
  readonly object_name: string;
  readonly outcome: string;
  readonly before: AuditEntry["before"];
  readonly after: AuditEntry["after"];
}

/** Entries that fit, the newest first. `scope` narrows to one tenant; row level security decides what may be seen at all. */
export async function searchAuditRows(
  client: TenantClient | PlatformClient,
  scope: { tenantId?: string; tenantSlug?: string },
  filters: AuditFilters,
  after: AuditCursor | undefined,
  limit: number,
): Promise<AuditEntry[]> {
  const conditions = [
    scope.tenantId === undefined ? undefined : Prisma.sql`tenant_id = ${scope.tenantId}::uuid`,
    scope.tenantSlug === undefined ? undefined : Prisma.sql`tenant_slug = ${scope.tenantSlug}`,
    filters.actor === "" ? undefined : startsWith("actor_key", filters.actor),
    filters.object === "" ? undefined : startsWith("object_key", filters.object),
    filters.objectType === undefined ? undefined : Prisma.sql`object_type = ${filters.objectType}`,
    filters.action === undefined ? undefined : Prisma.sql`action = ${filters.action}`,
    filters.outcome === undefined ? undefined : Prisma.sql`outcome = ${filters.outcome}`,
    filters.from === undefined ? undefined : Prisma.sql`at >= ${filters.from}::timestamptz`,
    filters.until === undefined ? undefined : Prisma.sql`at < ${filters.until}::timestamptz`,
    after === undefined ? undefined : Prisma.sql`(at, id) < (${after.at}::timestamptz, ${after.id}::uuid)`,
  ].filter((condition) => condition !== undefined);
  const where = conditions.length === 0 ? Prisma.empty : Prisma.sql`WHERE ${Prisma.join(conditions, " AND ")}`;
  const rows = await client.$queryRaw<Row[]>`
    SELECT id, at, tenant_slug, actor_email, address, source, action, object_type, object_name, outcome, before, after
    FROM audit_entry ${where} ORDER BY at DESC, id DESC LIMIT ${limit}`;
  return rows.map(toAuditEntry);
}

/** A range of the C collation rather than LIKE: row level security lets an index serve leakproof operators only. */
function startsWith(column: "actor_key" | "object_key", words: string): Prisma.Sql {
  const name = Prisma.raw(column);
  const prefix = words.toLowerCase();
  // No text that is stored sorts after U+10FFFF.
  return Prisma.sql`${name} >= ${prefix} AND ${name} < ${`${prefix}\u{10FFFF}`}`;
}

function toAuditEntry(row: Row): AuditEntry {
  return {
    id: row.id,
    at: row.at.toISOString(),
    tenant: row.tenant_slug,
    actor: row.actor_email,
    address: row.address,
    source: row.source,
    action: row.action,
    objectType: row.object_type,
    objectName: row.object_name,
    outcome: row.outcome as AuditOutcome,
    before: row.before,
    after: row.after,
  };
}
