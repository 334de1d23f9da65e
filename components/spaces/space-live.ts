"use client";
import { createContext, useContext } from "react";
import type { Phase } from "#contracts/phases.ts";
import type { Outputs } from "#components/trpc/client.ts";
import { pollingInterval } from "#components/trpc/polling.ts";
import type { StreamStatus } from "#components/trpc/live-changes.ts";

export type NewAddress = Outputs["addresses"]["list"]["items"][number];

/** How live the screens of a space are, and which addresses appeared since the list was read. */
export interface SpaceLive {
  readonly status: StreamStatus;
  /** When the stream went down, in milliseconds since the epoch; undefined while it is open. */
  readonly downSince: number | undefined;
  readonly newAddresses: ReadonlyMap<string, NewAddress>;
  readonly clearNewAddresses: () => void;
}

export const SpaceLiveContext = createContext<SpaceLive>({
  status: "connecting",
  downSince: undefined,
  newAddresses: new Map(),
  clearNewAddresses: () => undefined,
});

export function useSpaceLive(): SpaceLive {
  return useContext(SpaceLiveContext);
}

/** `refetchInterval` for a query whose rows have phases: off while changes are pushed, else derived from the rows. */
export function useFallbackInterval(): (phases: readonly Phase[]) => number | false {
  const { downSince } = useSpaceLive();
  return (phases) => pollingInterval(phases, downSince === undefined ? undefined : Date.now() - downSince);
}
