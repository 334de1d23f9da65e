import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink } from "@trpc/client";
import { EventSource } from "eventsource";
import { personToken } from "#platform/person-token.ts";
import type { PlatformFile } from "#platform/platform-file.ts";
import type { AppRouter } from "#server/trpc/app-router.ts";

const scope = { tenant: "acme", space: "default" } as const;
const types = ["queue", "topic", "anycast", "multicast"] as const;
const waitMs = 30_000;

/**
 * Makes addresses one after the other as the wizard's last step does, and answers for each how long it took from the call to
 * the push that says Active, in milliseconds. They are deleted afterwards.
 */
export async function measureFinishToActive(platform: PlatformFile, count: number): Promise<number[]> {
  const url = `${platform.env.console["CONSOLE_URL"]}/api/trpc`;
  const headers = { authorization: `Bearer ${await personToken(platform, "dev@acme.test")}` };
  const api = createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === "subscription",
        true: httpSubscriptionLink({
          url,
          EventSource,
          eventSourceOptions: { fetch: (target, init) => fetch(target, { ...init, headers: { ...init.headers, ...headers } }) },
        }),
        false: httpLink({ url, headers }),
      }),
    ],
  });
  const activeAt = new Map<string, PromiseWithResolvers<number>>();
  const watching = Promise.withResolvers<void>();
  const subscription = api.changes.watch.subscribe(scope, {
    onData: (change) => {
      if (change.noun === "resync") watching.resolve();
      if (change.noun === "address" && change.resource?.phase === "Active") activeAt.get(change.name)?.resolve(performance.now());
    },
    onError: (error) => watching.reject(error),
  });
  await watching.promise;
  const plans = new Map(await Promise.all(types.map(async (type) => [type, (await api.plans.listChoices.query({ ...scope, type }))[0]?.id ?? ""] as const)));
  const run = crypto.randomUUID().slice(0, 8);
  const names: string[] = [];
  const durations: number[] = [];
  try {
    for (let index = 0; index < count; index += 1) {
      const type = types[index % types.length] ?? "queue";
      const name = `bench/${run}/${index}`;
      const active = Promise.withResolvers<number>();
      activeAt.set(name, active);
      names.push(name);
      const timer = setTimeout(() => active.reject(new Error(`${name} was not Active within ${waitMs} ms.`)), waitMs);
      const startedAt = performance.now();
      await api.addresses.create.mutate({ ...scope, type, name, planId: plans.get(type) ?? "" });
      durations.push((await active.promise) - startedAt);
      clearTimeout(timer);
    }
  } finally {
    subscription.unsubscribe();
    for (const name of names) await api.addresses.delete.mutate({ ...scope, name }).catch(() => undefined);
  }
  return durations;
}
