"use client";
import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, Button, PageSection, Skeleton, Toolbar, ToolbarContent, ToolbarItem } from "@patternfly/react-core";
import { PlusIcon, SearchIcon } from "@patternfly/react-icons";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { PostroomError } from "#contracts/errors.ts";
import type { Member } from "#contracts/members/member.ts";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { ErrorState } from "#components/feedback/ErrorState.tsx";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { counted } from "#components/feedback/format.ts";
import { ReasonedButton } from "#components/feedback/ReasonedButton.tsx";
import { DelayedSearch } from "#components/form/DelayedSearch.tsx";
import { ScreenHeader } from "#components/frame/ScreenHeader.tsx";
import { searchOnlyCodec, useUrlView } from "#components/frame/url-view.ts";
import { useTenantSlug } from "#components/frame/route.ts";
import { useMissingPermission } from "#components/frame/use-session.ts";
import { ExportButton } from "#components/table/ExportButton.tsx";
import { toPublicError } from "#components/trpc/public-error.ts";
import { AddMemberDialog } from "./AddMemberDialog.tsx";
import { ChangeRoleDialog } from "./ChangeRoleDialog.tsx";
import { type Handover, HandoverDialog } from "./HandoverDialog.tsx";
import { type MemberAction, MemberActionDialog } from "./MemberActionDialog.tsx";
import { MemberTable } from "./MemberTable.tsx";
import { useLiveMembers } from "./use-live-members.ts";

const searchDelayMs = 100;
const membersCodec = searchOnlyCodec(254);

/** The people of a tenant: who may do what, and who has been in. */
export function MembersScreen() {
  const tenant = useTenantSlug();
  const router = useRouter();
  const [{ search }, show] = useUrlView(membersCodec);
  const mayNotRead = useMissingPermission("member:read");
  const mayNotAdd = useMissingPermission("member:create");
  const [isAdding, setIsAdding] = useState(false);
  const [handover, setHandover] = useState<Handover>();
  const [asked, setAsked] = useState<{ member: Member; action: MemberAction | "role" }>();
  const query = useLiveMembers(tenant, mayNotRead === undefined);
  if (mayNotRead !== undefined) return <ErrorState error={new PostroomError({ code: "forbidden", message: mayNotRead })} onRetry={() => router.refresh()} />;
  if (query.data === undefined && query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const all = query.data;
  const words = search.trim().toLowerCase();
  const found = all?.filter(({ email, name, role, state }) => `${email} ${name} ${role} ${state}`.toLowerCase().includes(words));
  const close = () => setAsked(undefined);
  return (
    <>
      <ScreenHeader
        title="Members"
        lead="People who may enter this tenant, and what each may do."
        action={<ReasonedButton variant="primary" icon={<PlusIcon />} reason={mayNotAdd} onClick={() => setIsAdding(true)}>Add member</ReasonedButton>}
      />
      <PageSection hasBodyWrapper={false} isFilled aria-label="Member list">
        {query.isError ? <InlineAlert variant="warning" title="The list may be out of date">{toPublicError(query.error).message}</InlineAlert> : null}
        <Toolbar inset={{ default: "insetNone" }}>
          <ToolbarContent>
            <ToolbarItem>
              <DelayedSearch label="Find a member" placeholder="Name, address, role, state" delayMs={searchDelayMs} value={search} onSearch={(typed) => show({ search: typed })} />
            </ToolbarItem>
            <ToolbarItem align={{ default: "alignEnd" }} alignSelf="center" aria-live="polite">
              {found === undefined ? "" : words === "" ? counted(found.length, "member") : counted(found.length, "match", "matches")}
            </ToolbarItem>
            <ToolbarItem alignSelf="center">
              <ExportButton isDisabled={found === undefined || found.length === 0} onExport={async () => (await import("./export-members.ts")).exportMembers(tenant, found ?? [])} />
            </ToolbarItem>
          </ToolbarContent>
        </Toolbar>
        {found === undefined ? <Delayed label="Loading members"><Skeleton height="10rem" /></Delayed> : null}
        {found?.length === 0 ? (
          <EmptyState headingLevel="h2" titleText={words === "" ? "Nobody is in this tenant" : "No member matches"} icon={SearchIcon} variant="sm">
            <EmptyStateBody>{words === "" ? "Who runs this installation can make the first tenant-admin." : "Nobody in this tenant fits the words above."}</EmptyStateBody>
            {words === "" ? null : <EmptyStateFooter><EmptyStateActions><Button variant="link" onClick={() => show({ search: "" })}>Clear search</Button></EmptyStateActions></EmptyStateFooter>}
          </EmptyState>
        ) : null}
        {found !== undefined && found.length > 0 ? <MemberTable members={found} all={all ?? []} onAction={(member, action) => setAsked({ member, action })} /> : null}
      </PageSection>
      {isAdding ? <AddMemberDialog tenant={tenant} onClose={() => setIsAdding(false)} onAdded={(added) => { setIsAdding(false); setHandover(added); }} /> : null}
      {asked === undefined ? null : asked.action === "role" ? (
        <ChangeRoleDialog tenant={tenant} member={asked.member} onClose={close} />
      ) : (
        <MemberActionDialog tenant={tenant} member={asked.member} action={asked.action} onClose={close} onHandover={setHandover} />
      )}
      {handover === undefined ? null : <HandoverDialog handover={handover} member={all?.find(({ id }) => id === handover.memberId)} onClose={() => setHandover(undefined)} />}
    </>
  );
}
