import type { Metadata } from "next";
import { SpaceOverviewScreen } from "#components/spaces/SpaceOverviewScreen.tsx";

export const metadata: Metadata = { title: "Overview" };

export default function Page() {
  return <SpaceOverviewScreen />;
}
