"use client";
import { Button, EmptyState, EmptyStateBody, Label, Skeleton, Switch, Toolbar, ToolbarContent, ToolbarItem } from "@patternfly/react-core";
import { HistoryIcon } from "@patternfly/react-icons";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { clientEventKeptDays, clientTroubleKinds, type ListClientEvents } from "#contracts/connections/client-event.ts";
import { paths } from "#contracts/paths.ts";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { formatExact } from "#components/feedback/format.ts";
import { formatMoment } from "#components/feedback/moment.ts";
import { RelativeTime } from "#components/feedback/RelativeTime.tsx";
import { AppLink } from "#components/frame/AppLink.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { DelayedSearch } from "#components/form/DelayedSearch.tsx";
import { ExportButton } from "#components/table/ExportButton.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import table from "#components/table/table.module.css";
import { eventKindWords, eventSentence, loginName } from "./connection-words.ts";
import styles from "./connections.module.css";
import { useSampleInterval } from "./use-connections.ts";

const searchDelayMs = 200;
const pageRows = 50;
const noEvents: readonly never[] = [];

/** What narrows a history, as it stands in the URL. */
export interface HistoryView {
  readonly search: string;
  readonly isTroubleOnly: boolean;
}

interface ClientHistoryProps {
  /** Of one client, or of one address; of the whole space without it. */
  readonly of?: Pick<ListClientEvents, "login" | "container" | "address">;
  readonly view: HistoryView;
  readonly onShow: (change: Partial<HistoryView>) => void;
}

/** What happened to clients, the newest first. New events are offered and move nothing; the first ones of an empty history just come. */
export function ClientHistory({ of = {}, view, onShow }: ClientHistoryProps) {
  const scope = useSpaceScope();
  const trpc = useTRPC();
  const interval = useSampleInterval();
  const input = { ...scope, ...of, search: view.search, kind: view.isTroubleOnly ? [...clientTroubleKinds] : [] };
  const query = useInfiniteQuery(trpc.connections.listEvents.infiniteQueryOptions({ ...input, limit: pageRows }, { getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined }));
  const newest = useQuery({ ...trpc.connections.listEvents.queryOptions({ ...input, limit: 1 }), staleTime: 0, refetchInterval: interval }).data?.items[0];
  const events = query.data?.pages.flatMap(({ items }) => items) ?? noEvents;
  const isClient = of.container !== undefined;
  const hasNewer = newest !== undefined && query.data !== undefined && !query.isFetching && newest.id !== events[0]?.id && newest.at >= (events[0]?.at ?? "");
  const isFirst = hasNewer && events.length === 0;
  const { refetch } = query;
  useEffect(() => {
    if (isFirst) void refetch();
  }, [isFirst, refetch]);
  const isNarrowed = view.search !== "" || view.isTroubleOnly;
  return (
    <section aria-label="History" className={table.list}>
      <Toolbar inset={{ default: "insetNone" }}>
        <ToolbarContent>
          <ToolbarItem>
            <DelayedSearch label="Find in the history" placeholder="Client, address, origin, error" delayMs={searchDelayMs} value={view.search} onSearch={(search) => onShow({ search })} />
          </ToolbarItem>
          <ToolbarItem alignSelf="center"><Switch id="trouble-only" label="Trouble only" isChecked={view.isTroubleOnly} onChange={(_event, isTroubleOnly) => onShow({ isTroubleOnly })} /></ToolbarItem>
          <ToolbarItem align={{ default: "alignEnd" }} alignSelf="center">
            <ExportButton isDisabled={events.length === 0} onExport={async () => (await import("./export-connections.ts")).exportEvents(scope, input)} />
          </ToolbarItem>
        </ToolbarContent>
      </Toolbar>
      {query.isError ? <InlineAlert variant="warning" title="The history could not be read" actionLinks={<Button variant="link" isInline onClick={() => void query.refetch()}>Try again</Button>}>{toPublicError(query.error).message}</InlineAlert> : null}
      {hasNewer && !isFirst ? <div role="status"><Button variant="link" isInline onClick={() => void refetch()}>Show what happened since</Button></div> : null}
      {query.isPending ? <Delayed label="Loading the history"><Skeleton height="10rem" /></Delayed> : null}
      {query.isSuccess && events.length === 0 ? (
        <EmptyState headingLevel="h3" titleText={isNarrowed ? "Nothing of this kind happened" : "Nothing happened yet"} icon={HistoryIcon} variant="sm">
          <EmptyStateBody>
            {isNarrowed ? <Button variant="link" isInline onClick={() => onShow({ search: "", isTroubleOnly: false })}>Show everything that happened</Button> : `What clients do is kept for ${clientEventKeptDays} days.`}
          </EmptyStateBody>
        </EmptyState>
      ) : null}
      {events.length > 0 ? (
        <Table aria-label="History" variant="compact" gridBreakPoint="grid-md" className={table.table}>
          <Thead>
            <Tr>
              <Th modifier="nowrap">When</Th>
              <Th modifier="nowrap">What</Th>
              {isClient ? null : <Th width={25} modifier="nowrap">Client</Th>}
              <Th width={isClient ? 60 : 35}>In words</Th>
              <Th modifier="nowrap" className={table.figure}>Times</Th>
              <Th modifier="nowrap">From</Th>
            </Tr>
          </Thead>
          <Tbody>
            {events.map((event) => (
              <Tr key={event.id}>
                <Td dataLabel="When" modifier="nowrap"><RelativeTime at={event.at} /></Td>
                <Td dataLabel="What" modifier="nowrap"><div><Label isCompact status={clientTroubleKinds.includes(event.kind) ? "warning" : undefined}>{eventKindWords[event.kind]}</Label></div></Td>
                {isClient ? null : (
                  <Td dataLabel="Client" modifier="breakWord">
                    {event.connectionId === "" ? event.container : <AppLink href={paths.connection(scope.tenant, scope.space, event.connectionId)} className={table.name}>{event.container || "(no name)"}</AppLink>}
                    {event.login === "" ? null : <div className={table.quiet} title={event.login}>{loginName(event)}</div>}
                  </Td>
                )}
                <Td dataLabel="In words" className={styles.words}>{eventSentence(event)}</Td>
                <Td dataLabel="Times" className={table.figure} title={event.count > 1 ? `First at ${formatMoment(new Date(event.firstAt))}` : undefined}>{formatExact(event.count)}</Td>
                <Td dataLabel="From" modifier="nowrap">{event.remoteAddress}</Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      ) : null}
      {query.hasNextPage ? <div><Button variant="link" isInline isLoading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show older</Button></div> : null}
    </section>
  );
}
