"use client";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { connectionSortKeys, type Connection } from "#contracts/connections/connection.ts";
import { paths } from "#contracts/paths.ts";
import { formatExact } from "#components/feedback/format.ts";
import { RelativeTime } from "#components/feedback/RelativeTime.tsx";
import { AppLink } from "#components/frame/AppLink.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { useMissingPermission } from "#components/frame/use-session.ts";
import { RowActions } from "#components/table/RowActions.tsx";
import table from "#components/table/table.module.css";
import type { ConnectionListView } from "./connection-list-view.ts";
import { loginName, productWords, protocolWords } from "./connection-words.ts";
import styles from "./connections.module.css";
import { LiveNumber } from "./LiveNumber.tsx";

interface ConnectionTableProps {
  readonly connections: readonly Connection[];
  /** Ids of those that are closed by now. */
  readonly gone: ReadonlySet<string>;
  readonly view: ConnectionListView;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (ids: readonly string[], isSelected: boolean) => void;
  readonly onSort: (sort: ConnectionListView["sort"], descending: boolean) => void;
  readonly onClose: (connection: Connection) => void;
}

const columns: readonly { readonly key: ConnectionListView["sort"]; readonly title: string; readonly isFigure?: boolean }[] = [
  { key: "container", title: "Container" },
  { key: "login", title: "Credential" },
  { key: "remoteAddress", title: "From" },
  { key: "protocol", title: "Protocol" },
  { key: "product", title: "Program" },
  { key: "since", title: "Since" },
  { key: "inRate", title: "In/s", isFigure: true },
  { key: "outRate", title: "Out/s", isFigure: true },
  { key: "links", title: "Links", isFigure: true },
];

/** Who is connected, one line each. */
export function ConnectionTable({ connections, gone, view, selected, onSelect, onSort, onClose }: ConnectionTableProps) {
  const { tenant, space } = useSpaceScope();
  const mayNotClose = useMissingPermission("connection:close");
  const open = connections.filter(({ id }) => !gone.has(id));
  const sortOf = (key: ConnectionListView["sort"]) => ({
    columnIndex: 1 + connectionSortKeys.indexOf(key),
    sortBy: { index: 1 + connectionSortKeys.indexOf(view.sort), direction: view.descending ? ("desc" as const) : ("asc" as const) },
    onSort: (_event: unknown, _index: number, direction: "asc" | "desc") => onSort(key, direction === "desc"),
  });
  return (
    <div className={table.scroll}>
      <Table aria-label="Connections" variant="compact" gridBreakPoint="grid-md" className={table.table}>
        <Thead>
          <Tr>
            <Th
              aria-label="Select all rows of this page"
              select={{ isSelected: open.length > 0 && open.every(({ id }) => selected.has(id)), onSelect: (_event, isSelected) => onSelect(open.map(({ id }) => id), isSelected) }}
            />
            {columns.map(({ key, title, isFigure }) => (
              <Th key={key} modifier="nowrap" className={isFigure ? table.figure : undefined} sort={sortOf(key)}>{title}</Th>
            ))}
            <Th screenReaderText="Actions" />
          </Tr>
        </Thead>
        <Tbody>
          {connections.map((connection, rowIndex) => {
            const isGone = gone.has(connection.id);
            const figure = (value: number | null) => (isGone ? null : <LiveNumber value={value} notKnownSince={connection.notKnownSince} />);
            return (
              <Tr key={connection.id} isRowSelected={selected.has(connection.id)} className={isGone ? styles.gone : undefined}>
                <Td select={{ rowIndex, isDisabled: isGone, isSelected: selected.has(connection.id), onSelect: (_event, isSelected) => onSelect([connection.id], isSelected) }} />
                <Td dataLabel="Container" modifier="breakWord">
                  <AppLink href={paths.connection(tenant, space, connection.id)} className={table.name}>{connection.container || "(no name)"}</AppLink>
                  {isGone ? <span className="pf-v6-u-screen-reader"> is closed</span> : null}
                </Td>
                <Td dataLabel="Credential" modifier="breakWord"><span title={connection.login}>{loginName(connection)}</span>{connection.isPerson ? <span className={table.quiet}> (test client)</span> : null}</Td>
                <Td dataLabel="From" modifier="nowrap">{connection.remoteAddress}</Td>
                <Td dataLabel="Protocol" modifier="nowrap">{protocolWords[connection.protocol]}<span className={table.quiet}>{connection.isEncrypted ? ", encrypted" : ""}</span></Td>
                <Td dataLabel="Program" modifier="breakWord">{productWords(connection)}</Td>
                <Td dataLabel="Since" modifier="nowrap"><RelativeTime at={connection.since} /></Td>
                <Td dataLabel="In/s" className={table.figure}>{figure(connection.inRate)}</Td>
                <Td dataLabel="Out/s" className={table.figure}>{figure(connection.outRate)}</Td>
                <Td dataLabel="Links" className={table.figure}>{isGone ? null : formatExact(connection.links)}</Td>
                <Td isActionCell>
                  <RowActions
                    label={`Actions for ${connection.container}`}
                    actions={[{ title: "Close …", isDanger: true, refusal: mayNotClose ?? (isGone ? "It is closed already." : undefined), onClick: () => onClose(connection) }]}
                  />
                </Td>
              </Tr>
            );
          })}
        </Tbody>
      </Table>
    </div>
  );
}
