"use client";
import { ExpandableSection } from "@patternfly/react-core";
import { type FormEvent, type ReactNode, useEffect, useRef } from "react";
import { useFormState } from "react-hook-form";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import type { CreateAddressFields, SpaceScope } from "#contracts/addresses/address.ts";
import type { PublicError } from "#contracts/errors.ts";
import { counted } from "#components/feedback/format.ts";
import { useIsNarrow } from "#components/frame/use-is-narrow.ts";
import { wizardSteps } from "./address-draft.ts";
import { AddressSummary } from "./AddressSummary.tsx";
import styles from "./wizard.module.css";

interface WizardPageProps {
  readonly scope: SpaceScope;
  readonly stepNumber: number;
  readonly problem: PublicError | undefined;
  readonly onNext: () => void;
  readonly children: ReactNode;
}

/** One step: errors counted on top, the step's form, and the live summary beside it. */
export function WizardPage({ scope, stepNumber, problem, onNext, children }: WizardPageProps) {
  const { errors } = useFormState<CreateAddressFields>();
  const isNarrow = useIsNarrow();
  const count = Object.keys(errors).length;
  const stepRef = useRef<HTMLFormElement>(null);
  // A step that was gone to takes the focus, so that the keyboard and screen readers begin at its first field.
  useEffect(() => {
    const form = stepRef.current;
    const first = form?.querySelector<HTMLElement>("input:checked, input:not([type=radio])") ?? form?.querySelector<HTMLElement>("input");
    (first ?? form)?.focus({ preventScroll: true });
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onNext();
  };
  const summary = <AddressSummary scope={scope} />;
  return (
    <div className={styles.page}>
      <form ref={stepRef} id="address-step" className={`pf-v6-c-form ${styles.step}`} onSubmit={submit} noValidate tabIndex={-1} aria-label={`Step ${stepNumber} of ${wizardSteps.length}`}>
        {problem === undefined ? null : (
          <InlineAlert variant="danger" title={problem.code === "quota-exceeded" ? "This does not fit the quota" : "That did not work"} className={styles.alert}>
            {problem.message}
          </InlineAlert>
        )}
        {count === 0 ? null : <InlineAlert variant="danger" title={`${counted(count, "field")} to correct`} className={styles.alert} />}
        {children}
      </form>
      {isNarrow ? (
        <ExpandableSection toggleText="Summary" className={styles.summary}>{summary}</ExpandableSection>
      ) : (
        <aside className={styles.summary} aria-label="Summary">{summary}</aside>
      )}
    </div>
  );
}
