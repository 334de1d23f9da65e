"use client";
import { EmptyState, EmptyStateBody, Label, LabelGroup, PageSection, Skeleton } from "@patternfly/react-core";
import { PlusIcon, UsersIcon } from "@patternfly/react-icons";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { PostroomError } from "#contracts/errors.ts";
import type { PlatformPerson } from "#contracts/platform-roles/platform-person.ts";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { ErrorState } from "#components/feedback/ErrorState.tsx";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { PhaseLabel } from "#components/feedback/PhaseLabel.tsx";
import { ReasonedButton } from "#components/feedback/ReasonedButton.tsx";
import { ScreenHeader } from "#components/frame/ScreenHeader.tsx";
import { useMissingPermission } from "#components/frame/use-session.ts";
import { ExportButton } from "#components/table/ExportButton.tsx";
import { RowActions } from "#components/table/RowActions.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import { PlatformRolesDialog } from "./PlatformRolesDialog.tsx";
import styles from "./platform-roles.module.css";

const waitingMs = 1_000;
/** Roles can be given in Keycloak as well, which is looked at twice a minute. */
const quietMs = 15_000;

/** Who holds roles across tenants: give, change, take away; for platform administrators. */
export function PlatformRolesScreen() {
  const router = useRouter();
  const mayNotRead = useMissingPermission("platform-role:read");
  const mayNotUpdate = useMissingPermission("platform-role:update");
  const [edited, setEdited] = useState<{ person: PlatformPerson | undefined }>();
  const query = useQuery({
    ...useTRPC().platformRoles.list.queryOptions(),
    enabled: mayNotRead === undefined,
    refetchInterval: ({ state: { data } }) => (data?.some(({ phase }) => phase === "Pending") === true ? waitingMs : quietMs),
  });
  if (mayNotRead !== undefined) return <ErrorState error={new PostroomError({ code: "forbidden", message: mayNotRead })} onRetry={() => router.refresh()} />;
  const people = query.data;
  if (people === undefined && query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <>
      <ScreenHeader
        title="Platform roles"
        lead="People who look after all tenants. Whoever enters a tenant with such a role stands in its audit trail."
        action={<ReasonedButton variant="primary" icon={<PlusIcon />} reason={mayNotUpdate} onClick={() => setEdited({ person: undefined })}>Give a role</ReasonedButton>}
      />
      <PageSection hasBodyWrapper={false} isFilled aria-label="People with roles in all tenants">
        {query.isError ? <InlineAlert variant="warning" title="The list may be out of date">{toPublicError(query.error).message}</InlineAlert> : null}
        <div className={styles.tools}>
          <ExportButton isDisabled={people === undefined || people.length === 0} onExport={async () => (await import("./export-platform-people.ts")).exportPlatformPeople(people ?? [])} />
        </div>
        {people === undefined ? <Delayed label="Loading people"><Skeleton height="8rem" /></Delayed> : null}
        {people?.length === 0 ? (
          <EmptyState headingLevel="h2" titleText="Nobody is known yet" icon={UsersIcon}>
            <EmptyStateBody>The provisioner asks Keycloak twice a minute who holds a role. While it or Keycloak is away, this list stays empty.</EmptyStateBody>
          </EmptyState>
        ) : null}
        {people !== undefined && people.length > 0 ? (
          <Table aria-label="People with roles in all tenants" variant="compact" gridBreakPoint="grid-md">
            <Thead>
              <Tr>
                <Th width={35}>Person</Th>
                <Th>Roles</Th>
                <Th width={35}>State</Th>
                <Th screenReaderText="Actions" />
              </Tr>
            </Thead>
            <Tbody>
              {people.map((person) => (
                <Tr key={person.email}>
                  <Td dataLabel="Person" modifier="breakWord">
                    <div>
                      <strong>{person.name === "" ? person.email : person.name}</strong> {person.isYou ? <Label isCompact>you</Label> : null}
                      {person.name === "" ? null : <span className={styles.more}>{person.email}</span>}
                    </div>
                  </Td>
                  <Td dataLabel="Roles">{person.roles.length === 0 ? "none" : <LabelGroup>{person.roles.map((role) => <Label key={role} isCompact variant="outline">{role}</Label>)}</LabelGroup>}</Td>
                  <Td dataLabel="State">
                    <div>
                      <PhaseLabel phase={person.phase} isCompact />
                      {person.wantedRoles === null ? null : <span className={styles.more}>{person.wantedRoles.length === 0 ? "All roles are to be taken away." : `Shall be ${person.wantedRoles.join(" and ")}.`} {person.reason}</span>}
                    </div>
                  </Td>
                  <Td isActionCell><RowActions label={`Actions for ${person.email}`} actions={[{ title: "Change roles …", refusal: mayNotUpdate, onClick: () => setEdited({ person }) }]} /></Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        ) : null}
      </PageSection>
      {edited === undefined ? null : <PlatformRolesDialog person={edited.person} all={people ?? []} onClose={() => setEdited(undefined)} />}
    </>
  );
}
