import type { Metadata } from "next";
import { CreateAddressScreen } from "#components/addresses/CreateAddressScreen.tsx";

export const metadata: Metadata = { title: "Create address" };

export default function Page() {
  return <CreateAddressScreen />;
}
