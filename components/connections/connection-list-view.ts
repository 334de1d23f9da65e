import { connectionProtocols, connectionSortKeys, type ConnectionProtocol, type ListConnections } from "#contracts/connections/connection.ts";
import type { ViewCodec } from "#components/frame/url-view.ts";

type SortKey = (typeof connectionSortKeys)[number];

/** Everything that the list of connections shows, as it stands in the URL. Empty texts filter nothing. */
export interface ConnectionListView {
  readonly search: string;
  readonly protocol: readonly ConnectionProtocol[];
  readonly login: string;
  readonly container: string;
  /** Name of an address at which a link is. */
  readonly address: string;
  readonly sort: SortKey;
  readonly descending: boolean;
  readonly page: number;
}

export const noFilters = { search: "", protocol: [], login: "", container: "", address: "" } as const;
const texts = ["search", "login", "container", "address"] as const;
const maxTextCharacters = 253;
const maxPage = 1_000;

/** Reads a view from a query string; whatever it does not know is left out rather than refused, since people edit URLs. */
export function parseConnectionListView(parameters: URLSearchParams): ConnectionListView {
  const sort = parameters.get("sort") ?? "container";
  const known = connectionSortKeys.find((each) => each === sort.replace(/^-/, ""));
  const protocols = new Set(parameters.get("protocol")?.split(",") ?? []);
  const text = (key: (typeof texts)[number]): string => (parameters.get(key) ?? "").replaceAll("\0", "").slice(0, maxTextCharacters);
  const page = Number(parameters.get("page") ?? 1);
  return {
    search: text("search"),
    protocol: connectionProtocols.filter((each) => protocols.has(each)),
    login: text("login"),
    container: text("container"),
    address: text("address"),
    sort: known ?? "container",
    descending: known !== undefined && sort.startsWith("-"),
    page: Number.isInteger(page) && page >= 1 && page <= maxPage ? page : 1,
  };
}

/** The shortest query string that gives the view back, with its question mark; empty for the plain list. */
export function formatConnectionListView(view: ConnectionListView): string {
  const parameters = new URLSearchParams();
  for (const key of texts) if (view[key] !== "") parameters.set(key, view[key]);
  if (view.protocol.length > 0) parameters.set("protocol", view.protocol.join(","));
  if (view.sort !== "container" || view.descending) parameters.set("sort", `${view.descending ? "-" : ""}${view.sort}`);
  if (view.page > 1) parameters.set("page", String(view.page));
  const query = parameters.toString().replaceAll("%2C", ",");
  return query === "" ? "" : `?${query}`;
}

export const connectionListCodec: ViewCodec<ConnectionListView> = { parse: parseConnectionListView, format: formatConnectionListView };

/** The view's search and filters, as the server takes them. */
export function connectionFiltersOf({ search, protocol, login, container, address }: ConnectionListView): Pick<ListConnections, "search" | "protocol" | "login" | "container" | "address"> {
  return { search, protocol: [...protocol], login: said(login), container: said(container), address: said(address) };
}

function said(text: string): string | undefined {
  return text === "" ? undefined : text;
}

/** True when the view leaves connections out. */
export function isFiltered({ search, protocol, login, container, address }: ConnectionListView): boolean {
  return protocol.length > 0 || [search, login, container, address].some((text) => text !== "");
}
