"use client";
import { useMissingPermission } from "#components/frame/use-session.ts";
import { AuditScreen } from "./AuditScreen.tsx";

/** Everything that was done in all tenants, and what concerns the whole installation. */
export function PlatformAuditScreen() {
  return <AuditScreen tenant={undefined} missing={useMissingPermission("platform-audit:read")} />;
}
