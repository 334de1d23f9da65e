import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { authentication } from "#components/auth/authentication.ts";
import { isPassing, toPublicError } from "./public-error.ts";

const maxRetries = 2;
const retryWhileFailingMs = 5_000;
const staleMs = 30_000;

function onError(error: unknown): void {
  if (toPublicError(error).code === "unauthenticated") authentication.loginAgain();
}

/** A cache whose queries come back by themselves after an outage, and whose 401 leads to the login, in one place. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: staleMs,
        networkMode: "always",
        retry: (failures, error) => failures < maxRetries && isPassing(error),
        refetchInterval: (query) => (query.state.status === "error" && isPassing(query.state.error) ? retryWhileFailingMs : false),
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
}
