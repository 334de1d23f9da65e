"use client";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useState } from "react";
import type { Link } from "#contracts/connections/connection.ts";
import { paths } from "#contracts/paths.ts";
import { formatExact, formatShort } from "#components/feedback/format.ts";
import { RelativeTime } from "#components/feedback/RelativeTime.tsx";
import { AppLink } from "#components/frame/AppLink.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import table from "#components/table/table.module.css";
import { loginName } from "./connection-words.ts";
import { LiveNumber } from "./LiveNumber.tsx";
import { useHeldOrder } from "./use-held-order.ts";

type Key = keyof Link & ("role" | "container" | "login" | "address" | "linkName" | "rate" | "unsettled" | "credit" | "accepted" | "rejected" | "released" | "modified" | "since");

interface Column {
  readonly key: Key;
  readonly title: string;
  readonly isFigure?: boolean;
}

const ofAddress: readonly Column[] = [{ key: "role", title: "Role" }, { key: "container", title: "Container" }, { key: "login", title: "Credential" }];
const ofConnection: readonly Column[] = [{ key: "role", title: "Role" }, { key: "address", title: "Address" }, { key: "linkName", title: "Link" }];
const figures: readonly Column[] = [
  { key: "rate", title: "Per second", isFigure: true },
  { key: "unsettled", title: "Unsettled", isFigure: true },
  { key: "credit", title: "Credit", isFigure: true },
  { key: "accepted", title: "Accepted", isFigure: true },
  { key: "rejected", title: "Rejected", isFigure: true },
  { key: "released", title: "Released", isFigure: true },
  { key: "modified", title: "Modified", isFigure: true },
  { key: "since", title: "Since" },
];

/** Brokers and some clients give credit without bound. */
const boundless = 0x7fff_0000;

interface LinkTableProps {
  readonly links: readonly Link[];
  /** Whose links they are, so that this need not be said on each row. */
  readonly of: "address" | "connection";
}

/** Links with what they do right now. Rows keep their places while numbers change; a click on a title orders them anew. */
export function LinkTable({ links, of }: LinkTableProps) {
  const { tenant, space } = useSpaceScope();
  const [{ key: sortKey, direction, turn }, setSort] = useState<{ key: Key; direction: "asc" | "desc"; turn: number }>({ key: "rate", direction: "desc", turn: 0 });
  const columns = [...(of === "address" ? ofAddress : ofConnection), ...figures];
  const rows = useHeldOrder(sorted(links, sortKey, direction), `${sortKey} ${direction} ${turn}`);
  const cell = (link: Link, key: Key) => {
    if (key === "container") return <AppLink href={paths.connection(tenant, space, link.connectionId)} className={table.name}>{link.container || "(no name)"}</AppLink>;
    if (key === "address") return link.address === "" || link.address.startsWith("_") ? <span className={table.quiet}>{link.address === "" ? "none of its own" : "temporary"}</span> : <AppLink href={paths.address(tenant, space, link.address)} className={table.name}>{link.address}</AppLink>;
    if (key === "login") return <span title={link.login}>{loginName(link)}</span>;
    if (key === "role") return link.role === "sender" ? "Sends" : "Receives";
    if (key === "linkName") return link.linkName;
    if (key === "since") return <RelativeTime at={link.since} />;
    if (key === "rate") return <LiveNumber value={link.rate} notKnownSince={link.notKnownSince} />;
    const value = link[key];
    if (key === "credit" && value > boundless) return <span title={formatExact(value)}>no bound</span>;
    return <span className={value === 0 ? table.quiet : undefined} title={formatExact(value)}>{formatShort(value)}</span>;
  };
  return (
    <div className={table.scroll}>
      <Table aria-label="Links" variant="compact" gridBreakPoint="grid-md" className={table.table}>
        <Thead>
          <Tr>
            {columns.map(({ key, title, isFigure }, index) => (
              <Th
                key={key}
                modifier="nowrap"
                className={isFigure ? table.figure : undefined}
                sort={{ columnIndex: index, sortBy: { index: columns.findIndex((column) => column.key === sortKey), direction }, onSort: (_event, _index, asked) => setSort({ key, direction: asked, turn: turn + 1 }) }}
              >
                {title}
              </Th>
            ))}
          </Tr>
        </Thead>
        <Tbody>
          {rows.map((link) => (
            <Tr key={link.id}>
              {columns.map(({ key, title, isFigure }) => (
                <Td key={key} dataLabel={title} modifier={isFigure || key === "role" || key === "since" ? "nowrap" : "breakWord"} className={isFigure ? table.figure : undefined}>{cell(link, key)}</Td>
              ))}
            </Tr>
          ))}
        </Tbody>
      </Table>
    </div>
  );
}

function sorted(links: readonly Link[], key: Key, direction: "asc" | "desc"): Link[] {
  const sign = direction === "asc" ? 1 : -1;
  const compared = (one: Link, other: Link): number => {
    const [a, b] = [one[key] ?? -1, other[key] ?? -1];
    return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
  };
  return links.toSorted((one, other) => sign * compared(one, other) || one.id.localeCompare(other.id));
}
