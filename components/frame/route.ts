"use client";
import { useParams } from "next/navigation";
import type { SpaceScope } from "#contracts/addresses/address.ts";

// Names hold no percent sign (contracts/naming.ts), so decoding is safe whether or not the router has done it.
function decoded(value: string | string[] | undefined): string {
  try {
    return decodeURIComponent(String(value ?? ""));
  } catch {
    return "";
  }
}

/** Tenant in the URL; empty outside of one. */
export function useTenantSlug(): string {
  return decoded(useParams()["tenant"]);
}

/** Tenant and space in the URL; empty outside of a space. */
export function useSpaceScope(): SpaceScope {
  const { tenant, space } = useParams();
  return { tenant: decoded(tenant), space: decoded(space) };
}

/** Address in the URL. */
export function useAddressName(): string {
  return decoded(useParams()["name"]);
}
