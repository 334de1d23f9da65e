import type { Metadata } from "next";
import { InvitationScreen } from "#components/invitations/InvitationScreen.tsx";

export const metadata: Metadata = { title: "Invitation" };

export default function Page() {
  return <InvitationScreen />;
}
