import type { AuditEntry, AuditPage, SearchAudit } from "#contracts/audit/audit.ts";
import type { PlatformContext, TenantContext } from "../trpc/procedures.ts";
import { formatAuditCursor, parseAuditCursor } from "./audit-cursor.ts";
import { searchAuditRows } from "./queries.ts";

/** One page of the tenant's audit trail, the newest first. @throws PostroomError `invalid-input` for a cursor that is not ours */
export async function searchAudit(ctx: TenantContext, { cursor, limit, ...filters }: SearchAudit): Promise<AuditPage> {
  const after = cursor === undefined ? undefined : parseAuditCursor(cursor);
  return toPage(limit, await ctx.inTenant((client) => searchAuditRows(client, { tenantId: ctx.tenant.id }, filters, after, limit + 1)));
}

/** As {@link searchAudit}, over all tenants and what concerns the whole installation, or narrowed to one tenant. */
export async function searchPlatformAudit(ctx: PlatformContext, { cursor, limit, tenantSlug, ...filters }: SearchAudit & { tenantSlug?: string }): Promise<AuditPage> {
  const after = cursor === undefined ? undefined : parseAuditCursor(cursor);
  return toPage(limit, await ctx.inPlatform((client) => searchAuditRows(client, { tenantSlug }, filters, after, limit + 1)));
}

function toPage(limit: number, rows: AuditEntry[]): AuditPage {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? formatAuditCursor(last) : null };
}
