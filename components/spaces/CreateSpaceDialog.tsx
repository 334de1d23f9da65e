"use client";
import { Button, Form, FormGroup, Modal, ModalBody, ModalFooter, ModalHeader, TextInput } from "@patternfly/react-core";
import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useController, useForm } from "react-hook-form";
import type { z } from "zod";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { newSpaceFields } from "#contracts/spaces/space.ts";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import { useToast } from "#components/feedback/ToastProvider.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";

type Fields = z.infer<typeof newSpaceFields>;

export function CreateSpaceDialog({ tenant, planName, onClose }: { tenant: string; planName: string; onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toast = useToast();
  const { control, handleSubmit, setError } = useForm<Fields>({ resolver: zodResolver(newSpaceFields), defaultValues: { slug: "", name: "" }, mode: "onTouched" });
  const name = useController({ control, name: "name" });
  const slug = useController({ control, name: "slug" });
  const create = useMutation(
    trpc.spaces.create.mutationOptions({
      onSuccess: async (space) => {
        await queryClient.invalidateQueries({ queryKey: trpc.spaces.list.queryKey({ tenant }) });
        await queryClient.invalidateQueries({ queryKey: trpc.session.get.queryKey() });
        toast({ variant: "success", title: `${space.name} is being set up` });
        onClose();
      },
      onError: (error) => {
        const { field, message } = toPublicError(error);
        if (field === "slug" || field === "name") setError(field, { type: "server", message }, { shouldFocus: true });
      },
    }),
  );
  const refusal = create.isError ? toPublicError(create.error) : undefined;
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="create-space-title">
      <ModalHeader title="Create a space" labelId="create-space-title" description={`It is on the plan ${planName}, which the platform gives this tenant.`} />
      <ModalBody>
        <Form id="create-space" noValidate onSubmit={(event) => void handleSubmit((fields) => create.mutate({ tenant, ...fields }))(event)}>
          {refusal !== undefined && refusal.field === undefined ? <InlineAlert variant="danger" title="It was not created">{refusal.message}</InlineAlert> : null}
          <FormGroup label="Name" isRequired fieldId="space-name">
            <TextInput id="space-name" {...name.field} isRequired autoFocus autoComplete="off" validated={name.fieldState.invalid ? "error" : "default"} aria-describedby="space-name-help" />
            <FieldHelp id="space-name-help" error={name.fieldState.error?.message} />
          </FormGroup>
          <FormGroup label="Short name" isRequired fieldId="space-slug">
            <TextInput id="space-slug" {...slug.field} isRequired autoComplete="off" spellCheck={false} validated={slug.fieldState.invalid ? "error" : "default"} aria-describedby="space-slug-help" />
            <FieldHelp id="space-slug-help" error={slug.fieldState.error?.message}>Stands in links and logins, and cannot be changed later.</FieldHelp>
          </FormGroup>
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" type="submit" form="create-space" isLoading={create.isPending} isDisabled={create.isPending}>Create space</Button>
        <Button variant="link" onClick={onClose}>Cancel</Button>
      </ModalFooter>
    </Modal>
  );
}
