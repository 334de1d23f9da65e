"use client";
import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, PageSection, Skeleton, Toolbar, ToolbarContent, ToolbarItem } from "@patternfly/react-core";
import { CubesIcon, PlusIcon } from "@patternfly/react-icons";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { paths } from "#contracts/paths.ts";
import { isInTransition } from "#contracts/phases.ts";
import type { ListedSpace } from "#contracts/spaces/space.ts";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { ErrorState } from "#components/feedback/ErrorState.tsx";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { formatExact } from "#components/feedback/format.ts";
import { PhaseLabel } from "#components/feedback/PhaseLabel.tsx";
import { ReasonedButton } from "#components/feedback/ReasonedButton.tsx";
import { RelativeTime } from "#components/feedback/RelativeTime.tsx";
import feedback from "#components/feedback/feedback.module.css";
import { AppLink } from "#components/frame/AppLink.tsx";
import { ScreenHeader } from "#components/frame/ScreenHeader.tsx";
import { useTenantSlug } from "#components/frame/route.ts";
import { useMissingPermission } from "#components/frame/use-session.ts";
import { ExportButton } from "#components/table/ExportButton.tsx";
import { RowActions } from "#components/table/RowActions.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { useRetry } from "#components/trpc/use-retry.ts";
import { toPublicError } from "#components/trpc/public-error.ts";

const CreateSpaceDialog = dynamic(() => import("./CreateSpaceDialog.tsx").then((file) => file.CreateSpaceDialog), { ssr: false });
const DeleteSpaceDialog = dynamic(() => import("./DeleteSpaceDialog.tsx").then((file) => file.DeleteSpaceDialog), { ssr: false });

const changingMs = 1_000;
const restingMs = 30_000;

/** The address spaces of a tenant: enter one, make one, delete one with all that is in it. */
export function SpacesScreen() {
  const tenant = useTenantSlug();
  const mayNotCreate = useMissingPermission("space:create");
  const mayNotDelete = useMissingPermission("space:delete");
  const [isCreating, setIsCreating] = useState(false);
  const [doomed, setDoomed] = useState<ListedSpace>();
  const trpc = useTRPC();
  const retry = useRetry(trpc.spaces.retry.mutationOptions(), trpc.spaces.list.queryKey({ tenant }));
  const query = useQuery({
    ...trpc.spaces.list.queryOptions({ tenant }),
    refetchInterval: ({ state }) => (state.data?.spaces.some(({ phase }) => isInTransition(phase)) === true ? changingMs : restingMs),
  });
  if (query.data === undefined && query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const spaces = query.data?.spaces;
  const isFull = query.data !== undefined && query.data.spaces.length >= query.data.maxSpaces;
  const reason = mayNotCreate ?? (isFull ? `This tenant has ${query.data?.spaces.length} spaces and may have ${query.data?.maxSpaces}. Delete one, or ask a platform-admin to raise the limit.` : undefined);
  const askToDelete = (space: ListedSpace) => {
    setDoomed(space);
    // What is lost is counted anew.
    void query.refetch();
  };
  const create = <ReasonedButton variant="primary" icon={<PlusIcon />} reason={reason} onClick={() => setIsCreating(true)}>Create space</ReasonedButton>;
  return (
    <>
      <ScreenHeader title="Spaces" lead="Each space is a messaging namespace of its own: its addresses and credentials never meet another's." action={spaces?.length === 0 ? undefined : create} />
      <PageSection hasBodyWrapper={false} isFilled aria-label="Space list">
        {query.isError ? <InlineAlert variant="warning" title="The list may be out of date">{toPublicError(query.error).message}</InlineAlert> : null}
        {spaces === undefined ? <Delayed label="Loading spaces"><Skeleton height="10rem" /></Delayed> : null}
        {spaces?.length === 0 ? (
          <EmptyState headingLevel="h2" titleText="No spaces yet" icon={CubesIcon}>
            <EmptyStateBody>Addresses live in a space. Make one, then an address in it.</EmptyStateBody>
            <EmptyStateFooter><EmptyStateActions>{create}</EmptyStateActions></EmptyStateFooter>
          </EmptyState>
        ) : null}
        {spaces !== undefined && spaces.length > 0 ? (
          <>
            <Toolbar inset={{ default: "insetNone" }}>
              <ToolbarContent>
                <ToolbarItem align={{ default: "alignEnd" }} alignSelf="center" aria-live="polite">{`${spaces.length} of ${query.data?.maxSpaces} spaces`}</ToolbarItem>
                <ToolbarItem alignSelf="center"><ExportButton onExport={async () => (await import("./export-spaces.ts")).exportSpaces(tenant, spaces)} /></ToolbarItem>
              </ToolbarContent>
            </Toolbar>
            <Table aria-label="Spaces" variant="compact" gridBreakPoint="grid-md">
              <Thead>
                <Tr>
                  <Th>Name</Th>
                  <Th>Short name</Th>
                  <Th>Plan</Th>
                  <Th>Phase</Th>
                  <Th>Addresses</Th>
                  <Th>Credentials</Th>
                  <Th>Created</Th>
                  <Th screenReaderText="Actions" />
                </Tr>
              </Thead>
              <Tbody>
                {spaces.map((space) => (
                  <Tr key={space.slug}>
                    <Td dataLabel="Name" modifier="breakWord"><AppLink href={paths.space(tenant, space.slug)}>{space.name}</AppLink></Td>
                    <Td dataLabel="Short name"><code>{space.slug}</code></Td>
                    <Td dataLabel="Plan">{space.planName}</Td>
                    <Td dataLabel="Phase">
                      <div>
                        <PhaseLabel phase={space.phase} isCompact />
                        {space.reason === null ? null : <span className={feedback.reason}>{space.reason}</span>}
                      </div>
                    </Td>
                    <Td dataLabel="Addresses">{formatExact(space.addresses)}</Td>
                    <Td dataLabel="Credentials">{formatExact(space.credentials)}</Td>
                    <Td dataLabel="Created" modifier="nowrap"><RelativeTime at={space.createdAt} /></Td>
                    <Td isActionCell>
                      <RowActions
                        label={`Actions for ${space.slug}`}
                        actions={[
                          ...(space.phase === "Active" ? [] : [{ title: "Retry now", refusal: mayNotCreate, onClick: () => retry.mutate({ tenant, space: space.slug }) }]),
                          { title: "Delete …", isDanger: true, refusal: mayNotDelete ?? (space.phase === "Terminating" ? "It is already being deleted." : undefined), onClick: () => askToDelete(space) },
                        ]}
                      />
                    </Td>
                  </Tr>
                ))}
              </Tbody>
            </Table>
          </>
        ) : null}
      </PageSection>
      {isCreating && query.data !== undefined ? <CreateSpaceDialog tenant={tenant} planName={query.data.planName} onClose={() => setIsCreating(false)} /> : null}
      {doomed === undefined ? null : <DeleteSpaceDialog tenant={tenant} space={spaces?.find(({ slug }) => slug === doomed.slug) ?? doomed} onClose={() => setDoomed(undefined)} />}
    </>
  );
}
