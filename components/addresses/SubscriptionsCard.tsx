"use client";
import { Card, CardBody, CardTitle, Skeleton } from "@patternfly/react-core";
import { PlusIcon } from "@patternfly/react-icons";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useQuery } from "@tanstack/react-query";
import { paths } from "#contracts/paths.ts";
import { refusalOf } from "#contracts/phases.ts";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { ErrorState } from "#components/feedback/ErrorState.tsx";
import { counted } from "#components/feedback/format.ts";
import { LinkButton } from "#components/feedback/LinkButton.tsx";
import { AppLink } from "#components/frame/AppLink.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { useMissingPermission } from "#components/frame/use-session.ts";
import { Figure } from "#components/statistics/Figure.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { ExportButton } from "#components/table/ExportButton.tsx";
import table from "#components/table/table.module.css";
import { AddressPhase } from "./AddressPhase.tsx";
import { addressListCodec } from "./address-list-view.ts";
import { subscriptionsOf } from "./subscriptions.ts";
import type { AddressDetail } from "./use-address.ts";
import styles from "./addresses.module.css";

/** The first subscriptions of a topic with their numbers, kept live, and the way to a new one. */
export function SubscriptionsCard({ topic }: { topic: Pick<AddressDetail, "name" | "phase"> }) {
  const scope = useSpaceScope();
  const { tenant, space } = scope;
  const query = useQuery(useTRPC().addresses.list.queryOptions({ ...scope, ...subscriptionsOf(topic.name) }));
  const refusal = useMissingPermission("address:create") ?? refusalOf("subscribe", topic.phase);
  const page = query.data;
  const byId = new Map(page?.statistics.map((each) => [each.addressId, each]));
  return (
    <Card component="section" aria-label="Subscriptions">
      <CardTitle component="h2">Subscriptions</CardTitle>
      <CardBody>
        {page === undefined && query.isError ? <ErrorState error={query.error} onRetry={() => void query.refetch()} /> : null}
        {query.isPending ? <Delayed label="Loading the subscriptions"><Skeleton height="6rem" /></Delayed> : null}
        {page?.total === 0 ? (
          <p>None yet. A subscription keeps the messages of this topic for its consumers, also while none of them is connected.</p>
        ) : null}
        {page !== undefined && page.items.length > 0 ? (
          <Table variant="compact" aria-label="Subscriptions of this topic" gridBreakPoint="grid-md" borders={false} className={styles.ofTopic}>
            <Thead>
              <Tr>
                <Th width={50}>Name</Th>
                <Th modifier="wrap" className={table.figure}>Depth</Th>
                <Th modifier="wrap" className={table.figure}>Receivers</Th>
                <Th modifier="wrap" className={table.figure}>Dead letters</Th>
              </Tr>
            </Thead>
            <Tbody>
              {page.items.map((address) => {
                const numbers = byId.get(address.id);
                return (
                  <Tr key={address.id}>
                    <Td dataLabel="Name" modifier="breakWord">
                      <AppLink href={paths.address(tenant, space, address.name)} className={table.name}>{address.name}</AppLink>{" "}
                      {address.phase === "Active" ? null : <AddressPhase address={address} />}
                    </Td>
                    <Td dataLabel="Depth" className={table.figure}><Figure statistics={numbers} value={numbers?.depth} unit=" messages" /></Td>
                    <Td dataLabel="Receivers" className={table.figure}><Figure statistics={numbers} value={numbers?.receivers} /></Td>
                    <Td dataLabel="Dead letters" className={table.figure}><Figure statistics={numbers} value={numbers?.deadLetters} unit=" messages" /></Td>
                  </Tr>
                );
              })}
            </Tbody>
          </Table>
        ) : null}
      </CardBody>
      <CardBody>
        <LinkButton variant="secondary" icon={<PlusIcon />} href={paths.createSubscription(tenant, space, topic.name)} reason={refusal}>Create subscription</LinkButton>{" "}
        {page !== undefined && page.items.length > 0 ? (
          <ExportButton onExport={async () => (await import("./export-addresses.ts")).exportAddresses(scope, { ...addressListCodec.parse(new URLSearchParams()), topic: topic.name })} />
        ) : null}{" "}
        {page !== undefined && page.total > page.items.length ? (
          <LinkButton variant="link" href={paths.subscriptionsOf(tenant, space, topic.name)}>All {counted(page.total, "subscription")}</LinkButton>
        ) : null}
      </CardBody>
    </Card>
  );
}
