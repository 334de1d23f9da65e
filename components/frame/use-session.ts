"use client";
import { useSuspenseQuery } from "@tanstack/react-query";
import { isAllowed, missingPermission, type Permission, type Role } from "#contracts/permissions.ts";
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

/** Why a control is disabled for this person here, or undefined when it is not. */
export function useMissingPermission(permission: Permission): string | undefined {
  return missingPermission(useRoles(), permission);
}

export function useIsAllowed(permission: Permission): boolean {
  return isAllowed(useRoles(), permission);
}
