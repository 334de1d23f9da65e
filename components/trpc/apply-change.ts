import type { Query, QueryClient, QueryKey } from "@tanstack/react-query";
import type { SpaceScope } from "#contracts/addresses/address.ts";
import { subscriptionsOf } from "#components/addresses/subscriptions.ts";
import type { Outputs, useTRPC } from "./client.ts";
import type { LiveChange } from "./live-changes.ts";

type Trpc = ReturnType<typeof useTRPC>;
type AddressPage = Outputs["addresses"]["list"];
type Address = AddressPage["items"][number];

/** An address this young that no list holds is new to the person; an older one merely stands on another page. */
const newForMs = 60_000;

const changesMessages: ReadonlySet<string> = new Set(["purge-messages", "retry-dead-letters"]);

/** What the screens must know of a change beyond what the cache already shows. */
export interface ChangeEffect {
  /** Name of an address that is new and in no list yet: offered, not forced, so that no row moves under the pointer. */
  readonly newAddress?: AddressPage["items"][number];
  readonly goneAddress?: string;
}

/**
 * The one place where pushed changes enter the query cache: rows change in place, removed rows go, and counts that
 * depend on them are asked for again. `resync` refetches what is on screen.
 */
export function applyChange(queryClient: QueryClient, trpc: Trpc, scope: SpaceScope, change: LiveChange): ChangeEffect {
  if (change.noun === "resync") {
    const shown = [
      trpc.addresses.list.queryKey(scope), [["addresses", "get"], { input: scope }], trpc.credentials.list.queryKey(scope), trpc.operations.list.queryKey(scope), trpc.spaces.get.queryKey(scope),
      ...connectionKeys(trpc), ...explanationsOf(trpc, scope),
    ];
    for (const queryKey of shown) askAgain(queryClient, queryKey);
    return {};
  }
  if (change.noun === "statistics") return applyStatistics(queryClient, trpc, scope, change.resources);
  if (change.noun === "address") return applyAddress(queryClient, trpc, scope, change.name, change.resource);
  if (change.noun === "operation") {
    const { id, resource: operation } = change;
    queryClient.setQueryData(trpc.operations.list.queryKey(scope), (held) => {
      if (held === undefined) return held;
      const others = held.filter((each) => each.id !== id);
      if (operation === null) return others;
      return held.length === others.length ? [operation, ...held] : held.map((old) => (old.id === id ? operation : old));
    });
    askAgainWhatIsUnderWay(queryClient, trpc.operations.list.queryKey(scope));
    if (operation?.endedAt != null && changesMessages.has(operation.kind)) askAgain(queryClient, trpc.messages.pathKey());
    return {};
  }
  if (change.noun === "connections") {
    for (const queryKey of [...connectionKeys(trpc), ...explanationsOf(trpc, scope)]) askAgain(queryClient, queryKey);
    return {};
  }
  const { resource, name } = change;
  queryClient.setQueryData(trpc.credentials.list.queryKey(scope), (credentials) => {
    if (credentials === undefined) return credentials;
    const others = credentials.filter((credential) => credential.name !== name);
    if (resource === null) return others;
    return credentials.length === others.length ? [...credentials, resource] : credentials.map((old) => (old.name === name ? resource : old));
  });
  askAgainWhatIsUnderWay(queryClient, trpc.credentials.list.queryKey(scope));
  askAgain(queryClient, trpc.spaces.get.queryKey(scope));
  return {};
}

/** What of the connections is kept live: neither a page's order nor the history moves by itself. */
function connectionKeys(trpc: Trpc): QueryKey[] {
  const { refresh, get, listLinks, listEvents } = trpc.connections;
  return [refresh.pathKey(), get.pathKey(), listLinks.pathKey(), listEvents.queryKey()];
}

/**
 * An answer that is still under way may have been read before the change that was just pushed, and would put the older
 * state back: it is asked for anew.
 */
function askAgainWhatIsUnderWay(queryClient: QueryClient, queryKey: QueryKey): void {
  askAgainAfterFirstAnswer(queryClient, queryKey);
  void queryClient.invalidateQueries({ queryKey, predicate: ({ state }) => state.fetchStatus === "fetching" });
}

function askAgain(queryClient: QueryClient, queryKey: QueryKey): void {
  askAgainAfterFirstAnswer(queryClient, queryKey);
  void queryClient.invalidateQueries({ queryKey });
}

const askedAgainLater = new WeakSet<Query>();

/**
 * TanStack Query does not ask anew while a query waits for its very first answer, and takes that answer for fresh. So these
 * are asked once more when it is there, which also lets the first answer through however fast changes come.
 */
function askAgainAfterFirstAnswer(queryClient: QueryClient, queryKey: QueryKey): void {
  for (const query of queryClient.getQueryCache().findAll({ queryKey, fetchStatus: "fetching" })) {
    if (query.state.data !== undefined || askedAgainLater.has(query)) continue;
    askedAgainLater.add(query);
    const firstAnswered = (): void => {
      askedAgainLater.delete(query);
      void queryClient.invalidateQueries({ queryKey: query.queryKey, exact: true });
    };
    // A failed query is asked again by its own rules.
    query.promise?.then(firstAnswered, () => askedAgainLater.delete(query));
  }
}

