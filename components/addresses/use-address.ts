"use client";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useAddressName, useSpaceScope } from "#components/frame/route.ts";
import { useFallbackInterval } from "#components/spaces/space-live.ts";
import { useTRPC, type Outputs } from "#components/trpc/client.ts";
import { isPassing } from "#components/trpc/public-error.ts";

const retryWhileFailingMs = 5_000;

export type AddressDetail = Outputs["addresses"]["get"];

/** The address in the URL, kept live; for the frame around its tabs. */
export function useAddressQuery() {
  const scope = useSpaceScope();
  const name = useAddressName();
  const fallbackInterval = useFallbackInterval();
  return useQuery({
    ...useTRPC().addresses.get.queryOptions({ ...scope, name }),
    refetchInterval: ({ state }) =>
      state.status === "error" && isPassing(state.error) ? retryWhileFailingMs : fallbackInterval(state.data === undefined ? [] : [state.data.phase]),
  });
}

/** The address in the URL, for a tab inside the frame, which has it already. */
export function useAddress(): AddressDetail {
  const scope = useSpaceScope();
  const name = useAddressName();
  return useSuspenseQuery(useTRPC().addresses.get.queryOptions({ ...scope, name })).data;
}
