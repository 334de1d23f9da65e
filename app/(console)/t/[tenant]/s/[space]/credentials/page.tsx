import type { Metadata } from "next";
import { CredentialsScreen } from "#components/credentials/CredentialsScreen.tsx";

export const metadata: Metadata = { title: "Credentials" };

export default function Page() {
  return <CredentialsScreen />;
}
