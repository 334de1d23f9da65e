import type { Metadata } from "next";
import { AddressSettingsTab } from "#components/addresses/AddressSettingsTab.tsx";

export const metadata: Metadata = { title: "Settings" };

export default function Page() {
  return <AddressSettingsTab />;
}
