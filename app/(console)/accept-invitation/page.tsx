import type { Metadata } from "next";
import { AcceptInvitationScreen } from "#components/invitations/AcceptInvitationScreen.tsx";

export const metadata: Metadata = { title: "Invitation" };

export default function Page() {
  return <AcceptInvitationScreen />;
}
