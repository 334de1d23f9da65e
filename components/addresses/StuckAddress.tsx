"use client";
import dynamic from "next/dynamic";
import { useState } from "react";
import { ReasonedButton } from "#components/feedback/ReasonedButton.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { useMissingPermission } from "#components/frame/use-session.ts";
import { useTRPC } from "#components/trpc/client.ts";
import { useRetry } from "#components/trpc/use-retry.ts";
import type { AddressDetail } from "./use-address.ts";

const ForceDeleteDialog = dynamic(() => import("./ForceDeleteDialog.tsx").then((file) => file.ForceDeleteDialog), { ssr: false });

/** What can be done for an address that waits with a reason: try now, and for one that cannot be deleted, force. */
export function StuckAddress({ address }: { address: AddressDetail }) {
  const scope = useSpaceScope();
  const trpc = useTRPC();
  const mayNotRetry = useMissingPermission("address:update");
  const mayNotForce = useMissingPermission("address:force-delete");
  const [isForcing, setIsForcing] = useState(false);
  const retry = useRetry(trpc.addresses.retry.mutationOptions(), trpc.addresses.get.queryKey({ ...scope, name: address.name }));
  return (
    <>
      <ReasonedButton variant="link" isInline reason={mayNotRetry} isLoading={retry.isPending} onClick={() => retry.mutate({ ...scope, name: address.name })}>Retry now</ReasonedButton>{" "}
      {address.phase === "Terminating" ? <ReasonedButton variant="link" isInline isDanger={mayNotForce === undefined} reason={mayNotForce} onClick={() => setIsForcing(true)}>Delete by force</ReasonedButton> : null}
      {isForcing ? <ForceDeleteDialog address={address} onClose={() => setIsForcing(false)} /> : null}
    </>
  );
}
