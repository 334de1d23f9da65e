"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Address, SpaceScope } from "#contracts/addresses/address.ts";
import { useToast } from "#components/feedback/ToastProvider.tsx";
import { useTRPC } from "#components/trpc/client.ts";

/** Saves plan and options, and asks again for what depends on them. */
export function useUpdateAddress(scope: SpaceScope, onSaved: (after: Address) => void) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toast = useToast();
  return useMutation(
    trpc.addresses.update.mutationOptions({
      onSuccess: async (after) => {
        const stale = [trpc.addresses.get.queryKey({ ...scope, name: after.name }), trpc.addresses.list.queryKey(scope), trpc.spaces.get.queryKey(scope), trpc.plans.listChoices.queryKey({ ...scope, type: after.type })];
        await Promise.all(stale.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
        toast({ variant: "success", title: `${after.name} has been changed` });
        onSaved(after);
      },
    }),
  );
}
