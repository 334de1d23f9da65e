import type { Metadata } from "next";
import { ConnectionsScreen } from "#components/connections/ConnectionsScreen.tsx";

export const metadata: Metadata = { title: "Connections" };

export default function Page() {
  return <ConnectionsScreen />;
}
