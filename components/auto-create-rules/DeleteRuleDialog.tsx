"use client";
import { Button, Content, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import type { AutoCreateRule } from "#contracts/auto-create-rules/auto-create-rule.ts";
import { counted } from "#components/feedback/format.ts";
import { useToast } from "#components/feedback/ToastProvider.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";

export function DeleteRuleDialog({ rule, onClose }: { rule: AutoCreateRule; onClose: () => void }) {
  const scope = useSpaceScope();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toast = useToast();
  const remove = useMutation(
    trpc.autoCreateRules.delete.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.autoCreateRules.list.queryKey(scope) });
        toast({ variant: "success", title: `The rule for ${rule.pattern} is deleted` });
        onClose();
      },
    }),
  );
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="delete-title" aria-describedby="delete-body">
      <ModalHeader title={`Delete the rule for ${rule.pattern}?`} titleIconVariant="warning" labelId="delete-title" />
      <ModalBody id="delete-body">
        <Content component="p">
          Programs that ask for such an address from now on are refused, unless it is there or another rule covers it.
          {rule.addresses === 0 ? "" : ` ${counted(rule.addresses, "address", "addresses")} that it made ${rule.addresses === 1 ? "stays" : "stay"}, and ${rule.addresses === 1 ? "is" : "are"} no longer deleted for want of use.`}
        </Content>
        {remove.isError ? <InlineAlert variant="danger" title="It was not deleted">{toPublicError(remove.error).message}</InlineAlert> : null}
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" isLoading={remove.isPending} onClick={() => remove.mutate({ ...scope, id: rule.id })}>Delete</Button>
        <Button variant="link" onClick={onClose}>Keep it</Button>
      </ModalFooter>
    </Modal>
  );
}
