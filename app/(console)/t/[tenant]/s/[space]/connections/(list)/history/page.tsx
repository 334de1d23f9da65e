import type { Metadata } from "next";
import { HistoryScreen } from "#components/connections/HistoryScreen.tsx";

export const metadata: Metadata = { title: "History of connections" };

export default function Page() {
  return <HistoryScreen />;
}
