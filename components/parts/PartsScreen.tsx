"use client";
import { EmptyState, EmptyStateBody, PageSection, Skeleton } from "@patternfly/react-core";
import { ServerIcon } from "@patternfly/react-icons";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useQuery } from "@tanstack/react-query";
import type { DriftReport } from "#contracts/parts/drift-report.ts";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { ErrorState } from "#components/feedback/ErrorState.tsx";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { formatExact } from "#components/feedback/format.ts";
import { RelativeTime } from "#components/feedback/RelativeTime.tsx";
import { ScreenHeader } from "#components/frame/ScreenHeader.tsx";
import { ExportButton } from "#components/table/ExportButton.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";

/** Comparisons come once a minute. */
const refetchMs = 15_000;

/** Brokers and gateways: when each was last compared with what it should have, what was repaired there, and what nobody asked for. */
export function PartsScreen() {
  const query = useQuery({ ...useTRPC().parts.list.queryOptions(), refetchInterval: refetchMs });
  if (query.data === undefined && query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <>
      <ScreenHeader
        title="Brokers and gateways"
        lead="Once a minute each is compared with what it should have, and set right. What nobody asked for is counted and left alone."
        action={<ExportButton isDisabled={query.data === undefined || query.data.length === 0} onExport={async () => (await import("./export-parts.ts")).exportParts(query.data ?? [])} />}
      />
      <PageSection hasBodyWrapper={false} isFilled aria-label="Brokers and gateways">
        {query.isError ? <InlineAlert variant="warning" title="The list may be out of date">{toPublicError(query.error).message}</InlineAlert> : null}
        {query.data === undefined ? <Delayed label="Loading brokers and gateways"><Skeleton height="8rem" /></Delayed> : null}
        {query.data?.length === 0 ? (
          <EmptyState headingLevel="h2" titleText="Nothing has been compared yet" icon={ServerIcon}>
            <EmptyStateBody>The first comparison comes within a minute after a broker or gateway has connected to the provisioner.</EmptyStateBody>
          </EmptyState>
        ) : null}
        {query.data !== undefined && query.data.length > 0 ? (
          <Table aria-label="Brokers and gateways" variant="compact" gridBreakPoint="grid-md">
            <Thead>
              <Tr>
                <Th>Name</Th>
                <Th>Kind</Th>
                <Th>Last compared</Th>
                <Th>Repaired</Th>
                <Th>Last repair</Th>
                <Th>Nobody asked for</Th>
              </Tr>
            </Thead>
            <Tbody>
              {query.data.map((part) => (
                <Tr key={`${part.kind} ${part.name}`}>
                  <Td dataLabel="Name"><strong>{part.name}</strong></Td>
                  <Td dataLabel="Kind">{part.kind}</Td>
                  <Td dataLabel="Last compared"><RelativeTime at={part.comparedAt} /></Td>
                  <Td dataLabel="Repaired">{formatExact(part.repaired)}</Td>
                  <Td dataLabel="Last repair">{part.lastRepairedAt === null ? "never" : <RelativeTime at={part.lastRepairedAt} />}</Td>
                  <Td dataLabel="Nobody asked for">{unknownWords(part)}</Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        ) : null}
      </PageSection>
    </>
  );
}

function unknownWords({ kind, unknown, unknownWithMessages }: DriftReport): string {
  if (kind === "gateway") return "–";
  return unknownWithMessages === 0 ? formatExact(unknown) : `${formatExact(unknown)}, ${formatExact(unknownWithMessages)} with messages`;
}
