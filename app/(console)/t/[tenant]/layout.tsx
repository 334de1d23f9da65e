import type { ReactNode } from "react";
import { TenantGuard } from "#components/tenants/TenantGuard.tsx";

export default function TenantLayout({ children }: { children: ReactNode }) {
  return <TenantGuard>{children}</TenantGuard>;
}
