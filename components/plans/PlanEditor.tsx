"use client";
import { Button, Checkbox, Form, FormFieldGroup, FormFieldGroupHeader, FormGroup, FormSelect, FormSelectOption, List, ListItem, Modal, ModalBody, ModalFooter, ModalHeader, TextInput } from "@patternfly/react-core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import type { ManagedAddressPlan, PlanEffects } from "#contracts/plans/manage-plans.ts";
import { counted } from "#components/feedback/format.ts";
import { useToast } from "#components/feedback/ToastProvider.tsx";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import { useTRPC, useTRPCClient } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import { whenFullWords } from "./limit-words.ts";
import { isShown, type ManagedPlan, type PlanField, planFields, type PlanKind, readPlan, textsOf } from "./plan-fields.ts";

const maxShownSpaces = 20;

interface PlanEditorProps {
  readonly kind: PlanKind;
  /** Undefined for a new plan. */
  readonly plan: ManagedPlan | undefined;
  readonly addressPlans: readonly ManagedAddressPlan[];
  readonly onClose: () => void;
}

/** Makes or changes a plan; what that does to whom is shown before it can be saved. */
export function PlanEditor({ kind, plan, addressPlans, onClose }: PlanEditorProps) {
  const client = useTRPCClient();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toast = useToast();
  const [texts, setTexts] = useState(() => textsOf(kind, plan));
  const [offered, setOffered] = useState<ReadonlySet<string>>(() => new Set(plan !== undefined && "addressPlanIds" in plan ? plan.addressPlanIds : []));
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [effects, setEffects] = useState<PlanEffects>();
  const ask = useMutation({
    mutationFn: (checkOnly: boolean) => {
      const { read } = readPlan(kind, texts, { version: plan?.version ?? null, checkOnly, addressPlanIds: [...offered] });
      if (!read.success) throw read.error;
      return read.kind === "address-plan" ? client.plans.saveAddressPlan.mutate(read.data as never) : client.plans.saveSpacePlan.mutate(read.data as never);
    },
    onSuccess: async (answer, checkOnly) => {
      if (checkOnly) {
        setEffects(answer);
        return;
      }
      await queryClient.invalidateQueries({ queryKey: trpc.plans.listManaged.queryKey() });
      toast({ variant: "success", title: `The plan ${texts["name"]} has been saved`, detail: answer.users > 0 ? "What uses it is being changed." : undefined });
      onClose();
    },
    onError: (error) => {
      const { field, message } = toPublicError(error);
      if (field !== undefined) setErrors({ [field]: message });
    },
  });
  const change = (name: string, value: string) => {
    setTexts({ ...texts, [name]: value });
    setEffects(undefined);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { errors: found } = readPlan(kind, texts, { version: plan?.version ?? null, checkOnly: true, addressPlanIds: [...offered] });
    setErrors(found);
    if (Object.keys(found).length === 0) ask.mutate(effects === undefined);
  };
  const problem = ask.isError ? toPublicError(ask.error) : undefined;
  return (
    <Modal variant="medium" isOpen onClose={onClose} aria-labelledby="plan-editor-title">
      <ModalHeader title={plan === undefined ? `New ${kind === "address-plan" ? "address plan" : "space plan"}` : `Change the plan ${plan.name}`} labelId="plan-editor-title" description={plan === undefined ? undefined : `Version ${plan.version}, used by ${counted(plan.users, kind === "address-plan" ? "address" : "space", kind === "address-plan" ? "addresses" : "spaces")}.`} />
      <ModalBody>
        <Form id="plan-form" onSubmit={submit} noValidate>
          {planFields[kind].filter((field) => isShown(field, texts)).map((field) => (
            <PlanFieldInput key={field.name} field={field} value={texts[field.name] ?? ""} error={errors[field.name]} isDisabled={field.isFixed === true && plan !== undefined} onChange={(value) => change(field.name, value)} />
          ))}
          {kind === "space-plan" ? (
            <FormFieldGroup header={<FormFieldGroupHeader titleText={{ text: "Address plans that it offers", id: "offered-plans" }} />}>
              {addressPlans.map((each) => (
                <Checkbox
                  key={each.id}
                  id={`offers-${each.id}`}
                  label={`${each.name} (${each.type})${each.isRetired ? ", retired" : ""}`}
                  isChecked={offered.has(each.id)}
                  onChange={(_event, isChecked) => {
                    setOffered(new Set(isChecked ? [...offered, each.id] : [...offered].filter((id) => id !== each.id)));
                    setEffects(undefined);
                  }}
                />
              ))}
            </FormFieldGroup>
          ) : null}
          {problem !== undefined && problem.field === undefined ? <div ref={intoView} role="alert"><InlineAlert variant="danger" title="It was not saved">{problem.message}</InlineAlert></div> : null}
          {effects === undefined ? null : <div ref={intoView} role="status"><Effects effects={effects} kind={kind} /></div>}
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" type="submit" form="plan-form" isLoading={ask.isPending} isDisabled={ask.isPending}>{effects === undefined ? "Show what it would do" : "Save"}</Button>
        <Button variant="link" onClick={onClose}>Cancel</Button>
      </ModalFooter>
    </Modal>
  );
}

/** What the form says at its end is seen, however far up somebody was. */
function intoView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: "nearest" });
}

interface PlanFieldInputProps {
  readonly field: PlanField;
  readonly value: string;
  readonly error: string | undefined;
  readonly isDisabled: boolean;
  readonly onChange: (value: string) => void;
}

function PlanFieldInput({ field: { name, label, choices, help }, value, error, isDisabled, onChange }: PlanFieldInputProps) {
  const id = `plan-${name}`;
  return (
    <FormGroup label={label} fieldId={id}>
      {choices === undefined ? (
        <TextInput id={id} value={value} isDisabled={isDisabled} validated={error === undefined ? "default" : "error"} aria-describedby={`${id}-help`} autoComplete="off" onChange={(_event, typed) => onChange(typed)} />
      ) : (
        <FormSelect id={id} value={value} isDisabled={isDisabled} onChange={(_event, chosen) => onChange(chosen)}>
          {choices.map((choice) => <FormSelectOption key={choice} value={choice} label={choiceWords(choice)} />)}
        </FormSelect>
      )}
      <FieldHelp id={`${id}-help`} error={error}>{help}</FieldHelp>
    </FormGroup>
  );
}

function choiceWords(choice: string): string {
  return choice in whenFullWords ? `${choice}: ${whenFullWords[choice as keyof typeof whenFullWords]}` : choice;
}

function Effects({ effects: { users, spaces }, kind }: { effects: PlanEffects; kind: PlanKind }) {
  if (users === 0) return <InlineAlert variant="info" title="Nothing uses it, so nothing else changes" />;
  const problems = spaces.filter(({ problem }) => problem !== null);
  const title = kind === "address-plan" ? `${counted(users, "address", "addresses")} in ${counted(spaces.length, "space")} will be changed` : `${counted(users, "space")} will be changed`;
  return (
    <InlineAlert variant={problems.length > 0 ? "warning" : "info"} title={title}>
      {problems.length > 0 ? "Nothing is taken away, but some would be over their quota:" : "All of them stay within their quota."}
      <List>
        {(problems.length > 0 ? problems : spaces).slice(0, maxShownSpaces).map(({ tenant, space, users: count, problem }) => (
          <ListItem key={`${tenant}/${space}`}>
            {tenant} / {space}{kind === "address-plan" ? `, ${counted(count, "address", "addresses")}` : ""}{problem === null ? "" : `: ${problem}`}
          </ListItem>
        ))}
      </List>
    </InlineAlert>
  );
}
