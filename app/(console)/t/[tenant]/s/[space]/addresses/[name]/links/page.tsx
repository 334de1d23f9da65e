import type { Metadata } from "next";
import { AddressLinksTab } from "#components/connections/AddressLinksTab.tsx";

export const metadata: Metadata = { title: "Links" };

export default function Page() {
  return <AddressLinksTab />;
}
