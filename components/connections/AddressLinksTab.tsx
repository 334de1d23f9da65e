"use client";
import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, Skeleton, Title, Toolbar, ToolbarContent, ToolbarItem } from "@patternfly/react-core";
import { ConnectedIcon } from "@patternfly/react-icons";
import { useQuery } from "@tanstack/react-query";
import { paths } from "#contracts/paths.ts";
import { useAddress } from "#components/addresses/use-address.ts";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { counted, formatExact } from "#components/feedback/format.ts";
import { LinkButton } from "#components/feedback/LinkButton.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { ExportButton } from "#components/table/ExportButton.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import table from "#components/table/table.module.css";
import { ClientHistory } from "./ClientHistory.tsx";
import { LinkTable } from "./LinkTable.tsx";
import { useSampleInterval } from "./use-connections.ts";
import { useHistoryView } from "./use-history-view.ts";

/** Who sends to and receives from the address now, and what happened to clients here. */
export function AddressLinksTab() {
  const scope = useSpaceScope();
  const { name } = useAddress();
  const { view, show } = useHistoryView();
  const query = useQuery({ ...useTRPC().connections.listLinks.queryOptions({ ...scope, name }), refetchInterval: useSampleInterval() });
  const links = query.data?.items;
  const count = (role: string): number => links?.filter((link) => link.role === role).length ?? 0;
  return (
    <div className={table.list}>
      {query.isError ? <InlineAlert variant="warning" title="The links may be out of date" actionLinks={<Button variant="link" isInline onClick={() => void query.refetch()}>Try again</Button>}>{toPublicError(query.error).message}</InlineAlert> : null}
      {query.isPending ? <Delayed label="Loading links"><Skeleton height="10rem" /></Delayed> : null}
      {links?.length === 0 ? (
        <EmptyState headingLevel="h2" titleText="Nobody sends or receives here" icon={ConnectedIcon} variant="sm">
          <EmptyStateBody>A program that attaches to this address stands here within seconds.</EmptyStateBody>
          <EmptyStateFooter>
            <EmptyStateActions><LinkButton variant="primary" href={paths.connectAddress(scope.tenant, scope.space, name)} reason={undefined}>Connect a program</LinkButton></EmptyStateActions>
          </EmptyStateFooter>
        </EmptyState>
      ) : null}
      {links !== undefined && links.length > 0 ? (
        <>
          <Toolbar inset={{ default: "insetNone" }}>
            <ToolbarContent>
              <ToolbarItem alignSelf="center" aria-live="polite">
                {counted(count("sender"), "sender")}, {counted(count("receiver"), "receiver")}
                {(query.data?.total ?? 0) > links.length ? ` among the ${formatExact(links.length)} busiest of ${formatExact(query.data?.total ?? 0)} links` : ""}
              </ToolbarItem>
              <ToolbarItem alignSelf="center"><LinkButton variant="link" href={`${paths.connections(scope.tenant, scope.space)}?address=${encodeURIComponent(name)}`} reason={undefined}>Show their connections</LinkButton></ToolbarItem>
              <ToolbarItem align={{ default: "alignEnd" }} alignSelf="center"><ExportButton onExport={async () => (await import("./export-connections.ts")).exportLinks(scope, name, links)} /></ToolbarItem>
            </ToolbarContent>
          </Toolbar>
          <LinkTable links={links} of="address" />
        </>
      ) : null}
      <Title headingLevel="h2" size="lg">What happened here</Title>
      <ClientHistory of={{ address: name }} view={view} onShow={show} />
    </div>
  );
}
