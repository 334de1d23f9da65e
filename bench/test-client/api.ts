import { createTRPCClient, httpLink } from "@trpc/client";
import { setTimeout as delay } from "node:timers/promises";
import { personToken } from "#platform/person-token.ts";
import type { PlatformFile } from "#platform/platform-file.ts";
import type { AppRouter } from "#server/trpc/app-router.ts";

export const benchScope = { tenant: "acme", space: "default" } as const;
const readyMs = 30_000;
const lookMs = 100;

/** The console's API as somebody sees it who may make addresses and try them. */
export async function developerApi(platform: PlatformFile, email = "dev@acme.test") {
  const headers = { authorization: `Bearer ${await personToken(platform, email)}` };
  return createTRPCClient<AppRouter>({ links: [httpLink({ url: `${platform.env.console["CONSOLE_URL"]}/api/trpc`, headers })] });
}

/** A queue that is Active; gone when disposed of. */
export async function makeBenchQueue(platform: PlatformFile): Promise<{ readonly name: string } & AsyncDisposable> {
  const api = await developerApi(platform);
  const name = `bench-${process.pid}-${Date.now()}`;
  const [plan] = await api.plans.listChoices.query({ ...benchScope, type: "queue" });
  await api.addresses.create.mutate({ ...benchScope, type: "queue", name, planId: plan?.id ?? "" });
  const endMs = performance.now() + readyMs;
  while ((await api.addresses.get.query({ ...benchScope, name })).phase !== "Active") {
    if (performance.now() > endMs) throw new Error(`${name} was not Active after ${readyMs / 1000} s.`);
    await delay(lookMs);
  }
  return {
    name,
    // The token of the beginning may be too old after a long run.
    [Symbol.asyncDispose]: async () => void (await (await developerApi(platform)).addresses.delete.mutate({ ...benchScope, name })),
  };
}
