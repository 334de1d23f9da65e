import type { Metadata } from "next";
import { AddressesScreen } from "#components/addresses/AddressesScreen.tsx";

export const metadata: Metadata = { title: "Addresses" };

export default function Page() {
  return <AddressesScreen />;
}
