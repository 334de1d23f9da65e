"use client";
import { Button, Checkbox, Form, FormGroup, Modal, ModalBody, ModalFooter, ModalHeader, TextInput } from "@patternfly/react-core";
import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useController, useForm } from "react-hook-form";
import type { z } from "zod";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { platformRoles } from "#contracts/permissions.ts";
import { lastPlatformAdminRefusal, setPlatformRolesSchema, type PlatformPerson } from "#contracts/platform-roles/platform-person.ts";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import { ReasonedButton } from "#components/feedback/ReasonedButton.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import { platformRoleWords } from "./platform-role-words.ts";

interface PlatformRolesDialogProps {
  /** Whose roles are changed; undefined for somebody new. */
  readonly person: PlatformPerson | undefined;
  readonly all: readonly PlatformPerson[];
  readonly onClose: () => void;
}

/** Gives a person roles across tenants, or takes them away. */
export function PlatformRolesDialog({ person, all, onClose }: PlatformRolesDialogProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { control, handleSubmit, setError } = useForm<z.input<typeof setPlatformRolesSchema>, unknown, z.output<typeof setPlatformRolesSchema>>({
    resolver: zodResolver(setPlatformRolesSchema),
    defaultValues: { email: person?.email ?? "", roles: person?.wantedRoles ?? person?.roles ?? ["support"] },
    mode: "onTouched",
  });
  const email = useController({ control, name: "email" });
  const roles = useController({ control, name: "roles" });
  const save = useMutation(
    trpc.platformRoles.set.mutationOptions({
      onError: (error) => {
        const { field, message } = toPublicError(error);
        if (field === "email") setError("email", { type: "server", message }, { shouldFocus: true });
      },
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.platformRoles.list.queryKey() });
        onClose();
      },
    }),
  );
  const chosen = roles.field.value;
  const refusal = save.isError ? toPublicError(save.error) : undefined;
  const isSame = person !== undefined && person.phase === "Active" && chosen.toSorted().join() === person.roles.toSorted().join();
  const reason =
    person === undefined && chosen.length === 0 ? "Choose a role." : isSame ? "Choose other roles than the person has." : lastPlatformAdminRefusal(email.field.value.trim().toLowerCase(), chosen, all);
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="platform-roles-title">
      <ModalHeader title={person === undefined ? "Give somebody a role in all tenants" : `Roles of ${person.email} in all tenants`} labelId="platform-roles-title" />
      <ModalBody>
        <Form id="platform-roles" noValidate onSubmit={(event) => void handleSubmit((fields) => save.mutate(fields))(event)}>
          {refusal !== undefined && refusal.field !== "email" ? <InlineAlert variant="danger" title="Nothing was changed">{refusal.message}</InlineAlert> : null}
          {person === undefined ? (
            <FormGroup label="E-mail address" isRequired fieldId="platform-email">
              <TextInput id="platform-email" type="email" {...email.field} autoFocus isRequired autoComplete="off" validated={email.fieldState.invalid ? "error" : "default"} aria-describedby="platform-email-help" />
              <FieldHelp id="platform-email-help" error={email.fieldState.error?.message}>Of somebody who has an account.</FieldHelp>
            </FormGroup>
          ) : null}
          <FormGroup role="group" label="Roles" fieldId="platform-role" isStack>
            {platformRoles.map((role) => (
              <Checkbox
                key={role}
                id={`platform-role-${role}`}
                label={role}
                description={platformRoleWords[role]}
                isChecked={chosen.includes(role)}
                onChange={(_event, isChecked) => roles.field.onChange(isChecked ? [...chosen, role] : chosen.filter((each) => each !== role))}
              />
            ))}
          </FormGroup>
        </Form>
      </ModalBody>
      <ModalFooter>
        <ReasonedButton variant="primary" type="submit" form="platform-roles" isLoading={save.isPending} reason={reason}>{person === undefined ? "Give the role" : "Change roles"}</ReasonedButton>
        <Button variant="link" onClick={onClose}>Cancel</Button>
      </ModalFooter>
    </Modal>
  );
}
