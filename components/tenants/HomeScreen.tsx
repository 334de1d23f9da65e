"use client";
import dynamic from "next/dynamic";
import { useRouter, useSearchParams } from "next/navigation";
import { useEffect } from "react";
import { paths } from "#contracts/paths.ts";
import { readRecentSpaces } from "#components/frame/recent-spaces.ts";
import { useSession, type Session } from "#components/frame/use-session.ts";
import { NoTenant } from "./NoTenant.tsx";
import { TenantList } from "./TenantList.tsx";

const TenantsScreen = dynamic(() => import("./TenantsScreen.tsx").then((file) => file.TenantsScreen), { ssr: false });

function lastOrFirstSpace(session: Session): string | undefined {
  const enterable = session.tenants.flatMap((tenant) => tenant.spaces.map((space) => ({ tenant: tenant.slug, space: space.slug })));
  const last = readRecentSpaces().find((recent) => enterable.some(({ tenant, space }) => tenant === recent.tenant && space === recent.space));
  const target = last ?? enterable[0];
  return target === undefined ? undefined : paths.space(target.tenant, target.space);
}

/** Start page: leads members on to their last or first space and support to what is in trouble; who looks after tenants sees their list. */
export function HomeScreen() {
  const session = useSession();
  const router = useRouter();
  const wantsList = useSearchParams().has("all") || session.platformRoles.includes("platform-admin");
  const target = wantsList ? undefined : session.platformRoles.includes("support") ? paths.trouble() : lastOrFirstSpace(session);
  useEffect(() => {
    if (target !== undefined) router.replace(target);
  }, [target, router]);
  if (target !== undefined) return null;
  if (session.platformRoles.length > 0) return <TenantsScreen />;
  return session.tenants.length === 0 ? <NoTenant email={session.email} /> : <TenantList tenants={session.tenants} />;
}
