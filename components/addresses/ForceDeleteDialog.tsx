"use client";
import { Content } from "@patternfly/react-core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { isStored } from "#contracts/addresses/address-type.ts";
import { useToast } from "#components/feedback/ToastProvider.tsx";
import { TypedDeleteDialog } from "#components/form/TypedDeleteDialog.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { useTRPC } from "#components/trpc/client.ts";
import type { AddressDetail } from "./use-address.ts";

/** Asks before an address goes without its broker: says what may stay behind there. */
export function ForceDeleteDialog({ address, onClose }: { address: Pick<AddressDetail, "name" | "type">; onClose: () => void }) {
  const scope = useSpaceScope();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toast = useToast();
  const force = useMutation(
    trpc.addresses.forceDelete.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.addresses.get.queryKey({ ...scope, name: address.name }) });
        toast({ variant: "info", title: `${address.name} is being deleted, whatever its broker says` });
        onClose();
      },
    }),
  );
  return (
    <TypedDeleteDialog title={`Delete ${address.name} by force?`} name={address.name} error={force.error} isPending={force.isPending} onDelete={() => force.mutate({ ...scope, name: address.name })} onClose={onClose}>
      <Content component="p">
        Do this only when its broker is gone for good. Postroom forgets the address, and no program can reach it any more.{address.type === "topic" ? " Its subscriptions go along." : ""}
        {isStored(address.type) ? " If the broker does come back, its queues, messages and dead letters are still there: an address of the same name and plan, made anew on it, would hold them again." : ""}
      </Content>
    </TypedDeleteDialog>
  );
}
