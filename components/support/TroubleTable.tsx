"use client";
import { ExpandableRowContent, Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useState } from "react";
import type { TroubledAddress } from "#contracts/addresses/explanation.ts";
import { paths } from "#contracts/paths.ts";
import { TypeBadge } from "#components/addresses/TypeBadge.tsx";
import { FindingList } from "#components/explanation/FindingList.tsx";
import { Since } from "#components/explanation/Since.tsx";
import { counted, formatExact, formatShort } from "#components/feedback/format.ts";
import { AppLink } from "#components/frame/AppLink.tsx";
import styles from "./support.module.css";

const columns = 6;
const keyOf = ({ tenant, space, name }: TroubledAddress): string => `${tenant}/${space}/${name}`;

/** Addresses in trouble, each with its weightiest reason; its evidence is one click away. */
export function TroubleTable({ items }: { items: readonly TroubledAddress[] }) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (key: string) => setOpen((held) => (held.has(key) ? new Set([...held].filter((each) => each !== key)) : new Set([...held, key])));
  return (
    <Table aria-label="Addresses in trouble" variant="compact" gridBreakPoint="grid-md">
      <Thead>
        <Tr>
          <Th screenReaderText="Evidence" />
          <Th width={20}>Address</Th>
          <Th width={15}>Tenant and space</Th>
          <Th>Why</Th>
          <Th modifier="fitContent">Type</Th>
          <Th className={styles.number} modifier="fitContent">Depth</Th>
        </Tr>
      </Thead>
      {items.map((item, rowIndex) => {
        const key = keyOf(item);
        const isOpen = open.has(key);
        const [finding, ...others] = item.findings;
        return (
          <Tbody key={key} isExpanded={isOpen}>
            <Tr>
              <Td expand={{ rowIndex, isExpanded: isOpen, onToggle: () => toggle(key), expandId: "evidence" }} />
              <Td dataLabel="Address" className={styles.place}><AppLink href={paths.address(item.tenant, item.space, item.name)}>{item.name}</AppLink></Td>
              <Td dataLabel="Tenant and space"><AppLink href={paths.space(item.tenant, item.space)}>{item.tenant} / {item.space}</AppLink></Td>
              <Td dataLabel="Why">
                <div className={styles.place}>
                  {finding?.summary}<Since at={finding?.since ?? null} />{finding?.cause === "not-set-up" ? `: ${finding.evidence[0]?.text}` : "."}
                  {others.length > 0 ? ` And ${counted(others.length, "other reason")}.` : ""}
                </div>
              </Td>
              <Td dataLabel="Type"><div><TypeBadge type={item.type} /></div></Td>
              <Td dataLabel="Depth" className={styles.number}>{item.depth === null ? "—" : <span title={formatExact(item.depth)}>{formatShort(item.depth)}</span>}</Td>
            </Tr>
            {isOpen ? (
              <Tr isExpanded>
                <Td colSpan={columns}>
                  <ExpandableRowContent><FindingList findings={item.findings} address={item} /></ExpandableRowContent>
                </Td>
              </Tr>
            ) : null}
          </Tbody>
        );
      })}
    </Table>
  );
}
