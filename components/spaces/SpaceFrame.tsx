"use client";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { useSpaceScope } from "#components/frame/route.ts";
import { applyChange } from "#components/trpc/apply-change.ts";
import { useTRPC } from "#components/trpc/client.ts";
import { LiveChanges, type StreamStatus } from "#components/trpc/live-changes.ts";
import { type SpaceLive, SpaceLiveContext } from "./space-live.ts";

const maxNewAddresses = 500;

/** Keeps everything below it live: one stream of changes for the space in the URL. */
export function SpaceFrame({ children }: { children: ReactNode }) {
  const { tenant, space } = useSpaceScope();
  const queryClient = useQueryClient();
  const trpc = useTRPC();
  const [stream, setStream] = useState<{ status: StreamStatus; downSince: number | undefined }>({ status: "connecting", downSince: undefined });
  const [newAddresses, setNewAddresses] = useState<ReadonlySet<string>>(new Set());

  useEffect(() => {
    const scope = { tenant, space };
    const live = new LiveChanges(
      scope,
      (change) => {
        const { newAddress, goneAddress } = applyChange(queryClient, trpc, scope, change);
        if (change.noun === "resync") setNewAddresses(new Set());
        if (goneAddress !== undefined) setNewAddresses((names) => (names.has(goneAddress) ? new Set([...names].filter((name) => name !== goneAddress)) : names));
        if (newAddress !== undefined) setNewAddresses((names) => (names.size < maxNewAddresses ? new Set([...names, newAddress]) : names));
      },
      (status) => setStream((held) => ({ status, downSince: status === "open" ? undefined : (held.downSince ?? Date.now()) })),
    );
    live.start();
    return () => {
      live.stop();
      setNewAddresses(new Set());
    };
  }, [tenant, space, queryClient, trpc]);

  const value = useMemo<SpaceLive>(
    () => ({ ...stream, newAddresses, clearNewAddresses: () => setNewAddresses(new Set()) }),
    [stream, newAddresses],
  );
  return <SpaceLiveContext value={value}>{children}</SpaceLiveContext>;
}
