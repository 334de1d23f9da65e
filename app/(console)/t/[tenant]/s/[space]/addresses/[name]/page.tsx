import type { Metadata } from "next";
import { AddressOverviewTab } from "#components/addresses/AddressOverviewTab.tsx";

export const metadata: Metadata = { title: "Address" };

export default function Page() {
  return <AddressOverviewTab />;
}
