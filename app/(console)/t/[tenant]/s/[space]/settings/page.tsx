import type { Metadata } from "next";
import { SpaceSettingsScreen } from "#components/auto-create-rules/SpaceSettingsScreen.tsx";

export const metadata: Metadata = { title: "Settings" };

export default function Page() {
  return <SpaceSettingsScreen />;
}
