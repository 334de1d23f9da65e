import type { Metadata } from "next";
import { SupportSearchScreen } from "#components/support/SupportSearchScreen.tsx";

export const metadata: Metadata = { title: "Search" };

export default function Page() {
  return <SupportSearchScreen />;
}
