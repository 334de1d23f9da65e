"use client";
import { Label } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { lastAdminRefusal, type Member } from "#contracts/members/member.ts";
import { formatDay } from "#components/feedback/moment.ts";
import { RelativeTime } from "#components/feedback/RelativeTime.tsx";
import { useMissingPermission } from "#components/frame/use-session.ts";
import { type RowAction, RowActions } from "#components/table/RowActions.tsx";
import type { MemberAction } from "./MemberActionDialog.tsx";
import { MemberStateLabel } from "./MemberStateLabel.tsx";
import { operationWords } from "./member-words.ts";
import styles from "./members.module.css";

interface MemberTableProps {
  /** Those on screen. */
  readonly members: readonly Member[];
  /** Everybody, to know who is the last admin. */
  readonly all: readonly Member[];
  readonly onAction: (member: Member, action: MemberAction | "role") => void;
}

export function MemberTable({ members, all, onAction }: MemberTableProps) {
  const mayNotUpdate = useMissingPermission("member:update");
  const mayNotRemove = useMissingPermission("member:delete");
  const actionsOf = (member: Member): RowAction[] => {
    const isLastAdmin = lastAdminRefusal(member, all);
    const hasNoAccount = member.state === "invited" ? "The person has no account yet." : undefined;
    const action = (title: string, name: MemberAction | "role", refusal?: string, isDanger = false): RowAction => ({ title, isDanger, refusal, onClick: () => onAction(member, name) });
    return [
      action("Change role …", "role", mayNotUpdate ?? isLastAdmin),
      action("Reset password …", "reset-password", mayNotUpdate ?? hasNoAccount),
      action("Require a new password …", "new-password", mayNotUpdate ?? hasNoAccount),
      action("Require a second factor …", "second-factor", mayNotUpdate ?? hasNoAccount),
      action("Reset second factor …", "reset-second-factor", mayNotUpdate ?? hasNoAccount),
      action("Sign out everywhere …", "sign-out", mayNotUpdate ?? hasNoAccount),
      member.state === "disabled" ? action("Enable …", "enable", mayNotUpdate) : action("Disable …", "disable", mayNotUpdate ?? hasNoAccount ?? isLastAdmin),
      action("Remove …", "remove", mayNotRemove ?? isLastAdmin, true),
    ];
  };
  return (
    <Table aria-label="Members" variant="compact" gridBreakPoint="grid-md">
      <Thead>
        <Tr>
          <Th width={30}>Person</Th>
          <Th>Role</Th>
          <Th width={25}>State</Th>
          <Th modifier="nowrap">Last login</Th>
          <Th modifier="nowrap">Member since</Th>
          <Th screenReaderText="Actions" />
        </Tr>
      </Thead>
      <Tbody>
        {members.map((member) => (
          <Tr key={member.id}>
            <Td dataLabel="Person" modifier="breakWord">
              <div>
                <strong>{member.name === "" ? member.email : member.name}</strong> {member.isYou ? <Label isCompact>you</Label> : null}
                {member.name === "" ? null : <span className={styles.waiting}>{member.email}</span>}
              </div>
            </Td>
            <Td dataLabel="Role" modifier="nowrap">{member.role}</Td>
            <Td dataLabel="State"><State member={member} /></Td>
            <Td dataLabel="Last login" modifier="nowrap">{member.lastLoginAt === null ? "never" : <RelativeTime at={member.lastLoginAt} />}</Td>
            <Td dataLabel="Member since" modifier="nowrap"><RelativeTime at={member.createdAt} /></Td>
            <Td isActionCell><RowActions label={`Actions for ${member.email}`} actions={actionsOf(member)} /></Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

function State({ member: { state, operation, invitedUntil } }: { member: Member }) {
  return (
    <div>
      <MemberStateLabel state={state} />
      {operation?.phase === "Failed" ? <span className={styles.waiting}>{operation.reason}</span> : null}
      {operation?.phase === "Pending" ? <span className={styles.waiting}>{operationWords[operation.kind]}. {operation.reason}</span> : null}
      {operation === null && invitedUntil !== null ? <span className={styles.waiting}>until {formatDay(new Date(invitedUntil))}</span> : null}
    </div>
  );
}
