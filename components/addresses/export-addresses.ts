import { maxListedAddresses, type Address, type SpaceScope } from "#contracts/addresses/address.ts";
import { isStored } from "#contracts/addresses/address-type.ts";
import type { AddressStatistics } from "#contracts/addresses/address-statistics.ts";
import { type CsvColumn, exportCsv, type Exported, pagesOf } from "#components/table/export-rows.ts";
import { trpcClient } from "#components/trpc/client.ts";
import { type AddressListView, filtersOf } from "./address-list-view.ts";

interface Row {
  readonly address: Address;
  /** Undefined where nothing is known. */
  readonly known: AddressStatistics | undefined;
}

const stored = (row: Row, value: number | undefined): number | undefined => (isStored(row.address.type) ? value : undefined);
const columns: readonly CsvColumn<Row>[] = [
  { title: "Name", value: ({ address }) => address.name },
  { title: "Type", value: ({ address }) => address.type },
  { title: "Topic", value: ({ address }) => address.topic },
  { title: "Phase", value: ({ address }) => address.phase },
  { title: "Reason", value: ({ address }) => address.reason },
  { title: "Depth", value: (row) => stored(row, row.known?.depth) },
  { title: "In per second", value: ({ known }) => known?.inRate },
  { title: "Out per second", value: ({ known }) => known?.outRate },
  { title: "Senders", value: ({ known }) => known?.senders },
  { title: "Receivers", value: ({ known }) => known?.receivers },
  { title: "Dead letters", value: (row) => stored(row, row.known?.deadLetters) },
  { title: "Oldest message", value: ({ known }) => known?.oldestAt },
  { title: "Total in", value: ({ known }) => known?.totals.in },
  { title: "Total out", value: ({ known }) => known?.totals.out },
  { title: "Total acknowledged", value: ({ known }) => known?.totals.acknowledged },
  { title: "Total rejected", value: ({ known }) => known?.totals.rejected },
  { title: "Total released", value: ({ known }) => known?.totals.released },
  { title: "Total refused", value: ({ known }) => known?.totals.refused },
  { title: "Total expired", value: (row) => stored(row, row.known?.totals.expired) },
  { title: "Total dead-lettered", value: (row) => stored(row, row.known?.totals.deadLettered) },
  { title: "Plan", value: ({ address }) => address.planName },
  { title: "Created", value: ({ address }) => address.createdAt },
  { title: "Created by", value: ({ address }) => address.createdBy },
  { title: "Made by rule", value: ({ address }) => address.rule?.pattern },
  { title: "Deleted after minutes unused", value: ({ address }) => address.rule?.deleteUnusedMinutes },
];

/** Saves every address that the view shows, on all of its pages, in its order; a number that is not known is an empty cell. */
export function exportAddresses(scope: SpaceScope, view: AddressListView): Promise<Exported> {
  const query = { ...scope, ...filtersOf(view), sort: view.sort, descending: view.descending, limit: maxListedAddresses };
  const pages = pagesOf(async (cursor) => {
    const { items, statistics, nextCursor } = await trpcClient.addresses.list.query({ ...query, cursor });
    const byId = new Map(statistics.filter(({ sampledAt, notKnownSince }) => sampledAt !== null && notKnownSince === null).map((each) => [each.addressId, each]));
    return { items: items.map((address): Row => ({ address, known: byId.get(address.id) })), nextCursor };
  });
  return exportCsv(`addresses-${scope.tenant}-${scope.space}`, columns, pages);
}
