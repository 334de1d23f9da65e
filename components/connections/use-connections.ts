"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Connection, ConnectionPage } from "#contracts/connections/connection.ts";
import { useSpaceScope } from "#components/frame/route.ts";
import { useSpaceLive } from "#components/spaces/space-live.ts";
import { useTRPC } from "#components/trpc/client.ts";
import { isPassing } from "#components/trpc/public-error.ts";
import { connectionFiltersOf, type ConnectionListView } from "./connection-list-view.ts";

export const pageSize = 50;
const retryWhileFailingMs = 5_000;
/** Without the stream, samples are asked for as often as they are taken. */
const fallbackMs = 10_000;

/** `refetchInterval` of what samples change: off while changes are pushed. */
export function useSampleInterval(): (query: { state: { status: string; error: unknown } }) => number | false {
  const { downSince } = useSpaceLive();
  return ({ state }) => (state.status === "error" && isPassing(state.error) ? retryWhileFailingMs : downSince === undefined ? false : fallbackMs);
}

/** A page as it was first read, with numbers as they are now. */
export interface LivePage {
  readonly items: readonly Connection[];
  /** Those that are closed by now. */
  readonly gone: ReadonlySet<string>;
  /** Matches of the filter now. */
  readonly total: number;
  /** Connections that match and have come since the page was read. */
  readonly added: number;
}

/** The page of the view: rows keep their places while their numbers change, closed ones are marked, new ones are counted. */
export function useConnectionPage(view: ConnectionListView) {
  const scope = useSpaceScope();
  const trpc = useTRPC();
  const interval = useSampleInterval();
  const filters = connectionFiltersOf(view);
  const list = useQuery({
    ...trpc.connections.list.queryOptions({ ...scope, ...filters, sort: view.sort, descending: view.descending, page: view.page, limit: pageSize }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.status === "error" && isPassing(state.error) ? retryWhileFailingMs : false),
  });
  const ids = list.data?.items.map(({ id }) => id) ?? [];
  const now = useQuery({
    ...trpc.connections.refresh.queryOptions({ ...scope, ...filters, ids }),
    enabled: list.data !== undefined && !list.isPlaceholderData,
    placeholderData: keepPreviousData,
    staleTime: 0,
    refetchInterval: interval,
  });
  return { query: list, page: list.data === undefined ? undefined : livePage(list.data, now.isPlaceholderData ? undefined : now.data, list.dataUpdatedAt > now.dataUpdatedAt), error: list.error ?? now.error };
}

function livePage(read: ConnectionPage, now: ConnectionPage | undefined, isReadLater: boolean): LivePage {
  if (now === undefined || isReadLater) return { items: read.items, gone: new Set(), total: read.total, added: 0 };
  const byId = new Map(now.items.map((each) => [each.id, each]));
  const gone = new Set(read.items.filter(({ id }) => !byId.has(id)).map(({ id }) => id));
  return { items: read.items.map((each) => byId.get(each.id) ?? each), gone, total: now.total, added: Math.max(0, now.total - read.total + gone.size) };
}
