import type { Metadata } from "next";
import { TryAddressTab } from "#components/test-client/TryAddressTab.tsx";

export const metadata: Metadata = { title: "Try it" };

export default function Page() {
  return <TryAddressTab />;
}
