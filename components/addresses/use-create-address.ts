"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import type { SpaceScope } from "#contracts/addresses/address.ts";
import { paths } from "#contracts/paths.ts";
import { useTRPC } from "#components/trpc/client.ts";
import { dropDraft } from "./address-draft.ts";

/** Creates the address, puts it into the cache, and goes to its page, where its phase is pushed. */
export function useCreateAddress(scope: SpaceScope, onCreated: () => void) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const router = useRouter();
  return useMutation(
    trpc.addresses.create.mutationOptions({
      onSuccess: (address) => {
        void queryClient.invalidateQueries({ queryKey: trpc.addresses.list.queryKey(scope) });
        void queryClient.invalidateQueries({ queryKey: trpc.spaces.get.queryKey(scope) });
        void queryClient.invalidateQueries({ queryKey: trpc.plans.listChoices.queryKey({ ...scope, type: address.type }) });
        const choices = queryClient.getQueryData(trpc.plans.listChoices.queryKey({ ...scope, type: address.type }));
        const plan = choices?.find(({ id }) => id === address.planId);
        // Pushes may have been faster than this answer, and are not repeated: what is put here is shown, and asked for again.
        const detailKey = trpc.addresses.get.queryKey({ ...scope, name: address.name });
        if (plan !== undefined) queryClient.setQueryData(detailKey, (held) => held ?? { ...address, plan, statistics: null });
        void queryClient.invalidateQueries({ queryKey: detailKey, refetchType: "none" });
        dropDraft(scope);
        onCreated();
        router.push(paths.address(scope.tenant, scope.space, address.name));
      },
    }),
  );
}
