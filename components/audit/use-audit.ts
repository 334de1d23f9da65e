"use client";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { auditExportPageSize, type AuditEntry, type AuditFilters, type AuditPage } from "#contracts/audit/audit.ts";
import { csvHeader, toCsvLine, toJsonLine, type AuditExportFormat } from "#contracts/audit/audit-export.ts";
import { useTRPC, useTRPCClient } from "#components/trpc/client.ts";

/** Entries in one file: what a browser holds in memory without harm. */
export const maxExportedEntries = 100_000;

const nextPage = { getNextPageParam: (page: { nextCursor: string | null }) => page.nextCursor ?? undefined, placeholderData: keepPreviousData };

/** Pages of the audit trail of a tenant, or of all of them. */
export function useAuditEntries(tenant: string | undefined, filters: AuditFilters, isAllowed: boolean) {
  const trpc = useTRPC();
  const own = useInfiniteQuery({ ...trpc.audit.search.infiniteQueryOptions({ ...filters, tenant: tenant ?? "" }, nextPage), enabled: isAllowed && tenant !== undefined });
  const all = useInfiniteQuery({ ...trpc.audit.searchAll.infiniteQueryOptions(filters, nextPage), enabled: isAllowed && tenant === undefined });
  return tenant === undefined ? all : own;
}

/** Reads all entries that fit, at most {@link maxExportedEntries}, and hands them to the browser as a file. */
export function useAuditExport(tenant: string | undefined, filters: AuditFilters): (format: AuditExportFormat) => Promise<{ entries: number; isCut: boolean }> {
  const client = useTRPCClient();
  const read = (cursor: string | undefined): Promise<AuditPage> => {
    const input = { ...filters, cursor, limit: auditExportPageSize };
    return (tenant === undefined ? client.audit.searchAll.query(input) : client.audit.search.query({ ...input, tenant })) as Promise<AuditPage>;
  };
  return async (format) => {
    const toLine: (entry: AuditEntry) => string = format === "csv" ? toCsvLine : toJsonLine;
    const parts = format === "csv" ? [csvHeader] : [];
    let entries = 0;
    let cursor: string | undefined;
    do {
      const page = await read(cursor);
      parts.push(page.items.map(toLine).join(""));
      entries += page.items.length;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined && entries < maxExportedEntries);
    save(new Blob(parts, { type: format === "csv" ? "text/csv;charset=utf-8" : "application/jsonl" }), `audit-${tenant ?? "all"}.${format}`);
    return { entries, isCut: cursor !== undefined };
  };
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
