"use client";
import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, Flex, FlexItem, PageSection, Skeleton } from "@patternfly/react-core";
import { ListIcon, SearchIcon } from "@patternfly/react-icons";
import { useRouter } from "next/navigation";
import type { AuditEntry } from "#contracts/audit/audit.ts";
import { auditExportFormats } from "#contracts/audit/audit-export.ts";
import { PostroomError } from "#contracts/errors.ts";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { ErrorState } from "#components/feedback/ErrorState.tsx";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { ScreenHeader } from "#components/frame/ScreenHeader.tsx";
import { useUrlView } from "#components/frame/url-view.ts";
import { ExportButton } from "#components/table/ExportButton.tsx";
import { toPublicError } from "#components/trpc/public-error.ts";
import { AuditFiltersBar } from "./AuditFiltersBar.tsx";
import { AuditTable } from "./AuditTable.tsx";
import { auditCodec, isFiltered, noAuditFilters, toFilters } from "./audit-view.ts";
import { useAuditEntries, useAuditExport } from "./use-audit.ts";
import styles from "./audit.module.css";

/** The audit trail of a tenant, or of all of them: who did what, when, from where, and what came of it. */
export function AuditScreen({ tenant, missing }: { tenant: string | undefined; missing: string | undefined }) {
  const router = useRouter();
  const [view, show] = useUrlView(auditCodec);
  const filters = toFilters(view);
  const query = useAuditEntries(tenant, filters, missing === undefined);
  const save = useAuditExport(tenant, filters);
  if (missing !== undefined) return <ErrorState error={new PostroomError({ code: "forbidden", message: missing })} onRetry={() => router.refresh()} />;
  if (query.data === undefined && query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const entries = query.data?.pages.flatMap(({ items }) => items as AuditEntry[]);
  return (
    <>
      <ScreenHeader
        title="Audit trail"
        lead={tenant === undefined ? "Every change in every tenant, and in what belongs to none." : "Every change in this tenant: who, when, from where, and what came of it."}
        action={
          <Flex gap={{ default: "gapSm" }}>
            {auditExportFormats.map((format) => (
              <FlexItem key={format}>
                <ExportButton variant="secondary" onExport={() => save(format)}>{format === "csv" ? "Export CSV" : "Export JSON lines"}</ExportButton>
              </FlexItem>
            ))}
          </Flex>
        }
      />
      <PageSection hasBodyWrapper={false} isFilled aria-label="Entries">
        {query.isError ? <InlineAlert variant="warning" title="The list may be out of date">{toPublicError(query.error).message}</InlineAlert> : null}
        <AuditFiltersBar view={view} onChange={show} />
        {entries === undefined ? <Delayed label="Loading the audit trail"><Skeleton height="14rem" /></Delayed> : null}
        {entries?.length === 0 ? <NoEntries isFiltered={isFiltered(view)} onClear={() => show(noAuditFilters)} /> : null}
        {entries !== undefined && entries.length > 0 ? <AuditTable entries={entries} showsTenant={tenant === undefined} /> : null}
        {query.hasNextPage ? (
          <div className={styles.more}>
            <Button variant="secondary" isLoading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show older entries</Button>
          </div>
        ) : null}
      </PageSection>
    </>
  );
}

function NoEntries({ isFiltered: hasFilters, onClear }: { isFiltered: boolean; onClear: () => void }) {
  if (!hasFilters) {
    return (
      <EmptyState headingLevel="h2" titleText="Nothing has been recorded yet" icon={ListIcon}>
        <EmptyStateBody>Each change of an address, a credential or a member leaves an entry here, and so does each test session and each visit of support.</EmptyStateBody>
      </EmptyState>
    );
  }
  return (
    <EmptyState headingLevel="h2" titleText="No entry matches" icon={SearchIcon} variant="sm">
      <EmptyStateBody>Nothing that was recorded fits the filters above.</EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions><Button variant="link" onClick={onClear}>Clear all filters</Button></EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  );
}
