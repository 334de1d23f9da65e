import { addressSortKeys } from "#contracts/addresses/address-list.ts";
import { addressTypes, type AddressType } from "#contracts/addresses/address-type.ts";
import type { Address, AddressFilters } from "#contracts/addresses/address.ts";
import { addressNameKey } from "#contracts/addresses/address-name-key.ts";
import { phases, type Phase } from "#contracts/phases.ts";
import type { ViewCodec } from "#components/frame/url-view.ts";

type SortKey = (typeof addressSortKeys)[number];

/** Everything that the address list shows, as it stands in the URL. */
export interface AddressListView {
  readonly search: string;
  readonly type: readonly AddressType[];
  readonly phase: readonly Phase[];
  /** Ids of address plans. */
  readonly plan: readonly string[];
  /** Only subscriptions of the topic of this name; empty for all addresses. */
  readonly topic: string;
  readonly sort: SortKey;
  readonly descending: boolean;
  /** Cursor of the page; undefined for the first. */
  readonly after: string | undefined;
}

const maxSearchCharacters = 253;

function members<T extends string>(value: string | null, allowed: readonly T[]): T[] {
  const asked = new Set(value?.split(",") ?? []);
  return allowed.filter((each) => asked.has(each));
}

/** Reads a view from a query string; whatever it does not know is left out rather than refused, since people edit URLs. */
export function parseAddressListView(parameters: URLSearchParams): AddressListView {
  const sort = parameters.get("sort") ?? "name";
  const key = sort.replace(/^-/, "");
  const known = addressSortKeys.find((each) => each === key);
  return {
    search: (parameters.get("search") ?? "").slice(0, maxSearchCharacters),
    type: members(parameters.get("type"), addressTypes),
    phase: members(parameters.get("phase"), phases),
    plan: (parameters.get("plan") ?? "").split(",").filter((id) => /^[a-z0-9-]{1,100}$/.test(id)).slice(0, 100),
    topic: (parameters.get("topic") ?? "").slice(0, maxSearchCharacters),
    sort: known ?? "name",
    descending: known !== undefined && sort.startsWith("-"),
    after: parameters.get("after") ?? undefined,
  };
}

/** The shortest query string that gives the view back, with its question mark; empty for the plain list. */
export function formatAddressListView(view: AddressListView): string {
  const parameters = new URLSearchParams();
  if (view.search !== "") parameters.set("search", view.search);
  if (view.type.length > 0) parameters.set("type", view.type.join(","));
  if (view.phase.length > 0) parameters.set("phase", view.phase.join(","));
  if (view.plan.length > 0) parameters.set("plan", view.plan.join(","));
  if (view.topic !== "") parameters.set("topic", view.topic);
  if (view.sort !== "name" || view.descending) parameters.set("sort", `${view.descending ? "-" : ""}${view.sort}`);
  if (view.after !== undefined) parameters.set("after", view.after);
  const query = parameters.toString().replaceAll("%2C", ",");
  return query === "" ? "" : `?${query}`;
}

export const addressListCodec: ViewCodec<AddressListView> = { parse: parseAddressListView, format: formatAddressListView };

/** The view's search and filters, without order and page. */
export function filtersOf({ search, type, phase, plan, topic }: AddressListView): AddressFilters {
  return { search, type: [...type], phase: [...phase], plan: [...plan], topic };
}

/** True when the view leaves addresses out. */
export function isFiltered(view: AddressListView): boolean {
  return view.search !== "" || view.type.length > 0 || view.phase.length > 0 || view.plan.length > 0 || view.topic !== "";
}

/** True when the view's search and filters would show the address, on whatever page. */
export function isInView(view: AddressListView, address: Pick<Address, "name" | "type" | "topic" | "phase" | "planId">): boolean {
  return (
    address.name.toLowerCase().includes(view.search.toLowerCase()) &&
    (view.type.length === 0 || view.type.includes(address.type)) &&
    (view.phase.length === 0 || view.phase.includes(address.phase)) &&
    (view.plan.length === 0 || view.plan.includes(address.planId)) &&
    (view.topic === "" || (address.topic !== null && addressNameKey(address.topic) === addressNameKey(view.topic)))
  );
}
