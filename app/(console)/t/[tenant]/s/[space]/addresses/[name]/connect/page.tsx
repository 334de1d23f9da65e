import type { Metadata } from "next";
import { ConnectAddressTab } from "#components/addresses/ConnectAddressTab.tsx";

export const metadata: Metadata = { title: "Connect" };

export default function Page() {
  return <ConnectAddressTab />;
}
