import type { Metadata } from "next";
import { HomeScreen } from "#components/tenants/HomeScreen.tsx";

export const metadata: Metadata = { title: "Home" };

export default function Page() {
  return <HomeScreen />;
}
