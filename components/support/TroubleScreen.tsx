"use client";
import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, PageSection, Skeleton, ToggleGroup, ToggleGroupItem, Toolbar, ToolbarContent, ToolbarItem } from "@patternfly/react-core";
import { CheckCircleIcon, SearchIcon } from "@patternfly/react-icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { causes, causeTitles } from "#contracts/addresses/explanation.ts";
import type { LostPart } from "#contracts/support/support.ts";
import { Since } from "#components/explanation/Since.tsx";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { ErrorState } from "#components/feedback/ErrorState.tsx";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { counted, formatExact } from "#components/feedback/format.ts";
import { DelayedSearch } from "#components/form/DelayedSearch.tsx";
import { ScreenHeader } from "#components/frame/ScreenHeader.tsx";
import { toggled, useUrlView } from "#components/frame/url-view.ts";
import { ExportButton } from "#components/table/ExportButton.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import { TroubleTable } from "./TroubleTable.tsx";
import { troubleCodec } from "./support-view.ts";
import styles from "./support.module.css";

const searchDelayMs = 300;
/** One sampling pass. Nothing is pushed here: each pass changes numbers of some tenant, so a push would be asked for as often. */
const refetchMs = 10_000;

/** Addresses of all tenants that are in trouble right now, each with why. */
export function TroubleScreen() {
  const [view, show] = useUrlView(troubleCodec);
  const { data, isError, error, refetch } = useQuery({ ...useTRPC().support.listTrouble.queryOptions({ search: view.search, cause: [...view.cause] }), placeholderData: keepPreviousData, refetchInterval: refetchMs });
  if (data === undefined && isError) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const shown = causes.filter((cause) => (data?.causes[cause] ?? 0) > 0 || view.cause.includes(cause));
  const items = data?.items;
  const isFiltered = view.search !== "" || view.cause.length > 0;
  return (
    <>
      <ScreenHeader title="Trouble now" lead="Addresses of all tenants whose messages do not flow, or wait, and why." />
      <PageSection hasBodyWrapper={false} isFilled aria-label="Addresses in trouble">
        {isError ? <InlineAlert variant="warning" title="The list may be out of date">{toPublicError(error).message}</InlineAlert> : null}
        {data === undefined || data.parts.length === 0 ? null : (
          <div className={styles.parts}>{data.parts.map((part) => <LostPartAlert key={`${part.part}/${part.name}`} part={part} />)}</div>
        )}
        <Toolbar inset={{ default: "insetNone" }}>
          <ToolbarContent>
            <ToolbarItem>
              <DelayedSearch label="Find a tenant, space or address" placeholder="Tenant, space or address" value={view.search} delayMs={searchDelayMs} onSearch={(search) => show({ search: search.trim() })} />
            </ToolbarItem>
            <ToolbarItem align={{ default: "alignEnd" }} alignSelf="center" aria-live="polite">
              {data === undefined ? "" : `${data.isWhole ? "" : "the first "}${counted(data.items.length, "address", "addresses")}`}
            </ToolbarItem>
            <ToolbarItem alignSelf="center">
              <ExportButton isDisabled={items === undefined || items.length === 0} onExport={async () => (await import("./export-support.ts")).exportTrouble(items ?? [])} />
            </ToolbarItem>
          </ToolbarContent>
          {shown.length === 0 ? null : (
            <ToolbarContent>
              <ToolbarItem>
                <ToggleGroup aria-label="Causes" isCompact className={styles.causes}>
                  {shown.map((cause) => (
                    <ToggleGroupItem
                      key={cause}
                      text={`${causeTitles[cause]} ${formatExact(data?.causes[cause] ?? 0)}`}
                      isSelected={view.cause.includes(cause)}
                      onChange={() => show((held) => ({ cause: toggled(held.cause, cause) }))}
                    />
                  ))}
                </ToggleGroup>
              </ToolbarItem>
            </ToolbarContent>
          )}
        </Toolbar>
        {items === undefined ? <Delayed label="Looking for trouble"><Skeleton height="14rem" /></Delayed> : null}
        {items?.length === 0 && isFiltered ? (
          <EmptyState headingLevel="h2" titleText="No address in trouble matches" icon={SearchIcon} variant="sm">
            <EmptyStateFooter><EmptyStateActions><Button variant="link" onClick={() => show({ search: "", cause: [] })}>Clear all filters</Button></EmptyStateActions></EmptyStateFooter>
          </EmptyState>
        ) : null}
        {items?.length === 0 && !isFiltered ? (
          <EmptyState headingLevel="h2" titleText="No address is in trouble" icon={CheckCircleIcon} status="success" variant="sm">
            <EmptyStateBody>When messages of any tenant wait for nobody, are refused or get lost, the address appears here by itself, with the reason.</EmptyStateBody>
          </EmptyState>
        ) : null}
        {items !== undefined && items.length > 0 ? <TroubleTable items={items} /> : null}
      </PageSection>
    </>
  );
}

function LostPartAlert({ part: { part, name, since, addresses } }: { part: LostPart }) {
  return (
    <InlineAlert variant="danger" title={part === "broker" ? `The broker ${name} does not answer` : "No gateway answers"}>
      Not reached<Since at={since} />, and with it {counted(addresses, "address", "addresses")}. Numbers are not known meanwhile.
    </InlineAlert>
  );
}
