"use client";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import type { AddressStatistics } from "#contracts/addresses/address-statistics.ts";
import { addressSortKeys, type numberSortKeys } from "#contracts/addresses/address-list.ts";
import { type AddressType, hasQueue, isStored, takesMessages } from "#contracts/addresses/address-type.ts";
import { paths } from "#contracts/paths.ts";
import { refusalOf } from "#contracts/phases.ts";
import { formatExact } from "#components/feedback/format.ts";
import { Figure, whyNotKnown } from "#components/statistics/Figure.tsx";
import { hasOldest, OldestMessage } from "#components/statistics/OldestMessage.tsx";
import { Trend } from "#components/statistics/Trend.tsx";
import { RelativeTime } from "#components/feedback/RelativeTime.tsx";
import { AppLink } from "#components/frame/AppLink.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { useMissingPermission } from "#components/frame/use-session.ts";
import { useLeaveTo } from "#components/form/LeaveGuard.tsx";
import { type RowAction, RowActions } from "#components/table/RowActions.tsx";
import type { Outputs } from "#components/trpc/client.ts";
import table from "#components/table/table.module.css";
import { AddressPhase } from "./AddressPhase.tsx";
import { RuleBadge } from "./RuleBadge.tsx";
import { TypeBadge } from "./TypeBadge.tsx";
import type { AddressListView } from "./address-list-view.ts";
import styles from "./addresses.module.css";

type Address = Outputs["addresses"]["list"]["items"][number];
/** Columns before the first that sorts: the selection and the number. */
const firstSortColumn = 2;
type SortKey = AddressListView["sort"];

/** `means` says for which types a number means anything; absent for all. */
const columns: readonly { readonly key: (typeof numberSortKeys)[number]; readonly title: string; readonly means?: (type: AddressType) => boolean }[] = [
  { key: "depth", title: "Depth", means: isStored },
  { key: "inRate", title: "In/s" },
  { key: "outRate", title: "Out/s" },
  { key: "senders", title: "Senders", means: takesMessages },
  { key: "receivers", title: "Receivers" },
  { key: "deadLetters", title: "Dead letters", means: isStored },
];

/** What is also on the address's own page gives way to the numbers. */
const onWideScreens: ("hidden" | "visibleOn2Xl")[] = ["hidden", "visibleOn2Xl"];
/** On a phone each number has a line of its own; in between it stands under the depth. */
const onWideScreensAndPhones: ("hiddenOnMd" | "visibleOn2Xl")[] = ["hiddenOnMd", "visibleOn2Xl"];

interface AddressTableProps {
  readonly firstRow: number;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (names: readonly string[], isSelected: boolean) => void;
  readonly addresses: readonly Address[];
  readonly statistics: readonly AddressStatistics[];
  readonly view: AddressListView;
  readonly onSort: (sort: SortKey, descending: boolean) => void;
  readonly onDelete: (address: Address) => void;
}