/** Changes what the queries under a key hold; what is to be asked for again stays so, though writing would make it count as fresh. */
function changeInPlace<T>(queryClient: QueryClient, queryKey: QueryKey, change: (held: T) => T): void {
  for (const { queryKey: exactKey, state } of queryClient.getQueryCache().findAll({ queryKey })) {
    const held = state.data as T | undefined;
    const changed = held === undefined ? held : change(held);
    if (changed === held) continue;
    const { isInvalidated } = state;
    queryClient.setQueryData(exactKey, changed);
    if (isInvalidated) void queryClient.invalidateQueries({ queryKey: exactKey, exact: true, refetchType: "none" });
  }
}

/** Why messages of the space's addresses do not flow: for one, and for all in trouble. */
function explanationsOf(trpc: Trpc, scope: SpaceScope): QueryKey[] {
  return [[["addresses", "explain"], { input: scope }], trpc.addresses.listTrouble.queryKey(scope)];
}

function applyAddress(queryClient: QueryClient, trpc: Trpc, scope: SpaceScope, name: string, resource: Address | null): ChangeEffect {
  const detailKey = trpc.addresses.get.queryKey({ ...scope, name });
  if (resource === null) void queryClient.invalidateQueries({ queryKey: detailKey });
  else changeInPlace<Outputs["addresses"]["get"]>(queryClient, detailKey, (held) => ({ ...held, ...newest(held, resource) }));
  let isListed = false;
  changeInPlace<AddressPage>(queryClient, trpc.addresses.list.queryKey(scope), (page) => {
    const index = page.items.findIndex((item) => item.name === name);
    if (index < 0) return page;
    isListed = true;
    if (resource === null) return { ...page, items: page.items.toSpliced(index, 1), total: page.total - 1 };
    return { ...page, items: page.items.with(index, newest(page.items[index], resource)) };
  });
  for (const queryKey of [trpc.addresses.explain.queryKey({ ...scope, name }), trpc.addresses.listTrouble.queryKey(scope)]) askAgain(queryClient, queryKey);
  askAgainWhatIsUnderWay(queryClient, detailKey);
  askAgainWhatIsUnderWay(queryClient, trpc.addresses.list.queryKey(scope));
  const isNew = resource !== null && !isListed && Date.now() - Date.parse(resource.createdAt) < newForMs;
  if (isNew && resource.topic !== null) askAgain(queryClient, trpc.addresses.list.queryKey({ ...scope, ...subscriptionsOf(resource.topic) }));
  if (resource === null || isNew) askAgain(queryClient, trpc.spaces.get.queryKey(scope));
  return resource === null ? { goneAddress: name } : isNew ? { newAddress: resource } : {};
}

/** Numbers change in place; rows keep their order until the list is asked for again. */
function applyStatistics(queryClient: QueryClient, trpc: Trpc, scope: SpaceScope, resources: readonly AddressPage["statistics"][number][]): ChangeEffect {
  const byId = new Map(resources.map((each) => [each.addressId, each]));
  const lists = { queryKey: trpc.addresses.list.queryKey(scope) };
  const details = { queryKey: [["addresses", "get"], { input: scope }] };
  for (const { queryKey, state } of queryClient.getQueryCache().findAll(lists)) {
    const page = state.data as AddressPage | undefined;
    // What is to be asked for again would count as fresh if it were written.
    if (state.isInvalidated || !page?.statistics.some(({ addressId }) => byId.has(addressId))) continue;
    queryClient.setQueryData<AddressPage>(queryKey, { ...page, statistics: page.statistics.map((held) => byId.get(held.addressId) ?? held) });
  }
  for (const { queryKey, state } of queryClient.getQueryCache().findAll(details)) {
    const held = state.data as Outputs["addresses"]["get"] | undefined;
    const statistics = held && byId.get(held.id);
    if (held && statistics) askAgainShortCharts(queryClient, trpc, scope, held.name);
    if (statistics && !state.isInvalidated) queryClient.setQueryData(queryKey, { ...held, statistics });
  }
  askAgainWhatIsUnderWay(queryClient, lists.queryKey);
  askAgainWhatIsUnderWay(queryClient, details.queryKey);
  for (const queryKey of explanationsOf(trpc, scope)) askAgain(queryClient, queryKey);
  return {};
}

/** Charts whose steps are no longer than the time between two samples go on with each; longer ones with the time. */
function askAgainShortCharts(queryClient: QueryClient, trpc: Trpc, scope: SpaceScope, name: string): void {
  for (const range of ["15m", "1h"] as const) void queryClient.invalidateQueries({ queryKey: trpc.addresses.getChart.queryKey({ ...scope, name, window: { range } }) });
}

/** A late message must not put an older generation over a newer one. */
function newest(held: Address | undefined, pushed: Address): Address {
  return held !== undefined && held.id === pushed.id && held.generation > pushed.generation ? held : pushed;
}
