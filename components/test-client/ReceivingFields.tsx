"use client";
import { Button, Checkbox, ExpandableSection, FormGroup, FormSelect, FormSelectOption, NumberInput, TextInput } from "@patternfly/react-core";
import { PlusIcon, TimesIcon } from "@patternfly/react-icons";
import { useId } from "react";
import { type AddressType, isStored } from "#contracts/addresses/address-type.ts";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import { maxCredit, type Outcome, outcomes, type ReceivingOptions } from "./receiving.ts";
import { type AnyValueType, anyValueTypeLabels, anyValueTypes, faultOfAnyValue } from "./typed-value.ts";
import styles from "./test-client.module.css";

interface ReceivingFieldsProps {
  readonly type: AddressType;
  readonly options: ReceivingOptions;
  /** What concerns the attach cannot be changed while the receiver is on. */
  readonly isOn: boolean;
  readonly onChange: (options: ReceivingOptions) => void;
  readonly onUnsubscribe: () => void;
}

const outcomeWords: Record<Outcome, string> = { accepted: "Accept it", released: "Release it", modified: "Modify it", rejected: "Reject it" };

/** How the link attaches, and what is said with each decision. */
export function ReceivingFields({ type, options, isOn, onChange, onUnsubscribe }: ReceivingFieldsProps) {
  const id = useId();
  const set = (change: Partial<ReceivingOptions>) => onChange({ ...options, ...change });
  const bounded = (value: number) => set({ credit: Math.min(maxCredit, Math.max(1, Math.round(value) || 1)) });
  return (
    <>
      <div className={styles.creditFields}>
        <FormGroup label="Credit" fieldId={`${id}-credit`}>
          <NumberInput
            value={options.credit} min={1} max={maxCredit} widthChars={4} isDisabled={isOn && !options.isManualCredit && options.mode !== "browse"} inputProps={{ id: `${id}-credit` }}
            inputAriaLabel="Credit: messages taken at a time" minusBtnAriaLabel="Less credit" plusBtnAriaLabel="More credit"
            onMinus={() => bounded(options.credit - 1)} onPlus={() => bounded(options.credit + 1)} onChange={(event) => bounded(Number(event.currentTarget.value))}
          />
        </FormGroup>
        {isStored(type) ? (
          <FormGroup label="Selector" fieldId={`${id}-selector`}>
            <TextInput id={`${id}-selector`} value={options.selector} isDisabled={isOn} maxLength={1_000} placeholder="colour = 'red' AND weight > 10" spellCheck={false} onChange={(_event, selector) => set({ selector })} />
          </FormGroup>
        ) : null}
      </div>
      {type === "topic" ? <SubscriptionFields options={options} isOn={isOn} onChange={set} onUnsubscribe={onUnsubscribe} /> : null}
      <ExpandableSection toggleText="More options: credit, settling, what a decision says" isIndented className={styles.expandable}>
        <div className={styles.sections}>
          <Checkbox id={`${id}-manual`} label="Give credit by hand" description="Nothing is topped up; you say when more may come." isChecked={options.isManualCredit} isDisabled={isOn || options.mode === "browse"} onChange={(_event, isManualCredit) => set({ isManualCredit })} />
          <div className={styles.wideFields}>
            {options.mode === "automatic" ? (
              <Choice label="By itself" value={options.outcome} isDisabled={isOn} choices={outcomes.map((each) => [each, outcomeWords[each]])} onChange={(outcome) => set({ outcome })} />
            ) : null}
            <Choice label="Sender settles" value={options.senderSettles} isDisabled={isOn} choices={[["mixed", "As it likes"], ["unsettled", "After an outcome"], ["settled", "At once"]]} onChange={(senderSettles) => set({ senderSettles })} />
            <Choice label="Receiver settles" value={options.receiverSettles} isDisabled={isOn} choices={[["first", "First"], ["second", "Second, after the sender"]]} onChange={(receiverSettles) => set({ receiverSettles })} />
          </div>
          <div className={styles.wideFields}>
            <FormGroup label="Condition of a rejection" fieldId={`${id}-condition`}>
              <TextInput id={`${id}-condition`} value={options.condition} maxLength={200} spellCheck={false} onChange={(_event, condition) => set({ condition })} />
            </FormGroup>
            <FormGroup label="Reason of a rejection" fieldId={`${id}-reason`}>
              <TextInput id={`${id}-reason`} value={options.reason} maxLength={500} onChange={(_event, reason) => set({ reason })} />
            </FormGroup>
          </div>
          <FormGroup role="group" label="A modified message" fieldId={`${id}-modified`}>
            <Checkbox id={`${id}-failed`} label="Delivery failed: it counts as an attempt" isChecked={options.deliveryFailed} onChange={(_event, deliveryFailed) => set({ deliveryFailed })} />
            <Checkbox id={`${id}-here`} label="Undeliverable here: not to this receiver again" isChecked={options.undeliverableHere} onChange={(_event, undeliverableHere) => set({ undeliverableHere })} />
          </FormGroup>
          <Annotations options={options} onChange={set} />
        </div>
      </ExpandableSection>
    </>
  );
}

