"use client";
import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, PageSection, SearchInput, Skeleton, Toolbar, ToolbarContent, ToolbarItem } from "@patternfly/react-core";
import { KeyIcon, PlusIcon, SearchIcon } from "@patternfly/react-icons";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { paths } from "#contracts/paths.ts";
import { formatMoment } from "#components/feedback/moment.ts";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { ErrorState } from "#components/feedback/ErrorState.tsx";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { counted } from "#components/feedback/format.ts";
import { LinkButton } from "#components/feedback/LinkButton.tsx";
import { PhaseLabel } from "#components/feedback/PhaseLabel.tsx";
import { RelativeTime } from "#components/feedback/RelativeTime.tsx";
import feedback from "#components/feedback/feedback.module.css";
import { ScreenHeader } from "#components/frame/ScreenHeader.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { useMissingPermission } from "#components/frame/use-session.ts";
import { useFallbackInterval } from "#components/spaces/space-live.ts";
import { ExportButton } from "#components/table/ExportButton.tsx";
import { RowActions } from "#components/table/RowActions.tsx";
import { useTRPC, type Outputs } from "#components/trpc/client.ts";
import { useRetry } from "#components/trpc/use-retry.ts";
import { isPassing, toPublicError } from "#components/trpc/public-error.ts";
import { ExpiryLabel } from "./ExpiryLabel.tsx";
import { permissionWords } from "./permission-words.ts";

type Credential = Outputs["credentials"]["list"][number];

const DeleteCredentialDialog = dynamic(() => import("./DeleteCredentialDialog.tsx").then((file) => file.DeleteCredentialDialog), { ssr: false });
const EndSecretDialog = dynamic(() => import("./EndSecretDialog.tsx").then((file) => file.EndSecretDialog), { ssr: false });
const RotateCredentialDialog = dynamic(() => import("./RotateCredentialDialog.tsx").then((file) => file.RotateCredentialDialog), { ssr: false });

const retryWhileFailingMs = 5_000;
/** Use of credentials is not announced; it is noted about once a minute. */
const useRefetchMs = 30_000;

