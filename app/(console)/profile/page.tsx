import type { Metadata } from "next";
import { ProfileScreen } from "#components/profile/ProfileScreen.tsx";

export const metadata: Metadata = { title: "Profile" };

export default function Page() {
  return <ProfileScreen />;
}
