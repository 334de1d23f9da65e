import type { Metadata } from "next";
import { PlatformAuditScreen } from "#components/audit/PlatformAuditScreen.tsx";

export const metadata: Metadata = { title: "Audit trail" };

export default function Page() {
  return <PlatformAuditScreen />;
}
