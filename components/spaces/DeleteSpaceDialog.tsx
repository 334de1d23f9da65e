"use client";
import { Content } from "@patternfly/react-core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ListedSpace } from "#contracts/spaces/space.ts";
import { counted } from "#components/feedback/format.ts";
import { useToast } from "#components/feedback/ToastProvider.tsx";
import { TypedDeleteDialog } from "#components/form/TypedDeleteDialog.tsx";
import { useTRPC } from "#components/trpc/client.ts";

export function DeleteSpaceDialog({ tenant, space, onClose }: { tenant: string; space: ListedSpace; onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toast = useToast();
  const remove = useMutation(
    trpc.spaces.delete.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.spaces.list.queryKey({ tenant }) });
        await queryClient.invalidateQueries({ queryKey: trpc.session.get.queryKey() });
        toast({ variant: "info", title: `${space.name} is being deleted` });
        onClose();
      },
    }),
  );
  return (
    <TypedDeleteDialog
      title={`Delete space ${space.slug}?`}
      name={space.slug}
      error={remove.error}
      isPending={remove.isPending}
      onDelete={(typedSlug) => remove.mutate({ tenant, space: space.slug, typedSlug })}
      onClose={onClose}
    >
      <Content component="p">
        <strong>{counted(space.addresses, "address", "addresses")}</strong> with every message in them and <strong>{counted(space.credentials, "credential")}</strong> are lost for good. Programs that
        are connected to this space are disconnected.
      </Content>
    </TypedDeleteDialog>
  );
}