export function AddressTable({ addresses, statistics, firstRow, selected, view, onSelect, onSort, onDelete }: AddressTableProps) {
  const { tenant, space } = useSpaceScope();
  const leaveTo = useLeaveTo();
  const mayNotUpdate = useMissingPermission("address:update");
  const mayNotCreate = useMissingPermission("address:create");
  const mayNotDelete = useMissingPermission("address:delete");
  const sortOf = (key: SortKey) => ({
    sort: {
      columnIndex: firstSortColumn + addressSortKeys.indexOf(key),
      sortBy: { index: firstSortColumn + addressSortKeys.indexOf(view.sort), direction: view.descending ? ("desc" as const) : ("asc" as const) },
      onSort: (_event: unknown, _index: number, direction: "asc" | "desc") => onSort(key, direction === "desc"),
    },
  });
  const actionsOf = (address: Address): RowAction[] => [
    { title: "Try it", onClick: () => leaveTo(paths.tryAddress(tenant, space, address.name)) },
    { title: "Connect a program", onClick: () => leaveTo(paths.connectAddress(tenant, space, address.name)) },
    ...(address.type === "topic"
      ? [{ title: "Create subscription", refusal: mayNotCreate ?? refusalOf("subscribe", address.phase), onClick: () => leaveTo(paths.createSubscription(tenant, space, address.name)) }]
      : []),
    { title: "Edit", refusal: mayNotUpdate ?? refusalOf("update", address.phase), onClick: () => leaveTo(paths.addressSettings(tenant, space, address.name)) },
    { title: "Clone", refusal: mayNotCreate, onClick: () => leaveTo(paths.cloneAddress(tenant, space, address.name)) },
    { title: "Delete …", isDanger: true, refusal: mayNotDelete ?? refusalOf("delete", address.phase), onClick: () => onDelete(address) },
  ];
  const byId = new Map(statistics.map((each) => [each.addressId, each]));
  return (
    <div className={table.scroll}>
    <Table aria-label="Addresses" variant="compact" gridBreakPoint="grid-md" className={`${table.table} ${styles.addresses}`}>
      <Thead>
        <Tr>
          <Th
            aria-label="Select all rows of this page"
            select={{ isSelected: addresses.every(({ name }) => selected.has(name)), onSelect: (_event, isSelected) => onSelect(addresses.map(({ name }) => name), isSelected) }}
          />
          <Th className={styles.number}>No.</Th>
          <Th width={25} className={styles.nameCell} {...sortOf("name")}>Name</Th>
          <Th modifier="nowrap" {...sortOf("type")}>Type</Th>
          <Th modifier="nowrap" {...sortOf("phase")}>Phase</Th>
          {columns.map(({ key, title }) => (
            <Th key={key} modifier="nowrap" className={table.figure} {...sortOf(key)}>{title}</Th>
          ))}
          <Th modifier="nowrap" visibility={onWideScreensAndPhones} {...sortOf("oldestAt")}>Oldest</Th>
          <Th modifier="nowrap" visibility={onWideScreens} {...sortOf("plan")}>Plan</Th>
          <Th modifier="nowrap" visibility={onWideScreens} {...sortOf("createdAt")}>Created</Th>
          <Th modifier="nowrap" visibility={onWideScreens} {...sortOf("createdBy")}>By</Th>
          <Th screenReaderText="Actions" />
        </Tr>
      </Thead>
      <Tbody>
        {addresses.map((address, rowIndex) => {
          const numbers = byId.get(address.id);
          return (
          <Tr key={address.id} isRowSelected={selected.has(address.name)}>
            <Td select={{ rowIndex, isSelected: selected.has(address.name), onSelect: (_event, isSelected) => onSelect([address.name], isSelected) }} />
            <Td dataLabel="No." className={styles.number}>{formatExact(firstRow + rowIndex)}</Td>
            <Td dataLabel="Name" modifier="breakWord" className={styles.nameCell}>
              <AppLink href={paths.address(tenant, space, address.name)} className={table.name}>{address.name}</AppLink>
              {address.rule === null ? null : <> <RuleBadge rule={address.rule} /></>}
            </Td>
            <Td dataLabel="Type"><div title={address.topic === null ? undefined : `of the topic ${address.topic}`}><TypeBadge type={address.type} /></div></Td>
            <Td dataLabel="Phase"><AddressPhase address={address} /></Td>
            {columns.map(({ key, title, means }) => (
              <Td key={key} dataLabel={title} modifier="nowrap" className={means?.(address.type) === false ? styles.none : table.figure}>
                {means?.(address.type) === false ? null : <Figure statistics={numbers} value={numbers?.[key]} />}
                {key === "depth" && numbers !== undefined && whyNotKnown(numbers) === undefined ? <> <Trend growth={numbers.growth} /></> : null}
                {key === "depth" && hasQueue(address.type) && hasOldest(numbers) ? <span className={styles.oldestBelow}>oldest <OldestMessage statistics={numbers} /></span> : null}
              </Td>
            ))}
            <Td dataLabel="Oldest" visibility={onWideScreensAndPhones} modifier="nowrap" className={hasQueue(address.type) && hasOldest(numbers) ? undefined : styles.none}>
              {hasQueue(address.type) ? <OldestMessage statistics={numbers} /> : null}
            </Td>
            <Td dataLabel="Plan" visibility={onWideScreens}>{address.planName}</Td>
            <Td dataLabel="Created" visibility={onWideScreens} modifier="nowrap"><RelativeTime at={address.createdAt} /></Td>
            <Td dataLabel="By" visibility={onWideScreens} modifier="truncate">{address.createdBy}</Td>
            <Td isActionCell><RowActions label={`Actions for ${address.name}`} actions={actionsOf(address)} /></Td>
          </Tr>
          );
        })}
      </Tbody>
    </Table>
    </div>
  );
}
