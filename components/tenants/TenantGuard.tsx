"use client";
import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, PageSection } from "@patternfly/react-core";
import { UserTimesIcon } from "@patternfly/react-icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { authentication } from "#components/auth/authentication.ts";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { paths } from "#contracts/paths.ts";
import { closureSentence } from "#contracts/tenants/closure-sentence.ts";
import { useTenantSlug } from "#components/frame/route.ts";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";

/** Without any other sign, a page that lies open finds out within this that its person is in the tenant no longer. */
const checkMs = 15_000;

/** Says above each page of a closed tenant why, and takes a page away from somebody who was removed or disabled while it was open, says so, and offers the way out. */
export function TenantGuard({ children }: { children: ReactNode }) {
  const tenant = useTenantSlug();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const session = useQuery({ ...trpc.session.get.queryOptions(), refetchInterval: checkMs });
  const sessionKey = trpc.session.get.queryKey();
  const isIn = session.data?.tenants.some(({ slug }) => slug === tenant);
  // Whoever never was in gets the ordinary "there is nothing here".
  const [wasIn, setWasIn] = useState<string>();
  if (isIn === true && wasIn !== tenant) setWasIn(tenant);

  useEffect(
    () =>
      queryClient.getQueryCache().subscribe(({ type, query }) => {
        const failed = type === "updated" && query.state.status === "error" && query.queryKey[0] !== sessionKey[0];
        if (failed && toPublicError(query.state.error).code === "not-found") void queryClient.invalidateQueries({ queryKey: sessionKey }, { cancelRefetch: false });
      }),
    [queryClient, sessionKey],
  );

  if (isIn !== false || wasIn !== tenant) {
    const here = session.data?.tenants.find(({ slug }) => slug === tenant);
    return (
      <>
        {here?.closure == null ? null : (
          <PageSection hasBodyWrapper={false} padding={{ default: "noPadding" }}>
            <InlineAlert variant={here.closure.kind === "deleting" ? "danger" : "warning"} title={here.closure.kind === "deleting" ? "This tenant is being deleted" : "This tenant is suspended"}>
              {closureSentence(here.name, here.closure)}
            </InlineAlert>
          </PageSection>
        )}
        {children}
      </>
    );
  }
  const others = session.data?.tenants ?? [];
  return (
    <PageSection hasBodyWrapper={false} isFilled>
      <EmptyState headingLevel="h1" titleText="You no longer have access here" icon={UserTimesIcon} aria-live="assertive">
        <EmptyStateBody>
          Your membership of <strong>{tenant}</strong> has ended or was disabled while this page was open. What you saw may be out of date, and nothing more can be changed. A
          tenant-admin of {tenant} can let you in again.
        </EmptyStateBody>
        <EmptyStateFooter>
          <EmptyStateActions>
            {others.length > 0 ? (
              <Button variant="primary" component="a" href={`${paths.home()}?all`}>Go to your other tenants</Button>
            ) : (
              <Button variant="primary" onClick={() => void authentication.logOut()}>Log out</Button>
            )}
          </EmptyStateActions>
        </EmptyStateFooter>
      </EmptyState>
    </PageSection>
  );
}
