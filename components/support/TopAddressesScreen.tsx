"use client";
import { EmptyState, EmptyStateBody, PageSection, Skeleton, ToggleGroup, ToggleGroupItem, Toolbar, ToolbarContent, ToolbarItem } from "@patternfly/react-core";
import { ListIcon } from "@patternfly/react-icons";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { hasQueue } from "#contracts/addresses/address-type.ts";
import { recentMinutes } from "#contracts/addresses/explanation.ts";
import { paths } from "#contracts/paths.ts";
import { topAddresses, topMeasures, type TopAddress, type TopMeasure } from "#contracts/support/support.ts";
import { TypeBadge } from "#components/addresses/TypeBadge.tsx";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { ErrorState } from "#components/feedback/ErrorState.tsx";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { AppLink } from "#components/frame/AppLink.tsx";
import { ScreenHeader } from "#components/frame/ScreenHeader.tsx";
import { useUrlView } from "#components/frame/url-view.ts";
import { Figure } from "#components/statistics/Figure.tsx";
import { OldestMessage } from "#components/statistics/OldestMessage.tsx";
import { ExportButton } from "#components/table/ExportButton.tsx";
import table from "#components/table/table.module.css";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import { topCodec } from "./support-view.ts";
import styles from "./support.module.css";

/** One sampling pass. Nothing is pushed here: each pass changes numbers of some tenant, so a push would be asked for as often. */
const refetchMs = 10_000;

const titles: Record<TopMeasure, string> = {
  depth: "Depth", growth: "Growth/s", inRate: "In/s", outRate: "Out/s", rejects: "Rejects", deadLetters: "Dead letters", oldest: "Oldest", connections: "Connections",
};
const order: readonly TopMeasure[] = ["depth", "growth", "inRate", "outRate", "rejects", "deadLetters", "oldest", "connections"];

function cellOf(measure: TopMeasure, { type, statistics, rejects, connections }: TopAddress): ReactNode {
  if (measure === "oldest") return hasQueue(type) ? <OldestMessage statistics={statistics} /> : null;
  const values = { depth: statistics.depth, growth: statistics.growth, inRate: statistics.inRate, outRate: statistics.outRate, rejects, deadLetters: statistics.deadLetters, connections };
  return <Figure statistics={statistics} value={values[measure]} />;
}

/** The first addresses of all tenants by one measure. */
export function TopAddressesScreen() {
  const [{ by }, show] = useUrlView(topCodec);
  const { data, isError, error, refetch, isPlaceholderData } = useQuery({ ...useTRPC().support.listTop.queryOptions({ by }), placeholderData: keepPreviousData, refetchInterval: refetchMs });
  if (data === undefined && isError) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <ScreenHeader title="Top addresses" lead={`The first ${topAddresses} of all tenants by one number. Rejects are those of the last ${recentMinutes} minutes.`} />
      <PageSection hasBodyWrapper={false} isFilled aria-label="Ranking" aria-busy={isPlaceholderData}>
        {isError ? <InlineAlert variant="warning" title="The list may be out of date">{toPublicError(error).message}</InlineAlert> : null}
        <Toolbar inset={{ default: "insetNone" }}>
          <ToolbarContent>
            <ToolbarItem>
              <ToggleGroup aria-label="Rank by" isCompact className={styles.causes}>
                {topMeasures.map((measure) => (
                  <ToggleGroupItem key={measure} text={titles[measure]} isSelected={measure === by} onChange={() => show({ by: measure })} />
                ))}
              </ToggleGroup>
            </ToolbarItem>
            <ToolbarItem align={{ default: "alignEnd" }} alignSelf="center">
              <ExportButton isDisabled={data === undefined || data.length === 0} onExport={async () => (await import("./export-support.ts")).exportTop(data ?? [], titles[by])} />
            </ToolbarItem>
          </ToolbarContent>
        </Toolbar>
        {data === undefined ? <Delayed label="Loading the ranking"><Skeleton height="14rem" /></Delayed> : null}
        {data?.length === 0 ? (
          <EmptyState headingLevel="h2" titleText="No address has any" icon={ListIcon} variant="sm">
            <EmptyStateBody>Addresses appear here as soon as one has a number to be ranked by.</EmptyStateBody>
          </EmptyState>
        ) : null}
        {data !== undefined && data.length > 0 ? (
          <Table aria-label="Top addresses" variant="compact" gridBreakPoint="grid-lg" className={table.table}>
            <Thead>
              <Tr>
                <Th width={20}>Address</Th>
                <Th modifier="wrap">Tenant and space</Th>
                <Th modifier="fitContent">Type</Th>
                {order.map((measure) => (
                  <Th key={measure} className={`${styles.number} ${measure === by ? styles.chosen : ""}`} modifier="wrap">{titles[measure]}</Th>
                ))}
              </Tr>
            </Thead>
            <Tbody>
              {data.map((row) => (
                <Tr key={row.statistics.addressId}>
                  <Td dataLabel="Address" className={styles.place}><AppLink href={paths.address(row.tenant, row.space, row.name)}>{row.name}</AppLink></Td>
                  <Td dataLabel="Tenant and space"><AppLink href={paths.space(row.tenant, row.space)}>{row.tenant} / {row.space}</AppLink></Td>
                  <Td dataLabel="Type"><div><TypeBadge type={row.type} /></div></Td>
                  {order.map((measure) => (
                    <Td key={measure} dataLabel={titles[measure]} className={`${styles.number} ${measure === by ? styles.chosen : ""}`}>{cellOf(measure, row)}</Td>
                  ))}
                </Tr>
              ))}
            </Tbody>
          </Table>
        ) : null}
      </PageSection>
    </>
  );
}
