import type { Metadata } from "next";
import { PartsScreen } from "#components/parts/PartsScreen.tsx";

export const metadata: Metadata = { title: "Brokers and gateways" };

export default function Page() {
  return <PartsScreen />;
}
