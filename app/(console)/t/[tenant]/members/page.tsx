import type { Metadata } from "next";
import { MembersScreen } from "#components/members/MembersScreen.tsx";

export const metadata: Metadata = { title: "Members" };

export default function Page() {
  return <MembersScreen />;
}
