"use client";
import { Button, Form, FormGroup, FormSelect, FormSelectOption, Modal, ModalBody, ModalFooter, ModalHeader, TextInput } from "@patternfly/react-core";
import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useController, useForm, useWatch } from "react-hook-form";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { addressTypeDescriptions } from "#contracts/addresses/type-descriptions.ts";
import { type AutoCreateRule, type AutoCreateRuleFields, autoCreateRuleFields, autoCreateTypes } from "#contracts/auto-create-rules/auto-create-rule.ts";
import { durationText, parseDuration } from "#components/feedback/duration.ts";
import { useToast } from "#components/feedback/ToastProvider.tsx";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { limitsOf } from "#components/plans/limit-words.ts";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";

const minuteMs = 60_000;

/** Adds a rule, or changes one. */
export function RuleDialog({ rule, onClose }: { rule?: AutoCreateRule; onClose: () => void }) {
  const scope = useSpaceScope();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toast = useToast();
  const plans = useQuery(trpc.plans.list.queryOptions(scope));
  const { control, handleSubmit, setError, setValue } = useForm<AutoCreateRuleFields>({
    resolver: zodResolver(autoCreateRuleFields),
    defaultValues: rule === undefined ? { pattern: "", type: "queue", planId: "", deleteUnusedMinutes: null } : { pattern: rule.pattern, type: rule.type, planId: rule.planId, deleteUnusedMinutes: rule.deleteUnusedMinutes },
    mode: "onTouched",
  });
  const pattern = useController({ control, name: "pattern" });
  const type = useController({ control, name: "type" });
  const plan = useController({ control, name: "planId" });
  const unused = useController({ control, name: "deleteUnusedMinutes" });
  const [unusedText, setUnusedText] = useState(rule?.deleteUnusedMinutes ? durationText(rule.deleteUnusedMinutes * minuteMs) : "");
  const chosenType = useWatch({ control, name: "type" });
  const offered = (plans.data ?? []).filter((each) => each.type === chosenType);
  const chosenPlan = offered.find(({ id }) => id === plan.field.value);
  const options = {
    onSuccess: async (saved: { pattern: string }) => {
      await queryClient.invalidateQueries({ queryKey: trpc.autoCreateRules.list.queryKey(scope) });
      toast({ variant: "success", title: rule === undefined ? `Programs can ask for ${saved.pattern} now` : `The rule for ${saved.pattern} is changed` });
      onClose();
    },
    onError: (error: unknown) => {
      const { field, message } = toPublicError(error);
      if (field === "pattern" || field === "type" || field === "planId" || field === "deleteUnusedMinutes") setError(field, { type: "server", message }, { shouldFocus: true });
    },
  };
  const create = useMutation(trpc.autoCreateRules.create.mutationOptions(options));
  const update = useMutation(trpc.autoCreateRules.update.mutationOptions(options));
  const call = rule === undefined ? create : update;
  const refusal = call.isError ? toPublicError(call.error) : undefined;
  const submit = (fields: AutoCreateRuleFields) => (rule === undefined ? create.mutate({ ...scope, ...fields }) : update.mutate({ ...scope, id: rule.id, ...fields }));
  const readUnused = (text: string) => {
    setUnusedText(text);
    const milliseconds = parseDuration(text);
    // What cannot be read is no whole number either, so the field says what is wrong.
    unused.field.onChange(text.trim() === "" ? null : milliseconds === undefined ? Number.NaN : milliseconds / minuteMs);
  };
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="rule-title">
      <ModalHeader title={rule === undefined ? "Add a rule" : `Change the rule for ${rule.pattern}`} labelId="rule-title" description="An address is made when a program attaches to a name that the rule covers." />
      <ModalBody>
        <Form id="rule" noValidate onSubmit={(event) => void handleSubmit(submit)(event)}>
          {refusal !== undefined && refusal.field === undefined ? <InlineAlert variant="danger" title="It was not saved">{refusal.message}</InlineAlert> : null}
          <FormGroup label="Names" isRequired fieldId="rule-pattern">
            <TextInput id="rule-pattern" {...pattern.field} isRequired autoFocus autoComplete="off" spellCheck={false} placeholder="jms.*" validated={pattern.fieldState.invalid ? "error" : "default"} aria-describedby="rule-pattern-help" />
            <FieldHelp id="rule-pattern-help" error={pattern.fieldState.error?.message}>A name, or the start of one followed by *. / and . mean the same.</FieldHelp>
          </FormGroup>
          <FormGroup label="Type" isRequired fieldId="rule-type">
            <FormSelect
              id="rule-type"
              value={type.field.value}
              onBlur={type.field.onBlur}
              onChange={(_event, value) => {
                type.field.onChange(value);
                setValue("planId", "");
              }}
              aria-describedby="rule-type-help"
            >
              {autoCreateTypes.map((each) => <FormSelectOption key={each} value={each} label={addressTypeDescriptions[each].title} />)}
            </FormSelect>
            <FieldHelp id="rule-type-help" error={type.fieldState.error?.message}>{addressTypeDescriptions[chosenType].sentence}</FieldHelp>
          </FormGroup>
          <FormGroup label="Plan" isRequired fieldId="rule-plan">
            <FormSelect id="rule-plan" value={plan.field.value} onBlur={plan.field.onBlur} onChange={(_event, value) => plan.field.onChange(value)} validated={plan.fieldState.invalid ? "error" : "default"} aria-describedby="rule-plan-help">
              <FormSelectOption value="" label={plans.isPending ? "Loading plans" : "Choose a plan"} isPlaceholder />
              {offered.map(({ id, name }) => <FormSelectOption key={id} value={id} label={name} />)}
              {rule !== undefined && rule.type === chosenType && plans.isSuccess && !offered.some(({ id }) => id === rule.planId) ? <FormSelectOption value={rule.planId} label={`${rule.planName} (no longer offered)`} isDisabled /> : null}
            </FormSelect>
            <FieldHelp id="rule-plan-help" error={plan.fieldState.error?.message ?? (plans.isError ? toPublicError(plans.error).message : undefined)}>
              {chosenPlan === undefined ? "Each address takes from the quota of the space." : limitsOf(chosenPlan).map(({ label, value }) => `${label}: ${value}`).join("; ")}
            </FieldHelp>
          </FormGroup>
          <FormGroup label="Delete again when unused for" fieldId="rule-unused">
            <TextInput id="rule-unused" value={unusedText} onBlur={unused.field.onBlur} onChange={(_event, text) => readUnused(text)} placeholder="never" autoComplete="off" validated={unused.fieldState.invalid ? "error" : "default"} aria-describedby="rule-unused-help" />
            <FieldHelp id="rule-unused-help" error={unused.fieldState.error?.message}>For example 30 minutes, 2 hours, 7 days. Unused is an address without links, without messages and without dead letters.</FieldHelp>
          </FormGroup>
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" type="submit" form="rule" isLoading={call.isPending} isDisabled={call.isPending}>{rule === undefined ? "Add rule" : "Save"}</Button>
        <Button variant="link" onClick={onClose}>Cancel</Button>
      </ModalFooter>
    </Modal>
  );
}
