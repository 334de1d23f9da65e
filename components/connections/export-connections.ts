import type { SpaceScope } from "#contracts/addresses/address.ts";
import type { ClientEvent, ListClientEvents } from "#contracts/connections/client-event.ts";
import type { Connection, Link } from "#contracts/connections/connection.ts";
import { type CsvColumn, exportCsv, type Exported, pagesOf } from "#components/table/export-rows.ts";
import { trpcClient } from "#components/trpc/client.ts";
import { connectionFiltersOf, type ConnectionListView } from "./connection-list-view.ts";
import { eventKindWords, protocolWords } from "./connection-words.ts";

const pageRows = 100;

const connectionColumns: readonly CsvColumn<Connection>[] = [
  { title: "Id", value: ({ id }) => id },
  { title: "Container", value: ({ container }) => container },
  { title: "Credential", value: ({ login, isPerson }) => (isPerson ? "" : login) },
  { title: "Person", value: ({ login, isPerson }) => (isPerson ? login : "") },
  { title: "From", value: ({ remoteAddress }) => remoteAddress },
  { title: "Protocol", value: ({ protocol }) => protocolWords[protocol] },
  { title: "Encrypted", value: ({ isEncrypted }) => (isEncrypted ? "yes" : "no") },
  { title: "Product", value: ({ product }) => product },
  { title: "Version", value: ({ version }) => version },
  { title: "Since", value: ({ since }) => since },
  { title: "In per second", value: ({ inRate }) => inRate },
  { title: "Out per second", value: ({ outRate }) => outRate },
  { title: "Links", value: ({ links }) => links },
  { title: "Gateway", value: ({ gateway }) => gateway },
];

/** Saves all connections that match the view. */
export function exportConnections(scope: SpaceScope, view: ConnectionListView): Promise<Exported> {
  const read = async (cursor: string | undefined) => {
    const page = Number(cursor ?? 1);
    const { items, total } = await trpcClient.connections.list.query({ ...scope, ...connectionFiltersOf(view), sort: view.sort, descending: view.descending, page, limit: pageRows });
    return { items, nextCursor: page * pageRows < total && items.length > 0 ? String(page + 1) : null };
  };
  return exportCsv(`connections-${scope.tenant}-${scope.space}`, connectionColumns, pagesOf(read));
}

const linkColumns: readonly CsvColumn<Link>[] = [
  { title: "Address", value: ({ address }) => address },
  { title: "Role", value: ({ role }) => role },
  { title: "Link", value: ({ linkName }) => linkName },
  { title: "Container", value: ({ container }) => container },
  { title: "Login", value: ({ login }) => login },
  { title: "Per second", value: ({ rate }) => rate },
  { title: "Unsettled", value: ({ unsettled }) => unsettled },
  { title: "Credit", value: ({ credit }) => credit },
  { title: "Deliveries", value: ({ deliveries }) => deliveries },
  { title: "Accepted", value: ({ accepted }) => accepted },
  { title: "Rejected", value: ({ rejected }) => rejected },
  { title: "Released", value: ({ released }) => released },
  { title: "Modified", value: ({ modified }) => modified },
  { title: "Pre-settled", value: ({ presettled }) => presettled },
  { title: "Dropped", value: ({ dropped }) => dropped },
  { title: "Since", value: ({ since }) => since },
];

/** Saves the links on the screen. */
export function exportLinks({ tenant, space }: SpaceScope, address: string, links: readonly Link[]): Promise<Exported> {
  return exportCsv(`links-${tenant}-${space}-${address}`, linkColumns, [links]);
}

const eventColumns: readonly CsvColumn<ClientEvent>[] = [
  { title: "At", value: ({ at }) => at },
  { title: "First at", value: ({ firstAt }) => firstAt },
  { title: "Times", value: ({ count }) => count },
  { title: "What", value: ({ kind }) => eventKindWords[kind] },
  { title: "Container", value: ({ container }) => container },
  { title: "Login", value: ({ login }) => login },
  { title: "From", value: ({ remoteAddress }) => remoteAddress },
  { title: "Address", value: ({ address }) => address },
  { title: "Role", value: ({ role }) => role },
  { title: "Condition", value: ({ condition }) => condition },
  { title: "Text", value: ({ text }) => text },
  { title: "Connection", value: ({ connectionId }) => connectionId },
];

/** Saves the whole history that matches. */
export function exportEvents(scope: SpaceScope, input: Omit<ListClientEvents, "cursor" | "limit">): Promise<Exported> {
  return exportCsv(`history-${scope.tenant}-${scope.space}`, eventColumns, pagesOf((cursor) => trpcClient.connections.listEvents.query({ ...input, cursor, limit: pageRows })));
}
