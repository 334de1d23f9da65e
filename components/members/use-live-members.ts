"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import { useTRPC } from "#components/trpc/client.ts";
import { isPassing } from "#components/trpc/public-error.ts";

const fallbackMs = 5_000;

/** The tenant's members, read again whenever the server says that one has changed; polled while it cannot say so. */
export function useLiveMembers(tenant: string, isAllowed: boolean) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { status } = useSubscription(
    trpc.members.watch.subscriptionOptions(
      { tenant },
      { enabled: isAllowed, onData: () => void queryClient.invalidateQueries({ queryKey: trpc.members.list.queryKey({ tenant }) }) },
    ),
  );
  return useQuery({
    ...trpc.members.list.queryOptions({ tenant }),
    enabled: isAllowed,
    refetchInterval: ({ state }) => (status === "pending" && !(state.status === "error" && isPassing(state.error)) ? false : fallbackMs),
  });
}
