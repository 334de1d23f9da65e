"use client";
import { useTenantSlug } from "#components/frame/route.ts";
import { useMissingPermission } from "#components/frame/use-session.ts";
import { AuditScreen } from "./AuditScreen.tsx";

/** Everything that was done in the tenant of the URL. */
export function TenantAuditScreen() {
  const tenant = useTenantSlug();
  return <AuditScreen tenant={tenant} missing={useMissingPermission("audit:read")} />;
}
