import type { Metadata } from "next";
import { TenantAuditScreen } from "#components/audit/TenantAuditScreen.tsx";

export const metadata: Metadata = { title: "Audit trail" };

export default function Page() {
  return <TenantAuditScreen />;
}
