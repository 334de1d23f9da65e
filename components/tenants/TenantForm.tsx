"use client";
import { Button, Form, FormGroup, FormSelect, FormSelectOption, Modal, ModalBody, ModalFooter, ModalHeader, NumberInput, TextInput } from "@patternfly/react-core";
import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type Control, type FieldPath, useController, useForm } from "react-hook-form";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { createTenantSchema, updateTenantSchema, type CreateTenant, type ManagedTenant } from "#contracts/tenants/manage-tenants.ts";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import { useToast } from "#components/feedback/ToastProvider.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";

interface TenantFormProps {
  /** The one to change; a new one without it. */
  readonly tenant?: ManagedTenant;
  readonly onClose: () => void;
  /** Called with the first admin's address and the link to hand over. */
  readonly onCreated?: (email: string, link: string) => void;
}

/** Makes a tenant with its first admin, or changes a tenant's name and quotas. */
export function TenantForm({ tenant, onClose, onCreated }: TenantFormProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toast = useToast();
  const isNew = tenant === undefined;
  const plans = useQuery(trpc.plans.listManaged.queryOptions());
  const { control, handleSubmit, setError } = useForm<CreateTenant>({
    // A change is without an admin: its schema takes what it knows of the same fields.
    resolver: zodResolver((isNew ? createTenantSchema : updateTenantSchema) as typeof createTenantSchema),
    defaultValues: { slug: tenant?.slug ?? "", name: tenant?.name ?? "", maxSpaces: tenant?.maxSpaces ?? 10, spacePlanId: tenant?.spacePlanId ?? "team", admin: { email: "", name: "" } },
    mode: "onTouched",
  });
  const done = async () => {
    await queryClient.invalidateQueries({ queryKey: trpc.tenants.pathKey() });
    await queryClient.invalidateQueries({ queryKey: trpc.session.get.queryKey() });
    onClose();
  };
  const onError = (error: unknown) => {
    const { field, message } = toPublicError(error);
    if (field !== undefined) setError(field as FieldPath<CreateTenant>, { type: "server", message }, { shouldFocus: true });
  };
  const create = useMutation(
    trpc.tenants.create.mutationOptions({
      onError,
      onSuccess: async ({ link }, { admin }) => {
        await done();
        if (link === null) toast({ variant: "success", title: `An invitation goes to ${admin.email} by e-mail` });
        else onCreated?.(admin.email, link);
      },
    }),
  );
  const update = useMutation(
    trpc.tenants.update.mutationOptions({
      onError,
      onSuccess: async ({ name }) => {
        await done();
        toast({ variant: "success", title: `${name} was changed` });
      },
    }),
  );
  const call = isNew ? create : update;
  const refusal = call.isError ? toPublicError(call.error) : undefined;
  const plan = useController({ control, name: "spacePlanId" });
  const maxSpaces = useController({ control, name: "maxSpaces" });
  const offered = (plans.data?.spacePlans ?? []).filter(({ id, isRetired }) => !isRetired || id === tenant?.spacePlanId);
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="tenant-title">
      <ModalHeader title={isNew ? "Create a tenant" : `Name and quotas of ${tenant.slug}`} labelId="tenant-title" />
      <ModalBody>
        <Form id="tenant-form" noValidate onSubmit={(event) => void handleSubmit((fields) => (isNew ? create.mutate(fields) : update.mutate(fields)))(event)}>
          {refusal !== undefined && refusal.field === undefined ? <InlineAlert variant="danger" title="Nothing was changed">{refusal.message}</InlineAlert> : null}
          <TextField control={control} name="name" label="Name" isFirst />
          {isNew ? <TextField control={control} name="slug" label="Short name" help="Stands in links and logins, and cannot be changed later." /> : null}
          <FormGroup label="Spaces at most" isRequired fieldId="tenant-spaces">
            <NumberInput
              id="tenant-spaces"
              inputName="maxSpaces"
              inputAriaLabel="Spaces at most"
              value={maxSpaces.field.value}
              min={0}
              onMinus={() => maxSpaces.field.onChange(maxSpaces.field.value - 1)}
              onPlus={() => maxSpaces.field.onChange(maxSpaces.field.value + 1)}
              onChange={(event) => maxSpaces.field.onChange(Number(event.currentTarget.value))}
            />
            <FieldHelp id="tenant-spaces-help" error={maxSpaces.fieldState.error?.message}>Spaces that are there stay when it is lowered.</FieldHelp>
          </FormGroup>
          <FormGroup label="Plan of new spaces" isRequired fieldId="tenant-plan">
            <FormSelect id="tenant-plan" value={plan.field.value} onChange={(_event, value) => plan.field.onChange(value)} onBlur={plan.field.onBlur} aria-describedby="tenant-plan-help">
              {offered.map(({ id, name, description }) => <FormSelectOption key={id} value={id} label={`${name}: ${description}`} />)}
            </FormSelect>
            <FieldHelp id="tenant-plan-help" error={plan.fieldState.error?.message}>The tenant's admins make spaces on it. You can move one space to another plan on its page.</FieldHelp>
          </FormGroup>
          {isNew ? (
            <>
              <TextField control={control} name="admin.name" label="First admin's name" />
              <TextField control={control} name="admin.email" label="First admin's e-mail address" help="By an invitation this person becomes tenant-admin." />
            </>
          ) : null}
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" type="submit" form="tenant-form" isLoading={call.isPending} isDisabled={call.isPending}>{isNew ? "Create tenant" : "Save"}</Button>
        <Button variant="link" onClick={onClose}>Cancel</Button>
      </ModalFooter>
    </Modal>
  );
}

interface TextFieldProps {
  readonly control: Control<CreateTenant>;
  readonly name: "name" | "slug" | "admin.name" | "admin.email";
  readonly label: string;
  readonly help?: string;
  readonly isFirst?: boolean;
}

function TextField({ control, name, label, help, isFirst }: TextFieldProps) {
  const { field, fieldState } = useController({ control, name });
  const id = `tenant-${name}`;
  return (
    <FormGroup label={label} isRequired fieldId={id}>
      <TextInput id={id} {...field} isRequired autoFocus={isFirst} autoComplete="off" spellCheck={false} validated={fieldState.invalid ? "error" : "default"} aria-describedby={`${id}-help`} />
      <FieldHelp id={`${id}-help`} error={fieldState.error?.message}>{help}</FieldHelp>
    </FormGroup>
  );
}
