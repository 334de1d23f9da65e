import type { Metadata } from "next";
import { TopAddressesScreen } from "#components/support/TopAddressesScreen.tsx";

export const metadata: Metadata = { title: "Top addresses" };

export default function Page() {
  return <TopAddressesScreen />;
}