/** Logins of programs: who may send and receive where. */
export function CredentialsScreen() {
  const scope = useSpaceScope();
  const fallbackInterval = useFallbackInterval();
  const mayNotCreate = useMissingPermission("credential:create");
  const mayNotDelete = useMissingPermission("credential:delete");
  const [search, setSearch] = useState("");
  const mayNotRotate = useMissingPermission("credential:rotate");
  const [asked, setAsked] = useState<{ credential: Credential; action: "rotate" | "end-secret" | "delete" }>();
  const close = () => setAsked(undefined);
  const trpc = useTRPC();
  const retry = useRetry(trpc.credentials.retry.mutationOptions(), trpc.credentials.list.queryKey(scope));
  const query = useQuery({
    ...trpc.credentials.list.queryOptions(scope),
    refetchInterval: ({ state }) =>
      state.status === "error" && isPassing(state.error) ? retryWhileFailingMs : fallbackInterval(state.data?.map(({ phase }) => phase) ?? []) || useRefetchMs,
  });
  const credentials = query.data;
  const words = search.trim().toLowerCase();
  const found = (credentials ?? []).filter(({ login, permissions }) => `${login} ${permissionWords(permissions)}`.toLowerCase().includes(words));
  if (credentials === undefined && query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const create = (
    <LinkButton variant="primary" icon={<PlusIcon />} href={paths.createCredential(scope.tenant, scope.space)} reason={mayNotCreate}>
      Create credential
    </LinkButton>
  );
  return (
    <>
      <ScreenHeader title="Credentials" lead="What programs log in with, and what each may do." action={credentials?.length === 0 ? undefined : create} />
      <PageSection hasBodyWrapper={false} isFilled aria-label="Credential list">
        {query.isError ? <InlineAlert variant="warning" title="The list may be out of date">{toPublicError(query.error).message}</InlineAlert> : null}
        {credentials === undefined ? (
          <Delayed label="Loading credentials">
            <Skeleton height="10rem" />
          </Delayed>
        ) : null}
        {credentials?.length === 0 ? (
          <EmptyState headingLevel="h2" titleText="No credentials yet" icon={KeyIcon}>
            <EmptyStateBody>A program logs in with a credential of its own, so that it can do just what it must, and be shut out alone.</EmptyStateBody>
            <EmptyStateFooter>
              <EmptyStateActions>{create}</EmptyStateActions>
            </EmptyStateFooter>
          </EmptyState>
        ) : null}
        {credentials !== undefined && credentials.length > 0 ? (
          <Toolbar inset={{ default: "insetNone" }}>
            <ToolbarContent>
              <ToolbarItem>
                <SearchInput aria-label="Find a credential" placeholder="Name, login, permission" value={search} onChange={(_event, value) => setSearch(value)} onClear={() => setSearch("")} />
              </ToolbarItem>
              <ToolbarItem align={{ default: "alignEnd" }} alignSelf="center" aria-live="polite">
                {search === "" ? counted(found.length, "credential") : counted(found.length, "match", "matches")}
              </ToolbarItem>
              <ToolbarItem alignSelf="center">
                <ExportButton isDisabled={found.length === 0} onExport={async () => (await import("./export-credentials.ts")).exportCredentials(scope, found)} />
              </ToolbarItem>
            </ToolbarContent>
          </Toolbar>
        ) : null}
        {credentials !== undefined && credentials.length > 0 && found.length === 0 ? (
          <EmptyState headingLevel="h2" titleText="No credential matches" icon={SearchIcon} variant="sm">
            <EmptyStateFooter>
              <EmptyStateActions><Button variant="link" onClick={() => setSearch("")}>Clear search</Button></EmptyStateActions>
            </EmptyStateFooter>
          </EmptyState>
        ) : null}
        {found.length > 0 ? (
          <Table aria-label="Credentials" variant="compact" gridBreakPoint="grid-md">
            <Thead>
              <Tr>
                <Th width={25}>Name and login</Th>
                <Th width={25}>May</Th>
                <Th>Phase</Th>
                <Th modifier="nowrap">Connections</Th>
                <Th modifier="nowrap">Last used</Th>
                <Th>Ends</Th>
                <Th>Created</Th>
                <Th screenReaderText="Actions" />
              </Tr>
            </Thead>
            <Tbody>
              {found.map((credential) => (
                <Tr key={credential.id}>
                  <Td dataLabel="Name and login" modifier="breakWord">
                    <div>
                      <strong>{credential.name}</strong>
                      <span className={feedback.reason}><code>{credential.login}</code></span>
                    </div>
                  </Td>
                  <Td dataLabel="May" modifier="breakWord">{permissionWords(credential.permissions)}</Td>
                  <Td dataLabel="Phase">
                    <div>
                      <PhaseLabel phase={credential.phase} isCompact />
                      {credential.reason === null ? null : <span className={feedback.reason}>{credential.reason}</span>}
                      {credential.previousSecretUntil === null ? null : (
                        <span className={feedback.reason}>The old secret works until {formatMoment(new Date(credential.previousSecretUntil))}</span>
                      )}
                    </div>
                  </Td>
                  <Td dataLabel="Connections">{credential.connections}</Td>
                  <Td dataLabel="Last used" modifier="nowrap"><div>{credential.lastUsedAt === null ? "never" : <RelativeTime at={credential.lastUsedAt} />}</div></Td>
                  <Td dataLabel="Ends" modifier="nowrap"><div><ExpiryLabel expiresAt={credential.expiresAt} now={new Date(query.dataUpdatedAt)} /></div></Td>
                  <Td dataLabel="Created"><div><RelativeTime at={credential.createdAt} /><span className={feedback.reason}>{credential.createdBy}</span></div></Td>
                  <Td isActionCell>
                    <RowActions
                      label={`Actions for ${credential.name}`}
                      actions={[
                        {
                          title: "Replace secret …",
                          refusal: mayNotRotate ?? (credential.phase === "Active" ? undefined : "It can be done once the credential is Active."),
                          onClick: () => setAsked({ credential, action: "rotate" }),
                        },
                        ...(credential.previousSecretUntil === null ? [] : [{ title: "End the old secret …", isDanger: true, refusal: mayNotRotate, onClick: () => setAsked({ credential, action: "end-secret" as const }) }]),
                        ...(credential.phase === "Active" ? [] : [{ title: "Retry now", refusal: mayNotCreate, onClick: () => retry.mutate({ ...scope, name: credential.name }) }]),
                        {
                          title: "Delete …",
                          isDanger: true,
                          refusal: mayNotDelete ?? (credential.phase === "Terminating" ? "It is already being deleted." : undefined),
                          onClick: () => setAsked({ credential, action: "delete" }),
                        },
                      ]}
                    />
                  </Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        ) : null}
      </PageSection>
      {asked?.action === "rotate" ? <RotateCredentialDialog credential={asked.credential} onClose={close} /> : null}
      {asked?.action === "end-secret" ? <EndSecretDialog name={asked.credential.name} onClose={close} /> : null}
      {asked?.action === "delete" ? <DeleteCredentialDialog credential={asked.credential} onClose={close} /> : null}
    </>
  );
}
