"use client";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { auditExportPageSize, type AuditFilters, type AuditPage } from "#contracts/audit/audit.ts";
import { csvHeader, toCsvLine, toJsonLine, type AuditExportFormat } from "#contracts/audit/audit-export.ts";
import { exportRows, pagesOf, type Exported } from "#components/table/export-rows.ts";
import { useTRPC, useTRPCClient } from "#components/trpc/client.ts";

const nextPage = { getNextPageParam: (page: { nextCursor: string | null }) => page.nextCursor ?? undefined, placeholderData: keepPreviousData };

/** Pages of the audit trail of a tenant, or of all of them. */
export function useAuditEntries(tenant: string | undefined, filters: AuditFilters, isAllowed: boolean) {
  const trpc = useTRPC();
  const own = useInfiniteQuery({ ...trpc.audit.search.infiniteQueryOptions({ ...filters, tenant: tenant ?? "" }, nextPage), enabled: isAllowed && tenant !== undefined });
  const all = useInfiniteQuery({ ...trpc.audit.searchAll.infiniteQueryOptions(filters, nextPage), enabled: isAllowed && tenant === undefined });
  return tenant === undefined ? all : own;
}

/** Hands all entries that fit to the browser as a file, the newest first. */
export function useAuditExport(tenant: string | undefined, filters: AuditFilters): (format: AuditExportFormat) => Promise<Exported> {
  const client = useTRPCClient();
  const read = (cursor: string | undefined): Promise<AuditPage> => {
    const input = { ...filters, cursor, limit: auditExportPageSize };
    return (tenant === undefined ? client.audit.searchAll.query(input) : client.audit.search.query({ ...input, tenant })) as Promise<AuditPage>;
  };
  const name = `audit-${tenant ?? "all"}`;
  return (format) =>
    format === "csv" ? exportRows(`${name}.csv`, "text/csv;charset=utf-8", csvHeader, toCsvLine, pagesOf(read)) : exportRows(`${name}.jsonl`, "application/jsonl", "", toJsonLine, pagesOf(read));
}
