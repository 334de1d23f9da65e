"use client";
import { ClientHistory } from "./ClientHistory.tsx";
import { useHistoryView } from "./use-history-view.ts";

/** What happened to all clients of the space. */
export function HistoryScreen() {
  const { view, show } = useHistoryView();
  return <ClientHistory view={view} onShow={show} />;
}
