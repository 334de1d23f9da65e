import type { Metadata } from "next";
import { CreateAddressesScreen } from "#components/addresses/CreateAddressesScreen.tsx";

export const metadata: Metadata = { title: "Create many addresses" };

export default function Page() {
  return <CreateAddressesScreen />;
}
