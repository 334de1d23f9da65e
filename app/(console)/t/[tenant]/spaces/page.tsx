import type { Metadata } from "next";
import { SpacesScreen } from "#components/spaces/SpacesScreen.tsx";

export const metadata: Metadata = { title: "Spaces" };

export default function Page() {
  return <SpacesScreen />;
}
