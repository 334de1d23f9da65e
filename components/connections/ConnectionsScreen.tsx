"use client";
import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, Skeleton } from "@patternfly/react-core";
import { AngleLeftIcon, AngleRightIcon, ConnectedIcon, SearchIcon } from "@patternfly/react-icons";
import dynamic from "next/dynamic";
import { useState } from "react";
import type { Connection } from "#contracts/connections/connection.ts";
import { paths } from "#contracts/paths.ts";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { ErrorState } from "#components/feedback/ErrorState.tsx";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { counted, formatExact } from "#components/feedback/format.ts";
import { LinkButton } from "#components/feedback/LinkButton.tsx";
import { ReasonedButton } from "#components/feedback/ReasonedButton.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { changesIn, useUrlView, type ViewChange } from "#components/frame/url-view.ts";
import { useMissingPermission } from "#components/frame/use-session.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import table from "#components/table/table.module.css";
import { connectionListCodec, type ConnectionListView, isFiltered, noFilters } from "./connection-list-view.ts";
import { ConnectionFilters } from "./ConnectionFilters.tsx";
import { ConnectionTable } from "./ConnectionTable.tsx";
import { pageSize, useConnectionPage } from "./use-connections.ts";

const CloseConnectionsDialog = dynamic(() => import("./CloseConnectionsDialog.tsx").then((file) => file.CloseConnectionsDialog), { ssr: false });

/** Who is connected to the space now; the whole view is in the URL. */
export function ConnectionsScreen() {
  const scope = useSpaceScope();
  const [view, showView] = useUrlView(connectionListCodec);
  const { query, page, error } = useConnectionPage(view);
  const mayNotClose = useMissingPermission("connection:close");
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [doomed, setDoomed] = useState<readonly Connection[]>([]);
  const show = (change: ViewChange<ConnectionListView>) => {
    setSelected(new Set());
    showView((held) => ({ page: 1, ...changesIn(held, change) }));
  };
  if (page === undefined && query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const chosen = page?.items.filter(({ id }) => selected.has(id) && !page.gone.has(id)) ?? [];
  const select = (ids: readonly string[], isSelected: boolean) =>
    setSelected((held) => {
      const changed = new Set(held);
      for (const id of ids) {
        if (isSelected) changed.add(id);
        else changed.delete(id);
      }
      return changed;
    });
  if (page?.total === 0 && page.items.length === 0 && !isFiltered(view)) {
    return (
      <EmptyState headingLevel="h2" titleText="Nobody is connected" icon={ConnectedIcon}>
        <EmptyStateBody>A program connects with a credential to one of the endpoints of this space. It stands here within seconds.</EmptyStateBody>
        <EmptyStateFooter>
          <EmptyStateActions>
            <LinkButton variant="primary" href={paths.space(scope.tenant, scope.space)} reason={undefined}>See the endpoints</LinkButton>
            <LinkButton variant="link" href={paths.connectionHistory(scope.tenant, scope.space)} reason={undefined}>Look at the history</LinkButton>
          </EmptyStateActions>
        </EmptyStateFooter>
      </EmptyState>
    );
  }
  return (
    <div className={table.list}>
      {error === null ? null : <InlineAlert variant="warning" title="The list may be out of date">{toPublicError(error).message}</InlineAlert>}
      <ConnectionFilters view={view} total={page?.total} onChange={show} onExport={async () => (await import("./export-connections.ts")).exportConnections(scope, view)} />
      {page !== undefined && page.added > 0 ? (
        <div role="status">
          <Button variant="link" isInline onClick={() => void query.refetch()}>Show {counted(page.added, "new connection")}</Button>
        </div>
      ) : null}
      {page === undefined ? <Delayed label="Loading connections"><Skeleton height="12rem" /></Delayed> : null}
      {page !== undefined && page.items.length === 0 ? (
        <EmptyState headingLevel="h2" titleText="No connection matches" icon={SearchIcon} variant="sm">
          <EmptyStateFooter>
            <EmptyStateActions><Button variant="link" onClick={() => show(noFilters)}>Clear all filters</Button></EmptyStateActions>
          </EmptyStateFooter>
        </EmptyState>
      ) : null}
      {page !== undefined && page.items.length > 0 ? (
        <>
          <ConnectionTable connections={page.items} gone={page.gone} view={view} selected={selected} onSelect={select} onSort={(sort, descending) => show({ sort, descending })} onClose={(connection) => setDoomed([connection])} />
          {page.total > pageSize || view.page > 1 ? (
            <nav aria-label="Pages of the connections" className={table.pager}>
              <span>{formatExact((view.page - 1) * pageSize + 1)}–{formatExact((view.page - 1) * pageSize + page.items.length)} of {formatExact(page.total)}</span>
              <Button variant="plain" aria-label="Previous page" icon={<AngleLeftIcon />} isDisabled={view.page === 1} onClick={() => show({ page: view.page - 1 })} />
              <Button variant="plain" aria-label="Next page" icon={<AngleRightIcon />} isDisabled={view.page * pageSize >= page.total} onClick={() => show({ page: view.page + 1 })} />
            </nav>
          ) : null}
          {chosen.length > 0 ? (
            <div className={table.bulk} role="region" aria-label="Selection">
              <span aria-live="polite">{counted(chosen.length, "connection")} selected</span>
              <ReasonedButton variant="secondary" isDanger={mayNotClose === undefined} reason={mayNotClose} onClick={() => setDoomed(chosen)}>Close …</ReasonedButton>
              <Button variant="link" isInline onClick={() => setSelected(new Set())}>Clear selection</Button>
            </div>
          ) : null}
        </>
      ) : null}
      {doomed.length === 0 ? null : (
        <CloseConnectionsDialog
          connections={doomed}
          onClose={() => setDoomed([])}
          onStarted={() => {
            setDoomed([]);
            setSelected(new Set());
          }}
        />
      )}
    </div>
  );
}
