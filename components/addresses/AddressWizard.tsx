"use client";
import { PageSection, Title, Wizard, WizardStep } from "@patternfly/react-core";
import { zodResolver } from "@hookform/resolvers/zod";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type FieldPath, FormProvider, useForm, useWatch } from "react-hook-form";
import { addressFormSchema, type CreateAddressFields, type SpaceScope } from "#contracts/addresses/address.ts";
import type { PublicError } from "#contracts/errors.ts";
import { paths } from "#contracts/paths.ts";
import { useAskBeforeLeaving, useLeaveTo } from "#components/form/LeaveGuard.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import { NameAndTypeStep } from "./NameAndTypeStep.tsx";
import { OptionsStep } from "./OptionsStep.tsx";
import { PlanStep } from "./PlanStep.tsx";
import { ReviewStep } from "./ReviewStep.tsx";
import { WizardButtons } from "./WizardButtons.tsx";
import { WizardPage } from "./WizardPage.tsx";
import { type AddressDraft, isHalfFilled, keepDraft, readDraft, type WizardStepKey, wizardSteps } from "./address-draft.ts";
import { useCreateAddress } from "./use-create-address.ts";
import styles from "./wizard.module.css";

const fieldsOf: Record<WizardStepKey, (keyof CreateAddressFields)[]> = { name: ["name", "type", "topic"], plan: ["planId"], options: ["options"], review: ["name", "type", "topic", "planId", "options"] };

function fieldIn(error: PublicError): keyof CreateAddressFields | undefined {
  return fieldsOf.review.find((field) => field === error.field?.split(".")[0]);
}

function stepOf(field: keyof CreateAddressFields): number {
  return 1 + wizardSteps.findIndex((step) => fieldsOf[step].includes(field));
}

/** A topic that was chosen before another type was says nothing, and is there again when the type is. */
function withoutIdleTopic(values: CreateAddressFields): CreateAddressFields {
  return values.type === "subscription" ? values : { ...values, topic: "" };
}

/** Name and type, plan, options, review. Each Next asks the server by the same use-case as the final call. */
export function AddressWizard({ scope, initial }: { scope: SpaceScope; initial?: AddressDraft }) {
  const [draft] = useState(() => initial ?? readDraft(scope));
  const [stepNumber, setStepNumber] = useState(draft.step);
  const [reached, setReached] = useState(draft.step);
  const [isAsking, setIsAsking] = useState(false);
  const [problem, setProblem] = useState<PublicError>();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const leaveTo = useLeaveTo();
  const form = useForm<CreateAddressFields>({
    resolver: zodResolver(addressFormSchema),
    defaultValues: { type: draft.type, name: draft.name, topic: draft.topic, planId: draft.planId, options: draft.options },
    mode: "onTouched",
  });
  const fields = useWatch({ control: form.control }) as CreateAddressFields;
  const { type, name, topic, planId, options } = fields;
  const create = useCreateAddress(scope, () => form.reset());
  const isLeaving = create.isPending || create.isSuccess;
  useAskBeforeLeaving(isHalfFilled(fields) && !isLeaving ? "What you have filled in for the new address is dropped." : undefined);
  useEffect(() => {
    if (!isLeaving) keepDraft(scope, { type, name, topic, planId, options, begunFrom: draft.begunFrom, step: stepNumber });
  }, [scope, type, name, topic, planId, options, draft.begunFrom, stepNumber, isLeaving]);

  const go = (number: number) => {
    setProblem(undefined);
    setStepNumber(number);
    setReached((before) => Math.max(before, number));
  };
  const showError = (error: unknown) => {
    const refusal = toPublicError(error);
    const field = fieldIn(refusal);
    if (field === undefined) {
      setProblem(refusal);
      return;
    }
    setStepNumber(stepOf(field));
    form.setError((refusal.field ?? field) as FieldPath<CreateAddressFields>, { type: "server", message: refusal.message }, { shouldFocus: true });
  };
  /** Asks the server about everything up to this step; false when something stands against it, which is then shown. */
  const ask = async (step: WizardStepKey): Promise<boolean> => {
    if (!(await form.trigger(fieldsOf[step], { shouldFocus: true }))) return false;
    const values = withoutIdleTopic(form.getValues());
    setIsAsking(true);
    try {
      const question = { ...scope, ...values, planId: values.planId === "" ? undefined : values.planId, step };
      await queryClient.fetchQuery({ ...trpc.addresses.validate.queryOptions(question), staleTime: 0, retry: false });
      if (step === "name") await choosePlan(values);
      return true;
    } catch (error) {
      showError(error);
      return false;
    } finally {
      setIsAsking(false);
    }
  };
  /** The first plan that fits, unless one of this type was chosen before. */
  const choosePlan = async (values: CreateAddressFields) => {
    const choices = await queryClient.fetchQuery(trpc.plans.listChoices.queryOptions({ ...scope, type: values.type }));
    if (choices.some(({ id }) => id === values.planId)) return;
    form.setValue("planId", choices.find(({ refusal }) => refusal === null)?.id ?? "");
  };
  const next = async () => {
    setProblem(undefined);
    const step = wizardSteps[stepNumber - 1] ?? "name";
    if (step !== "review") {
      if (await ask(step)) go(stepNumber + 1);
      return;
    }
    if (!(await form.trigger())) {
      setStepNumber(stepOf(fieldsOf.review.find((field) => form.getFieldState(field).invalid) ?? "name"));
      return;
    }
    create.mutate({ ...scope, ...withoutIdleTopic(form.getValues()) }, { onError: showError });
  };
  const cancel = () => leaveTo(paths.addresses(scope.tenant, scope.space));

  const isBusy = isAsking || create.isPending || create.isSuccess;
  const page = (step: React.ReactNode) => (
    <WizardPage scope={scope} stepNumber={stepNumber} problem={problem} onNext={() => isBusy || void next()}>
      {step}
    </WizardPage>
  );
  return (
    <FormProvider {...form}>
      <PageSection hasBodyWrapper={false} className={styles.head}>
        <Title headingLevel="h1">Create address</Title>
      </PageSection>
      <PageSection hasBodyWrapper={false} type="wizard" aria-label="Wizard" className={styles.section} onKeyDown={(event) => event.key === "Escape" && !event.defaultPrevented && cancel()}>
        <Wizard
          key={stepNumber}
          startIndex={stepNumber}
          navAriaLabel="Steps"
          footer={<WizardButtons stepNumber={stepNumber} isBusy={isBusy} onBack={() => go(stepNumber - 1)} onCancel={cancel} />}
          onStepChange={(_event, to) => go(Number(to.id))}
          className={styles.wizard}
        >
          <WizardStep id={1} name="Name and type">{page(<NameAndTypeStep scope={scope} />)}</WizardStep>
          <WizardStep id={2} name="Plan" isDisabled={reached < 2}>{page(<PlanStep scope={scope} />)}</WizardStep>
          <WizardStep id={3} name="Options" isDisabled={reached < 3}>{page(<OptionsStep scope={scope} />)}</WizardStep>
          <WizardStep id={4} name="Review" isDisabled={reached < 4}>{page(<ReviewStep scope={scope} />)}</WizardStep>
        </Wizard>
      </PageSection>
    </FormProvider>
  );
}
