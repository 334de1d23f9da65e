"use client";
import { Button, List, ListItem, Modal, ModalBody, ModalFooter, ModalHeader, Radio, Skeleton } from "@patternfly/react-core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import type { SpaceScope } from "#contracts/addresses/address.ts";
import { useToast } from "#components/feedback/ToastProvider.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import styles from "./spaces.module.css";

/** Moves the space to another plan; plans that it does not fit stand there with what does not fit. */
export function ChangeSpacePlan({ scope, onClose }: { scope: SpaceScope; onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toast = useToast();
  const choices = useQuery({ ...trpc.spaces.listPlanChoices.queryOptions(scope), staleTime: 0 });
  const [chosen, setChosen] = useState<string>();
  const current = choices.data?.find(({ isCurrent }) => isCurrent)?.id;
  const change = useMutation(
    trpc.spaces.changePlan.mutationOptions({
      onSuccess: async ({ name }) => {
        await queryClient.invalidateQueries({ queryKey: trpc.spaces.get.queryKey(scope) });
        toast({ variant: "success", title: `The space is now on the plan ${name}` });
        onClose();
      },
    }),
  );
  const selected = chosen ?? current;
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="space-plan-title">
      <ModalHeader title="Move to another plan" labelId="space-plan-title" description="What is there stays as it is; only what may be added changes." />
      <ModalBody className={styles.planChoices}>
        {choices.data === undefined ? choices.isError ? <InlineAlert variant="danger" title="The plans could not be read">{toPublicError(choices.error).message}</InlineAlert> : <Skeleton height="8rem" /> : null}
        {choices.data?.map(({ id, name, description, refusals }) => (
          <Radio
            key={id}
            id={`space-plan-${id}`}
            name="space-plan"
            label={name}
            description={description}
            isChecked={selected === id}
            isDisabled={refusals.length > 0}
            onChange={() => setChosen(id)}
            body={refusals.length === 0 ? null : <List isPlain>{refusals.map((refusal) => <ListItem key={refusal}>It does not fit: {refusal}.</ListItem>)}</List>}
          />
        ))}
        {change.isError ? <InlineAlert variant="danger" title="It was not changed">{toPublicError(change.error).message}</InlineAlert> : null}
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" isDisabled={selected === undefined || selected === current || change.isPending} isLoading={change.isPending} onClick={() => selected === undefined || change.mutate({ ...scope, planId: selected })}>Move</Button>
        <Button variant="link" onClick={onClose}>Cancel</Button>
      </ModalFooter>
    </Modal>
  );
}
