"use client";
import { useSuspenseQuery } from "@tanstack/react-query";
import { isAllowed, missingPermission, type Permission, type Role } from "#contracts/permissions.ts";
import { closureSentence } from "#contracts/tenants/closure-sentence.ts";
import { useTRPC, type Outputs } from "#components/trpc/client.ts";
import { useTenantSlug } from "./route.ts";

export type Session = Outputs["session"]["get"];

/** Who is logged in and where they may go. Suspends while it is not known. */
export function useSession(): Session {
  return useSuspenseQuery(useTRPC().session.get.queryOptions()).data;
}

/** Roles held in the tenant of the URL, platform roles among them. */
export function useRoles(): readonly Role[] {
  const session = useSession();
  const tenant = useTenantSlug();
  return [...session.platformRoles, ...(session.tenants.find(({ slug }) => slug === tenant)?.roles ?? [])];
}

/** Why a control is disabled for this person here, or undefined when it is not: a right is missing, or the tenant is closed to changes. */
export function useMissingPermission(permission: Permission): string | undefined {
  const { tenants, platformRoles } = useSession();
  const tenant = useTenantSlug();
  const missing = missingPermission(useRoles(), permission);
  if (permission.startsWith("platform-")) return missing;
  const here = tenants.find(({ slug }) => slug === tenant);
  const isReading = permission.endsWith(":read");
  // Of a tenant that is not theirs the server says that there is nothing, not whose right is missing.
  if (isReading && here === undefined && platformRoles.length === 0) return undefined;
  return missing ?? (isReading || here?.closure == null ? undefined : closureSentence(here.name, here.closure));
}

export function useIsAllowed(permission: Permission): boolean {
  return isAllowed(useRoles(), permission);
}
