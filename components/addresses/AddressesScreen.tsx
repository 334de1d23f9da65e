"use client";
import { Alert, Button, PageSection } from "@patternfly/react-core";
import { PlusIcon } from "@patternfly/react-icons";
import { keepPreviousData, usePrefetchQuery, useQuery } from "@tanstack/react-query";
import { useRouter, useSearchParams } from "next/navigation";
import { useState } from "react";
import { paths } from "#contracts/paths.ts";
import { ErrorState } from "#components/feedback/ErrorState.tsx";
import { counted } from "#components/feedback/format.ts";
import { LinkButton } from "#components/feedback/LinkButton.tsx";
import { ScreenHeader } from "#components/frame/ScreenHeader.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { useMissingPermission } from "#components/frame/use-session.ts";
import { useFallbackInterval, useSpaceLive } from "#components/spaces/space-live.ts";
import { useTRPC, type Outputs } from "#components/trpc/client.ts";
import { isPassing, toPublicError } from "#components/trpc/public-error.ts";
import { AddressFilters } from "./AddressFilters.tsx";
import { AddressListSkeleton } from "./AddressListSkeleton.tsx";
import { AddressPager } from "./AddressPager.tsx";
import { AddressTable } from "./AddressTable.tsx";
import { DeleteAddressDialog } from "./DeleteAddressDialog.tsx";
import { NoAddresses, NoMatch } from "./NoAddresses.tsx";
import styles from "./addresses.module.css";
import { type AddressListView, formatAddressListView, isFiltered, isInView, parseAddressListView } from "./address-list-view.ts";

const pageSize = 50;
const retryWhileFailingMs = 5_000;
type Address = Outputs["addresses"]["list"]["items"][number];

/** All addresses of a space: find, compare, go to one, delete; the whole view is in the URL. */
export function AddressesScreen() {
  const scope = useSpaceScope();
  const router = useRouter();
  const view = parseAddressListView(new URLSearchParams(useSearchParams()));
  const { after, ...filters } = view;
  const options = useTRPC().addresses.list.queryOptions({ ...scope, ...filters, type: [...view.type], phase: [...view.phase], cursor: after, limit: pageSize });
  // Asked for together with who is logged in, which the rest of the screen waits for.
  usePrefetchQuery(options);
  const fallbackInterval = useFallbackInterval();
  const { newAddresses, clearNewAddresses } = useSpaceLive();
  const missing = useMissingPermission("address:create");
  const [doomed, setDoomed] = useState<Address>();
  const query = useQuery({
    ...options,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.status === "error" && isPassing(state.error) ? retryWhileFailingMs : fallbackInterval(state.data?.items.map(({ phase }) => phase) ?? []),
  });
  const page = query.data;
  const show = (change: Partial<AddressListView>) =>
    router.replace(`${paths.addresses(scope.tenant, scope.space)}${formatAddressListView({ ...view, after: undefined, ...change })}`, { scroll: false });

  if (page === undefined && query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const listed = new Set(page?.items.map(({ name }) => name));
  const unseen = [...newAddresses.values()].filter((address) => !listed.has(address.name) && isInView(view, address)).length;
  const isEmpty = page?.total === 0 && !isFiltered(view);
  return (
    <>
      <ScreenHeader
        title="Addresses"
        lead="Queues, topics and direct addresses that programs send to and receive from."
        action={
          isEmpty ? undefined : (
            <LinkButton variant="primary" icon={<PlusIcon />} href={paths.createAddress(scope.tenant, scope.space)} reason={missing}>
              Create address
            </LinkButton>
          )
        }
      />
      <PageSection hasBodyWrapper={false} isFilled aria-label="Address list">
        {query.isError ? <Alert isInline variant="warning" title="The list may be out of date">{toPublicError(query.error).message}</Alert> : null}
        {isEmpty ? (
          <NoAddresses scope={scope} missing={missing} />
        ) : (
          <div className={styles.list}>
            <AddressFilters view={view} total={page?.total} onChange={show} />
            {unseen > 0 ? (
              <div role="status">
                <Button variant="link" isInline onClick={() => { clearNewAddresses(); void query.refetch(); }}>
                  Show {counted(unseen, "new address", "new addresses")}
                </Button>
              </div>
            ) : null}
            {page === undefined ? <AddressListSkeleton /> : null}
            {page !== undefined && page.items.length === 0 ? <NoMatch onClear={() => show({ search: "", type: [], phase: [] })} /> : null}
            {page !== undefined && page.items.length > 0 ? (
              <>
                <AddressTable addresses={page.items} view={view} onSort={(sort, descending) => show({ sort, descending })} onDelete={setDoomed} />
                <AddressPager after={after} nextCursor={page.nextCursor} onGo={(cursor) => show({ after: cursor })} />
              </>
            ) : null}
          </div>
        )}
      </PageSection>
      {doomed === undefined ? null : <DeleteAddressDialog address={doomed} onClose={() => setDoomed(undefined)} />}
    </>
  );
}
