"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { ReasonedButton } from "#components/feedback/ReasonedButton.tsx";
import { useToast } from "#components/feedback/ToastProvider.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { useMissingPermission } from "#components/frame/use-session.ts";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import type { AddressDetail } from "./use-address.ts";

const ForceDeleteDialog = dynamic(() => import("./ForceDeleteDialog.tsx").then((file) => file.ForceDeleteDialog), { ssr: false });

/** What can be done for an address that waits with a reason: try now, and for one that cannot be deleted, force. */
export function StuckAddress({ address }: { address: AddressDetail }) {
  const scope = useSpaceScope();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toast = useToast();
  const mayNotRetry = useMissingPermission("address:update");
  const mayNotForce = useMissingPermission("address:force-delete");
  const [isForcing, setIsForcing] = useState(false);
  const retry = useMutation(
    trpc.addresses.retry.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.addresses.get.queryKey({ ...scope, name: address.name }) }),
      onError: (error) => toast({ variant: "danger", title: "It is not tried again", detail: toPublicError(error).message }),
    }),
  );
  return (
    <>
      <ReasonedButton variant="link" isInline reason={mayNotRetry} isLoading={retry.isPending} onClick={() => retry.mutate({ ...scope, name: address.name })}>Retry now</ReasonedButton>{" "}
      {address.phase === "Terminating" ? <ReasonedButton variant="link" isInline isDanger={mayNotForce === undefined} reason={mayNotForce} onClick={() => setIsForcing(true)}>Delete by force</ReasonedButton> : null}
      {isForcing ? <ForceDeleteDialog address={address} onClose={() => setIsForcing(false)} /> : null}
    </>
  );
}
