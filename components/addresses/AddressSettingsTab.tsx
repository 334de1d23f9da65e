"use client";
import { Button, Form, FormGroup, FormSelect, FormSelectOption, Skeleton } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { FormProvider, useForm, useWatch } from "react-hook-form";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import type { AddressOptions } from "#contracts/addresses/address-options.ts";
import type { PublicError } from "#contracts/errors.ts";
import { refusalOf } from "#contracts/phases.ts";
import { refusalsOfOptions } from "#contracts/plans/address-limits.ts";
import { ReasonedButton } from "#components/feedback/ReasonedButton.tsx";
import { useAskBeforeLeaving } from "#components/form/LeaveGuard.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { useMissingPermission } from "#components/frame/use-session.ts";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import { AddressDiffDialog } from "./AddressDiffDialog.tsx";
import { OptionsFields } from "./OptionsFields.tsx";
import { useAddress } from "./use-address.ts";
import { useUpdateAddress } from "./use-update-address.ts";
import styles from "./address.module.css";

interface Fields {
  planId: string;
  options: AddressOptions;
}

/** Plan and options of the address; what would change is shown before it is saved. */
export function AddressSettingsTab() {
  const scope = useSpaceScope();
  const address = useAddress();
  const choices = useQuery(useTRPC().plans.listChoices.queryOptions({ ...scope, type: address.type }));
  const [problem, setProblem] = useState<PublicError>();
  const [asked, setAsked] = useState<Fields>();
  // The state that the form began with: what somebody else saves meanwhile must not be overwritten unseen.
  const [base, setBase] = useState(address);
  const form = useForm<Fields>({ defaultValues: { planId: address.planId, options: address.options } });
  const fields = useWatch({ control: form.control }) as Fields;
  const missing = useMissingPermission("address:update") ?? refusalOf("update", address.phase);
  const begin = (from: typeof address) => {
    setBase(from);
    setProblem(undefined);
    form.reset({ planId: from.planId, options: from.options });
  };
  const update = useUpdateAddress(scope, (after) => {
    setAsked(undefined);
    begin({ ...address, ...after });
  });
  const plans = [base.plan, ...(choices.data ?? []).filter(({ id }) => id !== base.planId)];
  const plan = plans.find(({ id }) => id === fields.planId) ?? base.plan;
  const isChanged = fields.planId !== base.planId || JSON.stringify(fields.options) !== JSON.stringify(base.options);
  useAskBeforeLeaving(isChanged ? "The changes that you have not saved are dropped." : undefined);
  const showChanges = (values: Fields) => {
    setProblem(undefined);
    const unreadable = (["timeToLiveMs", "deliveryAttempts", "consumers"] as const).filter((key) => Number.isNaN(values.options[key]));
    if (unreadable.length > 0) return;
    const refusals = Object.entries(refusalsOfOptions(plan, values.options));
    for (const [key, message] of refusals) form.setError(`options.${key as keyof AddressOptions}`, { type: "plan", message }, { shouldFocus: true });
    if (refusals.length === 0) setAsked(values);
  };
  const save = () => {
    if (asked === undefined) return;
    update.mutate(
      { ...scope, name: address.name, ...asked, generation: base.generation },
      {
        onError: (error) => {
          setAsked(undefined);
          setProblem(toPublicError(error));
        },
      },
    );
  };
  if (choices.data === undefined && !choices.isError) return <Skeleton height="16rem" />;
  return (
    <FormProvider {...form}>
      <Form className={styles.settings} noValidate aria-label="Settings" onSubmit={(event) => void form.handleSubmit(showChanges)(event)}>
        {problem === undefined ? null : (
          <InlineAlert variant="danger" title="It was not saved" actionLinks={problem.code === "conflict" ? <Button variant="link" isInline onClick={() => begin(address)}>Show it as it is now</Button> : undefined}>
            {problem.message}
          </InlineAlert>
        )}
        {address.generation !== base.generation && problem === undefined && !update.isPending ? (
          <InlineAlert variant="warning" title="Somebody else has changed this address" actionLinks={<Button variant="link" isInline onClick={() => begin(address)}>Show it as it is now</Button>} />
        ) : null}
        <FormGroup label="Plan" fieldId="settings-plan">
          <FormSelect id="settings-plan" value={fields.planId} onChange={(_event, planId) => { form.clearErrors(); form.setValue("planId", planId); }}>
            {plans.map((each) => (
              <FormSelectOption key={each.id} value={each.id} label={each.name} />
            ))}
          </FormSelect>
        </FormGroup>
        <OptionsFields key={`${base.generation}-${plan.id}`} plan={plan} />
        <div className={styles.actions}>
          <ReasonedButton variant="primary" type="submit" reason={missing ?? (isChanged ? undefined : "Nothing has been changed yet.")}>Review changes</ReasonedButton>
          <Button variant="link" isDisabled={!isChanged} onClick={() => begin(address)}>Undo</Button>
        </div>
      </Form>
      {asked === undefined ? null : (
        <AddressDiffDialog before={base} after={{ ...base, options: asked.options, planId: plan.id, plan }} isSaving={update.isPending} onSave={save} onClose={() => setAsked(undefined)} />
      )}
    </FormProvider>
  );
}
