"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { SpaceScope } from "#contracts/addresses/address.ts";
import type { AddressSelection, ChangeOfMany } from "#contracts/addresses/many-addresses.ts";
import { useToast } from "#components/feedback/ToastProvider.tsx";
import { showOperations } from "#components/operations/operations-panel.ts";
import { useTRPC, useTRPCClient } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";

/** Starts the operation that changes a selection, and shows its progress; it goes on without this page. */
export function useChangeOfMany(scope: SpaceScope) {
  const client = useTRPCClient();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: ({ selection, change }: { selection: AddressSelection; change: ChangeOfMany }) =>
      change.kind === "delete"
        ? client.addresses.deleteMany.mutate({ ...scope, selection })
        : client.addresses.changePlanOfMany.mutate({ ...scope, selection, planId: change.planId }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: trpc.operations.list.queryKey(scope) });
      showOperations(true);
    },
    onError: (error) => toast({ variant: "danger", title: "Nothing was changed", detail: toPublicError(error).message }),
  });
}