function SubscriptionFields({ options, isOn, onChange, onUnsubscribe }: Pick<ReceivingFieldsProps, "options" | "isOn" | "onUnsubscribe"> & { onChange: (change: Partial<ReceivingOptions>) => void }) {
  const id = useId();
  return (
    <div className={styles.repeat}>
      <FormGroup label="Subscription name" fieldId={`${id}-name`}>
        <TextInput id={`${id}-name`} value={options.subscription} isDisabled={isOn} maxLength={200} placeholder="none: only while receiving" spellCheck={false} onChange={(_event, subscription) => onChange({ subscription: subscription.trim() })} />
        <FieldHelp id={`${id}-help`} error={undefined}>With a name it keeps messages while nobody receives.</FieldHelp>
      </FormGroup>
      <div>
        <Checkbox id={`${id}-shared`} label="Shared with other receivers" isChecked={options.isShared} isDisabled={isOn || options.subscription === ""} onChange={(_event, isShared) => onChange({ isShared })} />
        {isOn && options.subscription !== "" ? <Button variant="link" isInline isDanger onClick={onUnsubscribe}>Unsubscribe and stop</Button> : null}
      </div>
    </div>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly isDisabled: boolean;
  readonly choices: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
}

function Choice<T extends string>({ label, value, isDisabled, choices, onChange }: ChoiceProps<T>) {
  const id = useId();
  return (
    <FormGroup label={label} fieldId={id}>
      <FormSelect id={id} value={value} isDisabled={isDisabled} onChange={(_event, chosen) => onChange(choices.find(([each]) => each === chosen)?.[0] ?? value)}>
        {choices.map(([each, words]) => (
          <FormSelectOption key={each} value={each} label={words} />
        ))}
      </FormSelect>
    </FormGroup>
  );
}

function Annotations({ options, onChange }: { options: ReceivingOptions; onChange: (change: Partial<ReceivingOptions>) => void }) {
  const { annotations } = options;
  const change = (index: number, part: Partial<ReceivingOptions["annotations"][number]>) => onChange({ annotations: annotations.map((each, at) => (at === index ? { ...each, ...part } : each)) });
  return (
    <FormGroup role="group" label="Annotations of a modified message" fieldId="modified-annotations">
      {annotations.map(({ name, type, value }, index) => {
        const fault = faultOfAnyValue(type, value);
        return (
          // oxlint-disable-next-line react/no-array-index-key
          <div key={index} className={styles.property} role="group" aria-label={`Annotation ${index + 1}`}>
            <TextInput aria-label={`Name of annotation ${index + 1}`} placeholder="x-opt-…" value={name} validated={name === "" ? "error" : "default"} onChange={(_event, text) => change(index, { name: text })} />
            <FormSelect aria-label={`Type of annotation ${index + 1}`} value={type} onChange={(_event, chosen) => change(index, { type: chosen as AnyValueType })}>
              {anyValueTypes.map((each) => (
                <FormSelectOption key={each} value={each} label={anyValueTypeLabels[each]} />
              ))}
            </FormSelect>
            <div>
              <TextInput aria-label={`Value of annotation ${index + 1}`} placeholder="value" value={value} validated={fault === undefined ? "default" : "error"} onChange={(_event, text) => change(index, { value: text })} />
              <FieldHelp id={`modified-annotation-${index}`} error={fault} />
            </div>
            <Button variant="plain" icon={<TimesIcon />} aria-label={`Remove annotation ${index + 1}`} onClick={() => onChange({ annotations: annotations.filter((_each, at) => at !== index) })} />
          </div>
        );
      })}
      <Button variant="link" isInline icon={<PlusIcon />} onClick={() => onChange({ annotations: [...annotations, { name: "", type: "string", value: "" }] })}>Add an annotation</Button>
    </FormGroup>
  );
}
