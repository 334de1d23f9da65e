import type { Metadata } from "next";
import { PlansScreen } from "#components/plans/PlansScreen.tsx";

export const metadata: Metadata = { title: "Plans" };

export default function Page() {
  return <PlansScreen />;
}
