"use client";
import { Content, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, PageSection, Skeleton, Title, Toolbar, ToolbarContent, ToolbarItem } from "@patternfly/react-core";
import { MagicIcon, PlusIcon } from "@patternfly/react-icons";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import type { AutoCreateRule } from "#contracts/auto-create-rules/auto-create-rule.ts";
import { paths } from "#contracts/paths.ts";
import { TypeBadge } from "#components/addresses/TypeBadge.tsx";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { ErrorState } from "#components/feedback/ErrorState.tsx";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { counted, formatDuration, formatExact } from "#components/feedback/format.ts";
import { ReasonedButton } from "#components/feedback/ReasonedButton.tsx";
import { RelativeTime } from "#components/feedback/RelativeTime.tsx";
import feedback from "#components/feedback/feedback.module.css";
import { AppLink } from "#components/frame/AppLink.tsx";
import { ScreenHeader } from "#components/frame/ScreenHeader.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { useMissingPermission } from "#components/frame/use-session.ts";
import { ExportButton } from "#components/table/ExportButton.tsx";
import { RowActions } from "#components/table/RowActions.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";

const DeleteRuleDialog = dynamic(() => import("./DeleteRuleDialog.tsx").then((file) => file.DeleteRuleDialog), { ssr: false });
const RuleDialog = dynamic(() => import("./RuleDialog.tsx").then((file) => file.RuleDialog), { ssr: false });

const minuteMs = 60_000;
/** Counts of addresses change by themselves. */
const refetchMs = 15_000;

type Asked = { readonly action: "create" } | { readonly action: "edit" | "delete"; readonly rule: AutoCreateRule };

/** What a space does by itself: the rules by which it makes addresses that programs ask for. */
export function SpaceSettingsScreen() {
  const scope = useSpaceScope();
  const mayNotCreate = useMissingPermission("auto-create-rule:create");
  const mayNotUpdate = useMissingPermission("auto-create-rule:update");
  const mayNotDelete = useMissingPermission("auto-create-rule:delete");
  const [asked, setAsked] = useState<Asked>();
  const query = useQuery({ ...useTRPC().autoCreateRules.list.queryOptions(scope), refetchInterval: refetchMs });
  const rules = query.data;
  if (rules === undefined && query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const create = <ReasonedButton variant="primary" icon={<PlusIcon />} reason={mayNotCreate} onClick={() => setAsked({ action: "create" })}>Add rule</ReasonedButton>;
  const close = () => setAsked(undefined);
  return (
    <>
      <ScreenHeader title="Settings" lead={`What the address space ${scope.space} does by itself.`} action={rules === undefined || rules.length === 0 ? undefined : create} />
      <PageSection hasBodyWrapper={false} isFilled aria-labelledby="rules-title">
        <Title headingLevel="h2" id="rules-title">Addresses that programs make up</Title>
        <Content component="p">
          A program that attaches to an address that is not there gets it, when a rule covers the name: within the quota, and only where its credential may send or receive. Of several
          rules the one that says most of the name decides.
        </Content>
        {query.isError ? <InlineAlert variant="warning" title="The list may be out of date">{toPublicError(query.error).message}</InlineAlert> : null}
        {rules === undefined ? <Delayed label="Loading rules"><Skeleton height="8rem" /></Delayed> : null}
        {rules?.length === 0 ? (
          <EmptyState headingLevel="h3" titleText="Off: there is no rule" icon={MagicIcon} variant="sm">
            <EmptyStateBody>Attaching to an unknown address is refused. JMS and MQTT programs that make up names need a rule, such as one for jms.*</EmptyStateBody>
            <EmptyStateFooter><EmptyStateActions>{create}</EmptyStateActions></EmptyStateFooter>
          </EmptyState>
        ) : null}
        {rules !== undefined && rules.length > 0 ? (
          <>
          <Toolbar inset={{ default: "insetNone" }}>
            <ToolbarContent>
              <ToolbarItem alignSelf="center" aria-live="polite">{counted(rules.length, "rule")}</ToolbarItem>
              <ToolbarItem align={{ default: "alignEnd" }} alignSelf="center"><ExportButton onExport={async () => (await import("./export-rules.ts")).exportRules(scope, rules)} /></ToolbarItem>
            </ToolbarContent>
          </Toolbar>
          <Table aria-label="Rules" variant="compact" gridBreakPoint="grid-md">
            <Thead>
              <Tr>
                <Th>Names</Th>
                <Th>Type</Th>
                <Th>Plan</Th>
                <Th modifier="wrap">Deleted again</Th>
                <Th modifier="wrap">Made by it</Th>
                <Th>Added</Th>
                <Th screenReaderText="Actions" />
              </Tr>
            </Thead>
            <Tbody>
              {rules.map((rule) => (
                <Tr key={rule.id}>
                  <Td dataLabel="Names" modifier="breakWord">
                    <div>
                      <code>{rule.pattern}</code>
                      {rule.refusal === null ? null : <span className={feedback.reason}>Makes nothing: {rule.refusal}</span>}
                    </div>
                  </Td>
                  <Td dataLabel="Type"><div><TypeBadge type={rule.type} /></div></Td>
                  <Td dataLabel="Plan">{rule.planName}</Td>
                  <Td dataLabel="Deleted again">{rule.deleteUnusedMinutes === null ? "never" : `${formatDuration(rule.deleteUnusedMinutes * minuteMs)} unused`}</Td>
                  <Td dataLabel="Made by it">
                    {rule.addresses === 0 ? "none" : <AppLink href={`${paths.addresses(scope.tenant, scope.space)}?search=${encodeURIComponent(rule.pattern.replace(/\*$/, ""))}`}>{formatExact(rule.addresses)}</AppLink>}
                  </Td>
                  <Td dataLabel="Added"><div><RelativeTime at={rule.createdAt} /><span className={feedback.reason}>{rule.createdBy}</span></div></Td>
                  <Td isActionCell>
                    <RowActions
                      label={`Actions for ${rule.pattern}`}
                      actions={[
                        { title: "Edit …", refusal: mayNotUpdate, onClick: () => setAsked({ action: "edit", rule }) },
                        { title: "Delete …", isDanger: true, refusal: mayNotDelete, onClick: () => setAsked({ action: "delete", rule }) },
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
      {asked?.action === "create" ? <RuleDialog onClose={close} /> : null}
      {asked?.action === "edit" ? <RuleDialog rule={asked.rule} onClose={close} /> : null}
      {asked?.action === "delete" ? <DeleteRuleDialog rule={asked.rule} onClose={close} /> : null}
    </>
  );
}
