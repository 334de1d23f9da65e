"use client";
import { Checkbox, ExpandableSection, FormGroup, TextInput } from "@patternfly/react-core";
import { type ReactNode, useId } from "react";
import { Controller, type Control } from "react-hook-form";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import type { MessageDraft } from "./message-draft.ts";
import { anyValueTypes, compoundHelp } from "./typed-value.ts";
import { ValueRows } from "./ValueRows.tsx";
import styles from "./test-client.module.css";

type TextField = { [Key in keyof MessageDraft]: MessageDraft[Key] extends string ? Key : never }[keyof MessageDraft];

const header = [["priority", "Priority"], ["timeToLiveMs", "Time to live in ms"], ["deliveryCount", "Delivery count"]] as const satisfies readonly (readonly [TextField, string])[];

const properties = [
  ["messageId", "Message id", "a new UUID"],
  ["correlationId", "Correlation id"],
  ["replyTo", "Reply to"],
  ["to", "To"],
  ["userId", "User id"],
  ["contentType", "Content type"],
  ["contentEncoding", "Content encoding"],
  ["groupId", "Group id"],
  ["groupSequence", "Group sequence"],
  ["replyToGroupId", "Reply-to group id"],
  ["creationTime", "Creation time", "{{now}}"],
  ["absoluteExpiryTime", "Absolute expiry time"],
] as const satisfies readonly (readonly [TextField, string, string?])[];

/** Header, properties, annotations and footer that most messages do without. */
export function MoreFields({ control, children }: { control: Control<MessageDraft>; children?: ReactNode }) {
  return (
    <ExpandableSection toggleText="More: header, properties, annotations, footer, settling" isIndented className={styles.expandable}>
      {children}
      <p className={`${styles.subtle} ${styles.sectionName}`}>Header</p>
      <div className={styles.moreFields}>
        {header.map(([name, label]) => <Field key={name} control={control} name={name} label={label} />)}
        <Flag control={control} name="firstAcquirer" label="First acquirer" />
      </div>
      <p className={`${styles.subtle} ${styles.sectionName}`}>Properties</p>
      <div className={styles.moreFields}>
        {properties.map(([name, label, placeholder]) => <Field key={name} control={control} name={name} label={label} placeholder={placeholder} />)}
      </div>
      <div className={styles.sections}>
        <ValueRows control={control} name="annotations" label="Message annotations" noun="annotation" types={anyValueTypes} />
        <ValueRows control={control} name="deliveryAnnotations" label="Delivery annotations" noun="delivery annotation" types={anyValueTypes} />
        <ValueRows control={control} name="footer" label="Footer" noun="footer entry" types={anyValueTypes} />
        <p className={styles.subtle}>{compoundHelp}</p>
      </div>
    </ExpandableSection>
  );
}

function Field({ control, name, label, placeholder }: { control: Control<MessageDraft>; name: TextField; label: string; placeholder?: string | undefined }) {
  const id = useId();
  return (
    <FormGroup label={label} fieldId={id}>
      <Controller
        control={control}
        name={name}
        render={({ field, fieldState }) => (
          <>
            <TextInput id={id} {...field} placeholder={placeholder} validated={fieldState.invalid ? "error" : "default"} />
            <FieldHelp id={`${id}-help`} error={fieldState.error?.message} />
          </>
        )}
      />
    </FormGroup>
  );
}

/** A yes or no of the header. */
export function Flag({ control, name, label }: { control: Control<MessageDraft>; name: "durable" | "firstAcquirer"; label: string }) {
  const id = useId();
  return <Controller control={control} name={name} render={({ field }) => <Checkbox id={id} label={label} isChecked={field.value} onChange={(_event, isOn) => field.onChange(isOn)} />} />;
}
