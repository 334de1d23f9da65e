"use client";
import { Label } from "@patternfly/react-core";
import { CheckCircleIcon, ExclamationCircleIcon, LockIcon, PaperPlaneIcon } from "@patternfly/react-icons";
import { ExpandableRowContent, Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { type ReactNode, useState } from "react";
import type { AuditEntry } from "#contracts/audit/audit.ts";
import { RelativeTime } from "#components/feedback/RelativeTime.tsx";
import styles from "./audit.module.css";

const outcomeLabels: Record<AuditEntry["outcome"], ReactNode> = {
  accepted: <Label isCompact variant="outline" icon={<PaperPlaneIcon />}>accepted</Label>,
  done: <Label isCompact variant="outline" status="success" icon={<CheckCircleIcon />}>done</Label>,
  refused: <Label isCompact variant="outline" status="warning" icon={<LockIcon />}>refused</Label>,
  failed: <Label isCompact variant="outline" status="danger" icon={<ExclamationCircleIcon />}>failed</Label>,
};

/** Entries of the trail, the newest first; each opens to what was before and after. */
export function AuditTable({ entries, showsTenant }: { entries: readonly AuditEntry[]; showsTenant: boolean }) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (id: string) => setOpen((held) => new Set(held.has(id) ? [...held].filter((each) => each !== id) : [...held, id]));
  const columns = showsTenant ? 8 : 7;
  return (
    <Table aria-label="Audit trail" variant="compact" gridBreakPoint="grid-lg">
      <Thead>
        <Tr>
          <Th screenReaderText="Details" />
          <Th>When</Th>
          {showsTenant ? <Th>Tenant</Th> : null}
          <Th width={20}>Who</Th>
          <Th>From</Th>
          <Th>Action</Th>
          <Th width={25}>Object</Th>
          <Th>Outcome</Th>
        </Tr>
      </Thead>
      {entries.map((entry, index) => {
        const hasDetails = entry.before !== null || entry.after !== null;
        const isOpen = open.has(entry.id);
        return (
          <Tbody key={entry.id} isExpanded={isOpen}>
            <Tr>
              <Td expand={hasDetails ? { rowIndex: index, isExpanded: isOpen, onToggle: () => toggle(entry.id) } : undefined} />
              <Td dataLabel="When" modifier="nowrap"><RelativeTime at={entry.at} /></Td>
              {showsTenant ? <Td dataLabel="Tenant">{entry.tenant ?? "–"}</Td> : null}
              <Td dataLabel="Who" modifier="breakWord">{entry.actor}</Td>
              <Td dataLabel="From" modifier="nowrap">{entry.address ?? entry.source}</Td>
              <Td dataLabel="Action" modifier="nowrap"><code>{entry.action}</code></Td>
              <Td dataLabel="Object" modifier="breakWord">{entry.objectType} {entry.objectName}</Td>
              <Td dataLabel="Outcome"><div>{outcomeLabels[entry.outcome]}</div></Td>
            </Tr>
            {hasDetails ? (
              <Tr isExpanded={isOpen}>
                <Td />
                <Td colSpan={columns - 1}>
                  <ExpandableRowContent>
                    <div className={styles.change}>
                      <Values title="Before" value={entry.before} />
                      <Values title="After" value={entry.after} />
                    </div>
                  </ExpandableRowContent>
                </Td>
              </Tr>
            ) : null}
          </Tbody>
        );
      })}
    </Table>
  );
}

function Values({ title, value }: { title: string; value: AuditEntry["before"] }) {
  if (value === null) return null;
  return (
    <div>
      <strong>{title}</strong>
      <pre>{JSON.stringify(value, null, 2)}</pre>
    </div>
  );
}
