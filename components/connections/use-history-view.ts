"use client";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import type { HistoryView } from "./ClientHistory.tsx";

const maxSearchCharacters = 253;

/** The history's view as it stands in the URL of the page that it is on. */
export function useHistoryView(): { view: HistoryView; show: (change: Partial<HistoryView>) => void } {
  const router = useRouter();
  const pathname = usePathname();
  const parameters = useSearchParams();
  const view = { search: (parameters.get("search") ?? "").replaceAll("\0", "").slice(0, maxSearchCharacters), isTroubleOnly: parameters.has("trouble") };
  const show = (change: Partial<HistoryView>): void => {
    const { search, isTroubleOnly } = { ...view, ...change };
    const next = new URLSearchParams();
    if (search !== "") next.set("search", search);
    if (isTroubleOnly) next.set("trouble", "");
    const query = next.toString().replace(/=$/, "");
    router.replace(query === "" ? pathname : `${pathname}?${query}`, { scroll: false });
  };
  return { view, show };
}
