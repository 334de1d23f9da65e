import type { Metadata } from "next";
import { CreateCredentialScreen } from "#components/credentials/CreateCredentialScreen.tsx";

export const metadata: Metadata = { title: "Create credential" };

export default function Page() {
  return <CreateCredentialScreen />;
}
