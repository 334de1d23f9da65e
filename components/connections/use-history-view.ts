"use client";
import { useUrlView, type ViewChange, type ViewCodec } from "#components/frame/url-view.ts";
import type { HistoryView } from "./ClientHistory.tsx";

const maxSearchCharacters = 253;

const historyCodec: ViewCodec<HistoryView> = {
  parse: (parameters) => ({ search: (parameters.get("search") ?? "").replaceAll("\0", "").slice(0, maxSearchCharacters), isTroubleOnly: parameters.has("trouble") }),
  format: ({ search, isTroubleOnly }) => {
    const query = [...(search === "" ? [] : [new URLSearchParams({ search }).toString()]), ...(isTroubleOnly ? ["trouble"] : [])].join("&");
    return query === "" ? "" : `?${query}`;
  },
};

/** The history's view as it stands in the URL of the page that it is on. */
export function useHistoryView(): { view: HistoryView; show: (change: ViewChange<HistoryView>) => void } {
  const [view, show] = useUrlView(historyCodec);
  return { view, show };
}
