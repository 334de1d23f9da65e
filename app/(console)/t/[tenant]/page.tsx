import type { Metadata } from "next";
import { TenantScreen } from "#components/tenants/TenantScreen.tsx";

export const metadata: Metadata = { title: "Tenant" };

export default function Page() {
  return <TenantScreen />;
}
