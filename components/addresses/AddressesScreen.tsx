"use client";
import { Button, PageSection } from "@patternfly/react-core";
import { PlusIcon } from "@patternfly/react-icons";
import { keepPreviousData, usePrefetchQuery, useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import type { AddressSelection, ChangeOfMany } from "#contracts/addresses/many-addresses.ts";
import { paths } from "#contracts/paths.ts";
import { ErrorState } from "#components/feedback/ErrorState.tsx";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { counted } from "#components/feedback/format.ts";
import { LinkButton } from "#components/feedback/LinkButton.tsx";
import { ScreenHeader } from "#components/frame/ScreenHeader.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { changesIn, useUrlView, type ViewChange } from "#components/frame/url-view.ts";
import { useMissingPermission } from "#components/frame/use-session.ts";
import { useFallbackInterval, useSpaceLive } from "#components/spaces/space-live.ts";
import { useTRPC, type Outputs } from "#components/trpc/client.ts";
import { isPassing, toPublicError } from "#components/trpc/public-error.ts";
import table from "#components/table/table.module.css";
import { AddressFilters } from "./AddressFilters.tsx";
import { AddressListSkeleton } from "./AddressListSkeleton.tsx";
import { AddressPager } from "./AddressPager.tsx";
import { BulkBar } from "./BulkBar.tsx";
import { useChangeOfMany } from "./use-change-of-many.ts";
import { AddressTable } from "./AddressTable.tsx";
import { NoAddresses, NoMatch } from "./NoAddresses.tsx";
import { addressListCodec, type AddressListView, filtersOf, isFiltered, isInView } from "./address-list-view.ts";

// Loaded when they are first asked for: most visits only look at the list.
const ChangeManyDialog = dynamic(() => import("./ChangeManyDialog.tsx").then((file) => file.ChangeManyDialog), { ssr: false });
const DeleteAddressDialog = dynamic(() => import("./DeleteAddressDialog.tsx").then((file) => file.DeleteAddressDialog), { ssr: false });

const pageSize = 50;
const retryWhileFailingMs = 5_000;
/** Rows chosen by name, or everything that matches the view. */
interface PageSelection {
  readonly names: ReadonlySet<string>;
  readonly isEverything: boolean;
}

const nothingSelected: PageSelection = { names: new Set(), isEverything: false };

function withNames(held: ReadonlySet<string>, names: readonly string[], isSelected: boolean): ReadonlySet<string> {
  const changed = new Set(held);
  for (const name of names) {
    if (isSelected) changed.add(name);
    else changed.delete(name);
  }
  return changed;
}

type Address = Outputs["addresses"]["list"]["items"][number];

/** All addresses of a space: find, compare, go to one, delete; the whole view is in the URL. */
export function AddressesScreen() {
  const scope = useSpaceScope();
  const [view, showView] = useUrlView(addressListCodec);
  const trpc = useTRPC();
  const options = trpc.addresses.list.queryOptions({ ...scope, ...filtersOf(view), sort: view.sort, descending: view.descending, cursor: view.after, limit: pageSize });
  // Asked for together with who is logged in, which the rest of the screen waits for.
  usePrefetchQuery(options);
  const fallbackInterval = useFallbackInterval();
  const { newAddresses, clearNewAddresses } = useSpaceLive();
  const missing = useMissingPermission("address:create");
  const [doomed, setDoomed] = useState<Address>();
  const [selection, setSelection] = useState<PageSelection>(nothingSelected);
  const [asked, setAsked] = useState<ChangeOfMany>();
  const many = useChangeOfMany(scope);
  const plans = useQuery(trpc.plans.list.queryOptions(scope)).data ?? [];
  const query = useQuery({
    ...options,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.status === "error" && isPassing(state.error) ? retryWhileFailingMs : fallbackInterval(state.data?.items.map(({ phase }) => phase) ?? []),
  });
  const page = query.data;
  const show = (change: ViewChange<AddressListView>) => {
    setSelection(nothingSelected);
    showView((held) => ({ after: undefined, ...changesIn(held, change) }));
  };

  if (page === undefined && query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const listed = new Set(page?.items.map(({ name }) => name));
  const unseen = [...newAddresses.values()].filter((address) => !listed.has(address.name) && isInView(view, address)).length;
  const isEmpty = page?.total === 0 && !isFiltered(view);
  const selectedCount = selection.isEverything ? (page?.total ?? 0) : selection.names.size;
  const plan = asked?.kind === "plan" ? plans.find(({ id }) => id === asked.planId) : undefined;
  const startChange = () => {
    if (asked === undefined) return;
    const chosen: AddressSelection = selection.isEverything
      ? { kind: "matching", filters: filtersOf(view) }
      : { kind: "names", names: [...selection.names] };
    many.mutate({ selection: chosen, change: asked });
    setAsked(undefined);
    setSelection(nothingSelected);
  };
  return (
    <>
      <ScreenHeader
        title="Addresses"
        lead="Queues, topics with their subscriptions, and direct addresses that programs send to and receive from."
        action={
          isEmpty ? undefined : (
            <>
              <LinkButton variant="link" href={paths.createAddresses(scope.tenant, scope.space)} reason={missing}>Create many</LinkButton>{" "}
              <LinkButton variant="primary" icon={<PlusIcon />} href={paths.createAddress(scope.tenant, scope.space)} reason={missing}>
                Create address
              </LinkButton>
            </>
          )
        }
      />
      <PageSection hasBodyWrapper={false} isFilled aria-label="Address list">
        {query.isError ? <InlineAlert variant="warning" title="The list may be out of date">{toPublicError(query.error).message}</InlineAlert> : null}
        {isEmpty ? (
          <NoAddresses scope={scope} missing={missing} />
        ) : (
          <div className={table.list}>
            <AddressFilters view={view} plans={plans} total={page?.total} onChange={show} onExport={async () => (await import("./export-addresses.ts")).exportAddresses(scope, view)} />
            {unseen > 0 ? (
              <div role="status">
                <Button variant="link" isInline onClick={() => { clearNewAddresses(); void query.refetch(); }}>
                  Show {counted(unseen, "new address", "new addresses")}
                </Button>
              </div>
            ) : null}
            {page === undefined ? <AddressListSkeleton /> : null}
            {page !== undefined && page.items.length === 0 ? <NoMatch onClear={() => show({ search: "", type: [], phase: [], plan: [], topic: "" })} /> : null}
            {page !== undefined && page.items.length > 0 ? (
              <>
                <AddressTable
                  addresses={page.items}
                  statistics={page.statistics}
                  firstRow={page.firstRow}
                  view={view}
                  selected={selection.isEverything ? listed : selection.names}
                  onSelect={(names, isSelected) => setSelection(({ names: held }) => ({ isEverything: false, names: withNames(held, names, isSelected) }))}
                  onSort={(sort, descending) => show({ sort, descending })}
                  onDelete={setDoomed}
                />
                <AddressPager page={page} onGo={(cursor) => show({ after: cursor })} />
                {selectedCount > 0 ? (
                  <BulkBar
                    count={selectedCount}
                    total={page.total}
                    isEverything={selection.isEverything}
                    plans={plans}
                    onSelectEverything={() => setSelection({ names: selection.names, isEverything: true })}
                    onClear={() => setSelection(nothingSelected)}
                    onDelete={() => setAsked({ kind: "delete" })}
                    onChangePlan={(planId) => setAsked({ kind: "plan", planId })}
                  />
                ) : null}
              </>
            ) : null}
          </div>
        )}
      </PageSection>
      {asked === undefined ? null : (
        <ChangeManyDialog change={asked} planName={plan === undefined ? undefined : `${plan.name} (${plan.type})`} count={selectedCount} onConfirm={startChange} onClose={() => setAsked(undefined)} />
      )}
      {doomed === undefined ? null : <DeleteAddressDialog address={doomed} onClose={() => setDoomed(undefined)} />}
    </>
  );
}
