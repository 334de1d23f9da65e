"use client";
import { Button, Content, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { useToast } from "#components/feedback/ToastProvider.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";

interface DeleteCredentialDialogProps {
  readonly credential: { readonly name: string; readonly login: string };
  readonly onClose: () => void;
}

export function DeleteCredentialDialog({ credential, onClose }: DeleteCredentialDialogProps) {
  const scope = useSpaceScope();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toast = useToast();
  const remove = useMutation(
    trpc.credentials.delete.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.credentials.list.queryKey(scope) });
        toast({ variant: "info", title: `${credential.name} is being deleted` });
        onClose();
      },
    }),
  );
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="delete-title" aria-describedby="delete-body">
      <ModalHeader title={`Delete credential ${credential.name}?`} titleIconVariant="warning" labelId="delete-title" />
      <ModalBody id="delete-body">
        <Content component="p">
          Every program that is logged in as <strong>{credential.login}</strong> is disconnected at once and cannot log in again. Addresses and messages stay. The secret
          cannot be brought back.
        </Content>
        {remove.isError ? <InlineAlert variant="danger" title="It was not deleted">{toPublicError(remove.error).message}</InlineAlert> : null}
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" isLoading={remove.isPending} onClick={() => remove.mutate({ ...scope, name: credential.name })}>Delete</Button>
        <Button variant="link" onClick={onClose}>Keep it</Button>
      </ModalFooter>
    </Modal>
  );
}
