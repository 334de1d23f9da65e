"use client";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { useSpaceScope } from "#components/frame/route.ts";
import { applyChange } from "#components/trpc/apply-change.ts";
import { useTRPC } from "#components/trpc/client.ts";
import { LiveChanges, type StreamStatus } from "#components/trpc/live-changes.ts";
import { type NewAddress, type SpaceLive, SpaceLiveContext } from "./space-live.ts";

const maxNewAddresses = 500;

function withChange(held: ReadonlyMap<string, NewAddress>, added: NewAddress | undefined, gone: string | undefined): ReadonlyMap<string, NewAddress> {
  if (added !== undefined && held.size < maxNewAddresses) return new Map([...held, [added.name, added]]);
  return gone !== undefined && held.has(gone) ? new Map([...held].filter(([name]) => name !== gone)) : held;
}

/** Keeps everything below it live: one stream of changes for the space in the URL. */
export function SpaceFrame({ children }: { children: ReactNode }) {
  const { tenant, space } = useSpaceScope();
  const queryClient = useQueryClient();
  const trpc = useTRPC();
  const [stream, setStream] = useState<{ status: StreamStatus; downSince: number | undefined }>({ status: "connecting", downSince: undefined });
  const [newAddresses, setNewAddresses] = useState<ReadonlyMap<string, NewAddress>>(new Map());

  useEffect(() => {
    const scope = { tenant, space };
    const live = new LiveChanges(
      scope,
      (change) => {
        const { newAddress, goneAddress } = applyChange(queryClient, trpc, scope, change);
        if (change.noun === "resync") setNewAddresses(new Map());
        setNewAddresses((held) => withChange(held, newAddress, goneAddress));
      },
      (status) => setStream((held) => ({ status, downSince: status === "open" ? undefined : (held.downSince ?? Date.now()) })),
    );
    live.start();
    return () => {
      live.stop();
      setNewAddresses(new Map());
    };
  }, [tenant, space, queryClient, trpc]);

  const value = useMemo<SpaceLive>(
    () => ({ ...stream, newAddresses, clearNewAddresses: () => setNewAddresses(new Map()) }),
    [stream, newAddresses],
  );
  return <SpaceLiveContext value={value}>{children}</SpaceLiveContext>;
}
