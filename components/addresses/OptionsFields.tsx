"use client";
import { Checkbox, FormGroup, TextInput } from "@patternfly/react-core";
import { useState } from "react";
import { type FieldPath, type FieldValues, useController, useFormContext } from "react-hook-form";
import type { AddressOptions } from "#contracts/addresses/address-options.ts";
import { optionsOf } from "#contracts/plans/address-limits.ts";
import type { AddressPlan } from "#contracts/plans/plan.ts";
import { formatDuration, formatExact } from "#components/feedback/format.ts";
import { durationText, parseDuration } from "#components/feedback/duration.ts";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import styles from "./wizard.module.css";

interface OptionsForm extends FieldValues {
  options: AddressOptions;
}

/** What an address can narrow of its plan; an empty field shows what holds then, and says where it comes from. */
export function OptionsFields({ plan }: { plan: AddressPlan }) {
  const shown = optionsOf(plan.type);
  return (
    <div className={styles.options}>
      {shown.includes("timeToLiveMs") ? (
        <OptionText
          name="options.timeToLiveMs"
          label="Time to live"
          placeholder={plan.maxTimeToLiveMs === null ? "as the sender says" : durationText(plan.maxTimeToLiveMs)}
          help="Messages that nobody took in this time expire. For example 90s, 15m, 2h, 7d."
          inherited={plan.maxTimeToLiveMs === null ? `no limit, from the plan ${plan.name}` : `${formatDuration(plan.maxTimeToLiveMs)}, from the plan ${plan.name}, which is also the most`}
          toText={durationText}
          toValue={parseDuration}
          unreadable="Write a number and a unit, such as 90s, 15m, 2h or 7d."
        />
      ) : null}
      {shown.includes("deliveryAttempts") ? (
        <OptionText
          name="options.deliveryAttempts"
          label="Delivery attempts"
          placeholder={plan.maxDeliveryAttempts === null ? "no limit" : String(plan.maxDeliveryAttempts)}
          help="How often a message is offered before it counts as undeliverable."
          inherited={plan.maxDeliveryAttempts === null ? `no limit, from the plan ${plan.name}` : `${formatExact(plan.maxDeliveryAttempts)}, from the plan ${plan.name}, which is also the most`}
          {...wholeNumber}
        />
      ) : null}
      {shown.includes("consumers") ? (
        <OptionText
          name="options.consumers"
          label="Consumers at the same time"
          placeholder={String(plan.maxConsumers)}
          help="1 makes an exclusive consumer."
          inherited={`${formatExact(plan.maxConsumers)}, from the plan ${plan.name}, which is also the most`}
          {...wholeNumber}
        />
      ) : null}
      {shown.includes("keepsDeadLetters") ? <DeadLettersOption /> : null}
    </div>
  );
}

const wholeNumber = {
  toText: String,
  toValue: (text: string) => (/^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined),
  unreadable: "Write a whole number, or leave it empty.",
};

interface OptionTextProps {
  readonly name: FieldPath<OptionsForm>;
  readonly label: string;
  readonly placeholder: string;
  readonly help: string;
  readonly inherited: string;
  readonly unreadable: string;
  readonly toText: (value: number) => string;
  readonly toValue: (text: string) => number | undefined;
}

function OptionText({ name, label, placeholder, help, inherited, unreadable, toText, toValue }: OptionTextProps) {
  const { control } = useFormContext<OptionsForm>();
  const { field: { ref, value: held, onBlur, onChange }, fieldState } = useController({ control, name });
  const value = held as number | null;
  const [text, setText] = useState(() => (value === null || Number.isNaN(value) ? "" : toText(value)));
  const id = name.replace(".", "-");
  const isUnreadable = text.trim() !== "" && toValue(text) === undefined;
  const error = isUnreadable ? unreadable : fieldState.error?.message;
  return (
    <FormGroup label={label} fieldId={id}>
      <TextInput
        id={id}
        ref={ref}
        value={text}
        placeholder={placeholder}
        autoComplete="off"
        validated={error === undefined ? "default" : "error"}
        aria-describedby={`${id}-help`}
        onBlur={onBlur}
        onChange={(_event, typed) => {
          setText(typed);
          // What cannot be read is kept as no number, so that the form's schema refuses it.
          onChange(typed.trim() === "" ? null : (toValue(typed) ?? Number.NaN));
        }}
      />
      <FieldHelp id={`${id}-help`} error={error}>
        {help} Empty means {inherited}.
      </FieldHelp>
    </FormGroup>
  );
}

function DeadLettersOption() {
  const { control } = useFormContext<OptionsForm>();
  const { field: { ref, value, onBlur, onChange } } = useController({ control, name: "options.keepsDeadLetters" });
  return (
    <Checkbox
      id="options-keepsDeadLetters"
      ref={ref}
      isChecked={value !== false}
      onChange={(_event, isChecked) => onChange(isChecked ? null : false)}
      onBlur={onBlur}
      label="Keep undeliverable messages as dead letters"
      description="Kept apart until somebody looks at them. Otherwise they are dropped after the last attempt."
    />
  );
}
