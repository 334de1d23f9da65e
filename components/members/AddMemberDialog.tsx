"use client";
import { Button, Form, FormGroup, FormSelect, FormSelectOption, Modal, ModalBody, ModalFooter, ModalHeader, Radio, TextInput } from "@patternfly/react-core";
import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useController, useForm } from "react-hook-form";
import type { z } from "zod";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { newMemberFields } from "#contracts/members/member.ts";
import { tenantRoles } from "#contracts/permissions.ts";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import { useToast } from "#components/feedback/ToastProvider.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import { roleWords } from "./member-words.ts";
import type { Handover } from "./HandoverDialog.tsx";

type Fields = z.input<typeof newMemberFields>;
type Way = "invitation" | "password";

/** Adds a person: by a link that they accept, or with an account and a one-time password made now. */
export function AddMemberDialog({ tenant, onClose, onAdded }: { tenant: string; onClose: () => void; onAdded: (handover: Handover) => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toast = useToast();
  const [way, setWay] = useState<Way>("invitation");
  const { control, handleSubmit, setError, formState } = useForm<Fields, unknown, z.output<typeof newMemberFields>>({
    resolver: zodResolver(newMemberFields),
    defaultValues: { email: "", name: "", role: "developer" },
    mode: "onTouched",
  });
  const email = useController({ control, name: "email" });
  const name = useController({ control, name: "name" });
  const role = useController({ control, name: "role" });
  const onError = (error: unknown) => {
    const { field, message } = toPublicError(error);
    if (field === "email" || field === "name" || field === "role") setError(field, { type: "server", message }, { shouldFocus: true });
  };
  const added = (handover: Handover) => {
    void queryClient.invalidateQueries({ queryKey: trpc.members.list.queryKey({ tenant }) });
    onAdded(handover);
  };
  const sent = (address: string) => {
    void queryClient.invalidateQueries({ queryKey: trpc.members.list.queryKey({ tenant }) });
    toast({ variant: "success", title: `An invitation goes to ${address} by e-mail` });
    onClose();
  };
  const invite = useMutation(trpc.members.invite.mutationOptions({ onError, onSuccess: ({ member, link }) => (link === null ? sent(member.email) : added({ kind: "link", memberId: member.id, email: member.email, secret: link })) }));
  const create = useMutation(
    trpc.members.create.mutationOptions({ onError, onSuccess: ({ member, oneTimePassword }) => added({ kind: "password", memberId: member.id, email: member.email, secret: oneTimePassword }) }),
  );
  const call = way === "invitation" ? invite : create;
  const refusal = call.isError ? toPublicError(call.error) : undefined;
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="add-member-title">
      <ModalHeader title="Add a member" labelId="add-member-title" />
      <ModalBody>
        <Form id="add-member" noValidate onSubmit={(event) => void handleSubmit((fields) => call.mutate({ tenant, ...fields }))(event)}>
          {refusal !== undefined && refusal.field === undefined ? <InlineAlert variant="danger" title={refusal.code === "conflict" ? "This was asked for before" : "Nobody was added"}>{refusal.message}</InlineAlert> : null}
          <FormGroup label="E-mail address" isRequired fieldId="member-email">
            <TextInput id="member-email" type="email" {...email.field} autoFocus isRequired autoComplete="off" validated={email.fieldState.invalid ? "error" : "default"} aria-describedby="member-email-help" />
            <FieldHelp id="member-email-help" error={email.fieldState.error?.message}>The person logs in with it.</FieldHelp>
          </FormGroup>
          <FormGroup label="Name" isRequired fieldId="member-name">
            <TextInput id="member-name" {...name.field} isRequired autoComplete="off" validated={name.fieldState.invalid ? "error" : "default"} aria-describedby="member-name-help" />
            <FieldHelp id="member-name-help" error={name.fieldState.error?.message} />
          </FormGroup>
          <FormGroup label="Role" isRequired fieldId="member-role">
            <FormSelect id="member-role" value={role.field.value} onChange={(_event, value) => role.field.onChange(value)} onBlur={role.field.onBlur} aria-describedby="member-role-help">
              {tenantRoles.map((each) => <FormSelectOption key={each} value={each} label={each} />)}
            </FormSelect>
            <FieldHelp id="member-role-help" error={role.fieldState.error?.message}>{roleWords[role.field.value]}</FieldHelp>
          </FormGroup>
          <FormGroup role="radiogroup" label="How they come in" fieldId="member-way">
            <Radio id="way-invitation" name="way" label="By an invitation" description="They accept it with the account they have, or make one. For everybody." isChecked={way === "invitation"} onChange={() => setWay("invitation")} />
            <Radio id="way-password" name="way" label="With a one-time password" description="An account is made now; the password has to be changed at the first login. For people without an account." isChecked={way === "password"} onChange={() => setWay("password")} />
          </FormGroup>
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" type="submit" form="add-member" isLoading={call.isPending} isDisabled={call.isPending || formState.isSubmitting}>{way === "invitation" ? "Make the invitation" : "Make the account"}</Button>
        <Button variant="link" onClick={onClose}>Cancel</Button>
      </ModalFooter>
    </Modal>
  );
}
