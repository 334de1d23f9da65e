"use client";
import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, PageSection, Skeleton, Toolbar, ToolbarContent, ToolbarItem } from "@patternfly/react-core";
import { PlusIcon, SearchIcon } from "@patternfly/react-icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { missingPermission } from "#contracts/permissions.ts";
import type { Handover } from "#components/members/HandoverDialog.tsx";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { ErrorState } from "#components/feedback/ErrorState.tsx";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { counted } from "#components/feedback/format.ts";
import { ReasonedButton } from "#components/feedback/ReasonedButton.tsx";
import { DelayedSearch } from "#components/form/DelayedSearch.tsx";
import { ScreenHeader } from "#components/frame/ScreenHeader.tsx";
import { searchOnlyCodec, useUrlView, type ViewCodec } from "#components/frame/url-view.ts";
import { useSession } from "#components/frame/use-session.ts";
import { ExportButton } from "#components/table/ExportButton.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import { TenantTable } from "./TenantTable.tsx";
import type { AskedTenant } from "./tenant-actions.ts";

const TenantDialog = dynamic(() => import("./TenantDialog.tsx").then((file) => file.TenantDialog), { ssr: false });
const TenantForm = dynamic(() => import("./TenantForm.tsx").then((file) => file.TenantForm), { ssr: false });
const HandoverDialog = dynamic(() => import("#components/members/HandoverDialog.tsx").then((file) => file.HandoverDialog), { ssr: false });

const searchDelayMs = 300;
const { parse, format } = searchOnlyCodec(200);
/** `all` keeps the start page on the list of tenants. */
const tenantsCodec: ViewCodec<{ readonly search: string }> = { parse, format: (view) => `?all${format(view).replace("?", "&")}` };

/** All tenants, for the platform's people: look into them; platform-admins make, change, close and delete them. */
export function TenantsScreen() {
  const [{ search }, show] = useUrlView(tenantsCodec);
  const mayNotCreate = missingPermission(useSession().platformRoles, "platform-tenant:create");
  const [asked, setAsked] = useState<AskedTenant>();
  const [isCreating, setIsCreating] = useState(false);
  const [handover, setHandover] = useState<Handover>();
  const query = useQuery({ ...useTRPC().tenants.list.queryOptions({ search }), placeholderData: keepPreviousData });
  if (query.data === undefined && query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const { tenants, total } = query.data ?? { tenants: undefined, total: 0 };
  const close = () => setAsked(undefined);
  return (
    <>
      <ScreenHeader
        title="Tenants"
        lead="Choose a space to look into."
        action={<ReasonedButton variant="primary" icon={<PlusIcon />} reason={mayNotCreate} onClick={() => setIsCreating(true)}>Create tenant</ReasonedButton>}
      />
      <PageSection hasBodyWrapper={false} isFilled aria-label="Tenant list">
        {query.isError ? <InlineAlert variant="warning" title="The list may be out of date">{toPublicError(query.error).message}</InlineAlert> : null}
        <Toolbar inset={{ default: "insetNone" }}>
          <ToolbarContent>
            <ToolbarItem>
              <DelayedSearch label="Find a tenant" placeholder="Find a tenant" value={search} delayMs={searchDelayMs} onSearch={(words) => show({ search: words.trim() })} />
            </ToolbarItem>
            <ToolbarItem align={{ default: "alignEnd" }} alignSelf="center" aria-live="polite">
              {tenants === undefined ? "" : tenants.length < total ? `the first ${tenants.length} of ${counted(total, "tenant")}` : counted(total, "tenant")}
            </ToolbarItem>
            <ToolbarItem alignSelf="center">
              <ExportButton isDisabled={tenants === undefined || tenants.length === 0} onExport={async () => (await import("./export-tenants.ts")).exportTenants(tenants ?? [])} />
            </ToolbarItem>
          </ToolbarContent>
        </Toolbar>
        {tenants === undefined ? <Delayed label="Loading tenants"><Skeleton height="10rem" /></Delayed> : null}
        {tenants?.length === 0 ? (
          <EmptyState headingLevel="h2" titleText={search === "" ? "No tenants yet" : "No tenant matches"} icon={SearchIcon} variant="sm">
            <EmptyStateBody>{search === "" ? "A tenant is a customer: people, spaces and addresses of its own. Create the first one." : "No tenant's name has the words above."}</EmptyStateBody>
            {search === "" ? null : <EmptyStateFooter><EmptyStateActions><Button variant="link" onClick={() => show({ search: "" })}>Clear search</Button></EmptyStateActions></EmptyStateFooter>}
          </EmptyState>
        ) : null}
        {tenants !== undefined && tenants.length > 0 ? <TenantTable tenants={tenants} onAsk={setAsked} /> : null}
      </PageSection>
      {isCreating ? <TenantForm onClose={() => setIsCreating(false)} onCreated={(email, link) => { setIsCreating(false); setHandover({ kind: "link", memberId: "", email, secret: link }); }} /> : null}
      {asked?.action === "update" ? <TenantForm tenant={asked.tenant} onClose={close} /> : null}
      {asked !== undefined && asked.action !== "update" ? <TenantDialog tenant={asked.tenant} action={asked.action} onClose={close} /> : null}
      {handover === undefined ? null : <HandoverDialog handover={handover} member={undefined} onClose={() => setHandover(undefined)} />}
    </>
  );
}
