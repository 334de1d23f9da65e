import { expect } from "@playwright/test";
import { createTRPCClient, httpLink } from "@trpc/client";
import type { Phase } from "#contracts/phases.ts";
import { loadPlatform, personToken } from "#platform/test-platform.ts";
import type { AppRouter } from "#server/trpc/app-router.ts";

/** The console's API as a demo person sees it, for seeding a scenario. */
export async function apiOf(email: string) {
  const token = await personToken(email);
  const { env } = await loadPlatform();
  return createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${env.console["CONSOLE_URL"]}/api/trpc`,
        headers: { authorization: `Bearer ${token}` },
      }),
    ],
  });
}

/** Waits until the resource is Active; fails with its last phase and reason after 30 s. */
export async function settled(read: () => Promise<{ phase: Phase; reason: string | null } | undefined>): Promise<void> {
  await expect
    .poll(
      async () => {
        const resource = await read();
        return resource?.phase === "Active" ? "Active" : `${resource?.phase}: ${resource?.reason}`;
      },
      { timeout: 30_000, intervals: [50, 100, 200] },
    )
    .toBe("Active");
}
