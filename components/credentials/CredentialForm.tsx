"use client";
import { ActionGroup, Button, Content, Form, FormGroup, TextInput } from "@patternfly/react-core";
import { PlusIcon } from "@patternfly/react-icons";
import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useController, useFieldArray, useForm, useWatch, type FieldPath } from "react-hook-form";
import type { z } from "zod";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import type { SpaceScope } from "#contracts/addresses/address.ts";
import { createCredentialFields } from "#contracts/credentials/credential.ts";
import { credentialLogin } from "#contracts/naming.ts";
import { paths } from "#contracts/paths.ts";
import { counted } from "#components/feedback/format.ts";
import { ReasonedButton } from "#components/feedback/ReasonedButton.tsx";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import { useAskBeforeLeaving, useLeaveTo } from "#components/form/LeaveGuard.tsx";
import { useTRPC, type Outputs } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import { ExpiryField } from "./ExpiryField.tsx";
import { PermissionPreview } from "./PermissionPreview.tsx";
import { PermissionRow } from "./PermissionRow.tsx";
import styles from "./credentials.module.css";

type CredentialFields = z.input<typeof createCredentialFields>;
type CheckedFields = z.output<typeof createCredentialFields>;
type Created = Outputs["credentials"]["create"];

const maxPermissions = 20;

export function CredentialForm({ scope, onCreated }: { scope: SpaceScope; onCreated: (created: Created) => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const leaveTo = useLeaveTo();
  const form = useForm<CredentialFields, unknown, CheckedFields>({
    resolver: zodResolver(createCredentialFields),
    defaultValues: { name: "", permissions: [{ operations: ["send", "recv"], pattern: "*" }], expiresAt: null },
    mode: "onTouched",
  });
  const { control, formState } = form;
  const rows = useFieldArray({ control, name: "permissions" });
  const name = useController({ control, name: "name" });
  const expiry = useController({ control, name: "expiresAt" });
  const permissions = useWatch({ control, name: "permissions" });
  useAskBeforeLeaving(formState.isDirty && !formState.isSubmitSuccessful ? "What you have filled in for the new credential is dropped." : undefined);
  const create = useMutation(
    trpc.credentials.create.mutationOptions({
      onSuccess: (created) => {
        void queryClient.invalidateQueries({ queryKey: trpc.credentials.list.queryKey(scope) });
        void queryClient.invalidateQueries({ queryKey: trpc.spaces.get.queryKey(scope) });
        onCreated(created);
      },
      onError: (error) => {
        const { field, message } = toPublicError(error);
        if (field !== undefined && /^(name|permissions|expiresAt)/.test(field)) {
          form.setError(field as FieldPath<CredentialFields>, { type: "server", message }, { shouldFocus: true });
        }
      },
    }),
  );
  const refusal = create.isError ? toPublicError(create.error) : undefined;
  const count = Object.keys(formState.errors).length;
  return (
    <Form
      className={styles.form}
      noValidate
      onSubmit={(event) => void form.handleSubmit((fields) => create.mutate({ ...scope, ...fields }))(event)}
      onKeyDown={(event) => event.key === "Escape" && leaveTo(paths.credentials(scope.tenant, scope.space))}
    >
      {refusal !== undefined && refusal.field === undefined ? <InlineAlert variant="danger" title={refusal.code === "conflict" ? "This was asked for before" : "It was not created"}>{refusal.message}</InlineAlert> : null}
      {count > 0 ? <InlineAlert variant="danger" title={`${counted(count, "field")} to correct`} /> : null}
      <FormGroup label="Name" isRequired fieldId="credential-name">
        <TextInput id="credential-name" {...name.field} isRequired autoComplete="off" spellCheck={false} placeholder="web-shop" validated={name.fieldState.invalid ? "error" : "default"} aria-describedby="credential-name-help" />
        <FieldHelp id="credential-name-help" error={name.fieldState.error?.message}>
          The program will log in as <code>{credentialLogin(scope.tenant, scope.space, name.field.value || "…")}</code>.
        </FieldHelp>
      </FormGroup>
      <FormGroup role="group" label="Permissions" isRequired fieldId="credential-permissions">
        <Content component="small">An address name, the start of one followed by *, or * alone for every address of the space.</Content>
        {rows.fields.map((row, index) => (
          <PermissionRow key={row.id} control={control} scope={scope} index={index} onRemove={rows.fields.length > 1 ? () => rows.remove(index) : undefined} />
        ))}
        <ReasonedButton
          variant="link"
          icon={<PlusIcon />}
          reason={rows.fields.length < maxPermissions ? undefined : `A credential has at most ${maxPermissions} permissions. A pattern that ends with * covers many addresses.`}
          onClick={() => rows.append({ operations: ["recv"], pattern: "" })}
        >
          Add a permission
        </ReasonedButton>
        <PermissionPreview scope={scope} permissions={permissions} />
      </FormGroup>
      <ExpiryField value={expiry.field.value} error={expiry.fieldState.error?.message} onChange={expiry.field.onChange} />
      <ActionGroup>
        <Button variant="primary" type="submit" isLoading={create.isPending}>Create credential</Button>
        <Button variant="link" onClick={() => leaveTo(paths.credentials(scope.tenant, scope.space))}>Cancel</Button>
      </ActionGroup>
    </Form>
  );
}
