import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import type { Services } from "../services.ts";
import { appRouter } from "../trpc/app-router.ts";
import { createRequestContext } from "../trpc/context.ts";
import { addressOf } from "./client-address.ts";
import { guardRequest } from "./guard-request.ts";
import { refusal } from "./refusal.ts";

/** Where the API hangs; part of the URL of every call. */
export const trpcEndpoint = "/api/trpc";

/** Calls in one request: the console's own client sends ten at most. */
const maxBatchSize = 20;

/** Answers one request of the console's API; streams for subscriptions. */
export async function handleTrpc(request: Request, services: Services): Promise<Response> {
  const guarded = await guardRequest(request, services.env.CONSOLE_URL);
  if (guarded instanceof Response) return guarded;
  const address = addressOf(guarded.headers);
  const calls = new URL(guarded.url).pathname.split(",").length;
  const waitSeconds = address === undefined ? 0 : services.rateLimits.address.take(address, calls);
  if (waitSeconds > 0) return refusal("TOO_MANY_REQUESTS", { "retry-after": String(waitSeconds) });
  return fetchRequestHandler({
    endpoint: trpcEndpoint,
    req: guarded,
    router: appRouter,
    maxBatchSize,
    createContext: () => createRequestContext(services, guarded.headers.get("authorization"), address),
    responseMeta: () => ({ headers: new Headers({ "cache-control": "no-store" }) }),
  });
}
