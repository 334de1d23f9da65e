import type { Metadata } from "next";
import { PlatformRolesScreen } from "#components/platform-roles/PlatformRolesScreen.tsx";

export const metadata: Metadata = { title: "Platform roles" };

export default function Page() {
  return <PlatformRolesScreen />;
}
