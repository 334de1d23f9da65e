import type { Metadata } from "next";
import { MessagesTab } from "#components/messages/MessagesTab.tsx";

export const metadata: Metadata = { title: "Messages" };

export default function Page() {
  return <MessagesTab />;
}
