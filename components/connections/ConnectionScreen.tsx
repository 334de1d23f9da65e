"use client";
import {
  Breadcrumb, BreadcrumbItem, DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm, EmptyState, Flex, FlexItem, PageSection, Skeleton, Title,
} from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useParams } from "next/navigation";
import { useState } from "react";
import type { ConnectionDetail } from "#contracts/connections/connection.ts";
import { paths } from "#contracts/paths.ts";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { ErrorState } from "#components/feedback/ErrorState.tsx";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { formatExact } from "#components/feedback/format.ts";
import { ReasonedButton } from "#components/feedback/ReasonedButton.tsx";
import { RelativeTime } from "#components/feedback/RelativeTime.tsx";
import { AppLink } from "#components/frame/AppLink.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { useMissingPermission } from "#components/frame/use-session.ts";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import { ClientHistory } from "./ClientHistory.tsx";
import { productWords, protocolWords } from "./connection-words.ts";
import styles from "./connections.module.css";
import { LinkTable } from "./LinkTable.tsx";
import { LiveNumber } from "./LiveNumber.tsx";
import { useSampleInterval } from "./use-connections.ts";
import { useHistoryView } from "./use-history-view.ts";

const CloseConnectionsDialog = dynamic(() => import("./CloseConnectionsDialog.tsx").then((file) => file.CloseConnectionsDialog), { ssr: false });

/** One client: who, from where, with what, what it does right now, and what happened to it. */
export function ConnectionScreen() {
  const scope = useSpaceScope();
  const id = decodeURIComponent(String(useParams()["id"] ?? ""));
  const { view, show } = useHistoryView();
  const query = useQuery({ ...useTRPC().connections.get.queryOptions({ ...scope, id }), refetchInterval: useSampleInterval() });
  const connection = query.data;
  const isGone = query.isError && toPublicError(query.error).code === "not-found";
  if (connection === undefined && query.isError) {
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} back={{ href: paths.connectionHistory(scope.tenant, scope.space), label: "Look at the history" }} />;
  }
  return (
    <>
      <PageSection hasBodyWrapper={false}>
        <Breadcrumb>
          <BreadcrumbItem render={({ className }) => <AppLink className={className} href={paths.connections(scope.tenant, scope.space)}>Connections</AppLink>} />
          <BreadcrumbItem isActive>{connection?.container || id}</BreadcrumbItem>
        </Breadcrumb>
        {connection === undefined ? <><Title headingLevel="h1">Connection</Title><Delayed label="Loading the connection"><Skeleton width="20rem" height="2rem" /></Delayed></> : <Header connection={connection} isGone={isGone} />}
      </PageSection>
      {connection === undefined ? null : (
        <PageSection hasBodyWrapper={false} isFilled aria-label="Connection">
          {isGone ? <InlineAlert variant="info" title="This connection is closed">What you see is how it was last. Its history says how it ended.</InlineAlert> : null}
          {query.isError && !isGone ? <InlineAlert variant="warning" title="What you see may be out of date">{toPublicError(query.error).message}</InlineAlert> : null}
          <Facts connection={connection} isGone={isGone} />
          <Title headingLevel="h2" size="lg" className={styles.section}>Links</Title>
          {connection.ownLinks.length === 0 ? <EmptyState headingLevel="h3" titleText="It has no link, so it neither sends nor receives" variant="xs" /> : <LinkTable links={connection.ownLinks} of="connection" />}
          <Title headingLevel="h2" size="lg" className={styles.section}>History of this client</Title>
          <ClientHistory of={{ login: connection.login, container: connection.container }} view={view} onShow={show} />
        </PageSection>
      )}
    </>
  );
}

function Header({ connection, isGone }: { connection: ConnectionDetail; isGone: boolean }) {
  const mayNotClose = useMissingPermission("connection:close");
  const [isClosing, setIsClosing] = useState(false);
  const refusal = mayNotClose ?? (isGone ? "It is closed already." : undefined);
  return (
    <Flex justifyContent={{ default: "justifyContentSpaceBetween" }} alignItems={{ default: "alignItemsFlexStart" }}>
      <FlexItem><Title headingLevel="h1" className={styles.title}>{connection.container || "(no name)"}</Title></FlexItem>
      <FlexItem><ReasonedButton variant="secondary" isDanger={refusal === undefined} reason={refusal} onClick={() => setIsClosing(true)}>Close …</ReasonedButton></FlexItem>
      {isClosing ? <CloseConnectionsDialog connections={[connection]} onClose={() => setIsClosing(false)} onStarted={() => setIsClosing(false)} /> : null}
    </Flex>
  );
}

function Facts({ connection, isGone }: { connection: ConnectionDetail; isGone: boolean }) {
  const { tenant, space } = useSpaceScope();
  const { isPerson, login, remoteAddress, protocol, isEncrypted, since, inRate, outRate, countIn, countOut, gateway, notKnownSince } = connection;
  const rate = (value: number | null, count: number) => <>{isGone ? null : <><LiveNumber value={value} notKnownSince={notKnownSince} /> per second, </>}{formatExact(count)} since it connected</>;
  const facts = [
    [isPerson ? "Person at the test client" : "Credential", isPerson ? login : <AppLink href={paths.credentials(tenant, space)}>{login}</AppLink>],
    ["From", remoteAddress],
    ["Protocol", `${protocolWords[protocol]}, ${isEncrypted ? "encrypted" : "not encrypted"}`],
    ["Program", productWords(connection) || "It does not say"],
    ["Connected", <RelativeTime key="since" at={since} />],
    ["Gateway", gateway],
    ["Sends", rate(inRate, countIn)],
    ["Receives", rate(outRate, countOut)],
  ] as const;
  return (
    <DescriptionList isCompact columnModifier={{ default: "1Col", md: "2Col", xl: "3Col" }} className={styles.facts}>
      {facts.map(([term, description]) => (
        <DescriptionListGroup key={term}>
          <DescriptionListTerm>{term}</DescriptionListTerm>
          <DescriptionListDescription className={styles.title}>{description}</DescriptionListDescription>
        </DescriptionListGroup>
      ))}
    </DescriptionList>
  );
}
