import { createTRPCClient, httpBatchLink, httpLink, httpSubscriptionLink, splitLink } from "@trpc/client";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import type { inferRouterOutputs } from "@trpc/server";
import { EventSource } from "eventsource";
import { authentication } from "#components/auth/authentication.ts";
import type { AppRouter } from "#server/trpc/app-router.ts";
import { idempotencyLink } from "./idempotency-link.ts";

export type Outputs = inferRouterOutputs<AppRouter>;
export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

const endpoint = "/api/trpc";
const requestTimeoutMs = 20_000;
const maxCallsPerRequest = 10;

async function authorization(): Promise<string> {
  return `Bearer ${await authentication.token()}`;
}

const boundedFetch: typeof fetch = (url, init) => {
  const timeout = AbortSignal.timeout(requestTimeoutMs);
  return fetch(url, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout });
};
const http = { url: endpoint, headers: async () => ({ authorization: await authorization() }), fetch: boundedFetch };

/** The console's API: calls are batched and bounded in time; subscriptions carry the token as a header, never in a URL. */
export const trpcClient = createTRPCClient<AppRouter>({
  links: [
    idempotencyLink(),
    splitLink({
      condition: (operation) => operation.type === "subscription",
      true: httpSubscriptionLink({
        url: endpoint,
        EventSource,
        eventSourceOptions: () => ({
          fetch: async (url, init) => fetch(url, { ...init, headers: { ...init.headers, authorization: await authorization() } }),
        }),
      }),
      // What a broker has to be asked for holds up nothing else.
      false: splitLink({ condition: ({ path }) => path.startsWith("messages."), true: httpLink(http), false: httpBatchLink({ ...http, maxItems: maxCallsPerRequest }) }),
    }),
  ],
});
