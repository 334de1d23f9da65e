import type { Metadata } from "next";
import { ConnectionScreen } from "#components/connections/ConnectionScreen.tsx";

export const metadata: Metadata = { title: "Connection" };

export default function Page() {
  return <ConnectionScreen />;
}
