"use client";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { PostroomError } from "#contracts/errors.ts";
import { paths } from "#contracts/paths.ts";
import { ErrorState } from "#components/feedback/ErrorState.tsx";
import { useTenantSlug } from "#components/frame/route.ts";
import { SpacesScreen } from "#components/spaces/SpacesScreen.tsx";
import { useSession } from "#components/frame/use-session.ts";

/** A tenant: leads on to its only space, or shows its spaces. */
export function TenantScreen() {
  const slug = useTenantSlug();
  const tenant = useSession().tenants.find((each) => each.slug === slug);
  const router = useRouter();
  const only = tenant?.spaces.length === 1 ? tenant.spaces[0] : undefined;
  const target = only === undefined ? undefined : paths.space(slug, only.slug);
  useEffect(() => {
    if (target !== undefined) router.replace(target);
  }, [target, router]);
  if (tenant === undefined) {
    const error = new PostroomError({ code: "not-found", message: `There is no tenant ${slug}, or you are not a member of it. A tenant-admin can add you.` });
    return <ErrorState error={error} onRetry={() => router.refresh()} />;
  }
  return target === undefined ? <SpacesScreen /> : null;
}
