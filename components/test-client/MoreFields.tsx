"use client";
import { ExpandableSection, FormGroup, TextInput } from "@patternfly/react-core";
import { Controller, type Control } from "react-hook-form";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import type { MessageDraft } from "./message-draft.ts";
import { PropertyRows } from "./PropertyRows.tsx";
import styles from "./test-client.module.css";

const fields = [
  ["to", "To"],
  ["replyTo", "Reply to"],
  ["correlationId", "Correlation id"],
  ["contentType", "Content type"],
  ["groupId", "Group id"],
  ["priority", "Priority"],
  ["timeToLiveMs", "Time to live in ms"],
] as const satisfies readonly (readonly [keyof MessageDraft, string])[];

/** Header, properties and annotations that most messages do without. */
export function MoreFields({ control }: { control: Control<MessageDraft> }) {
  return (
    <ExpandableSection toggleText="More fields" isIndented>
      <div className={styles.moreFields}>
        {fields.map(([name, label]) => (
          <FormGroup key={name} label={label} fieldId={`message-${name}`}>
            <Controller
              control={control}
              name={name}
              render={({ field, fieldState }) => (
                <>
                  <TextInput id={`message-${name}`} {...field} validated={fieldState.invalid ? "error" : "default"} />
                  <FieldHelp id={`message-${name}-help`} error={fieldState.error?.message} />
                </>
              )}
            />
          </FormGroup>
        ))}
      </div>
      <PropertyRows control={control} name="annotations" label="Message annotations" noun="annotation" />
    </ExpandableSection>
  );
}
