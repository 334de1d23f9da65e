"use client";
import { Button, Content, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";

/** Ends the overlap of a rotation before its time. */
export function EndSecretDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const scope = useSpaceScope();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const end = useMutation(
    trpc.credentials.endPreviousSecret.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.credentials.list.queryKey(scope) });
        onClose();
      },
    }),
  );
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="end-title">
      <ModalHeader title={`End the old secret of ${name}?`} titleIconVariant="warning" labelId="end-title" />
      <ModalBody>
        <Content component="p">Programs that logged in with the old secret are disconnected and cannot log in with it again. Those that use the new one stay.</Content>
        {end.isError ? <InlineAlert variant="danger" title="It was not ended">{toPublicError(end.error).message}</InlineAlert> : null}
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" isLoading={end.isPending} onClick={() => end.mutate({ ...scope, name })}>End it</Button>
        <Button variant="link" onClick={onClose}>Keep it</Button>
      </ModalFooter>
    </Modal>
  );
}
