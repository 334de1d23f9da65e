"use client";
import { Button, FormGroup, FormSelect, FormSelectOption, TextInput } from "@patternfly/react-core";
import { PlusIcon, TimesIcon } from "@patternfly/react-icons";
import { Controller, useFieldArray, type Control } from "react-hook-form";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import type { MessageDraft } from "./message-draft.ts";
import { valueTypeLabels, valueTypes } from "./typed-value.ts";
import styles from "./test-client.module.css";

interface PropertyRowsProps {
  readonly control: Control<MessageDraft>;
  readonly name: "properties" | "annotations";
  readonly label: string;
  /** What one of them is called, as in *property 1*. */
  readonly noun: "property" | "annotation";
}

/** Names with typed values, to be added and removed. */
export function PropertyRows({ control, name, label, noun }: PropertyRowsProps) {
  const rows = useFieldArray({ control, name });
  return (
    <FormGroup role="group" label={label} fieldId={`message-${name}`}>
      {rows.fields.map((row, index) => (
        <PropertyRow key={row.id} control={control} path={`${name}.${index}`} noun={`${noun} ${index + 1}`} onRemove={() => rows.remove(index)} />
      ))}
      <Controller
        control={control}
        name={name}
        render={({ fieldState: { error } }) => <FieldHelp id={`message-${name}-help`} error={error?.message ?? (error as { root?: { message?: string } } | undefined)?.root?.message} />}
      />
      <Button variant="link" isInline icon={<PlusIcon />} onClick={() => rows.append({ name: "", type: "string", value: "" })}>
        Add {noun === "annotation" ? "an annotation" : "a property"}
      </Button>
    </FormGroup>
  );
}

interface PropertyRowProps {
  readonly control: Control<MessageDraft>;
  readonly path: `${"properties" | "annotations"}.${number}`;
  readonly noun: string;
  readonly onRemove: () => void;
}

function PropertyRow({ control, path, noun, onRemove }: PropertyRowProps) {
  return (
    <div className={styles.property} role="group" aria-label={noun[0]!.toUpperCase() + noun.slice(1)}>
      <Controller
        control={control}
        name={`${path}.name`}
        render={({ field, fieldState }) => (
          <div>
            <TextInput {...field} aria-label={`Name of ${noun}`} placeholder="name" validated={fieldState.invalid ? "error" : "default"} />
            <FieldHelp id={`${path}-name-help`} error={fieldState.error?.message} />
          </div>
        )}
      />
      <Controller
        control={control}
        name={`${path}.type`}
        render={({ field }) => (
          <FormSelect {...field} aria-label={`Type of ${noun}`}>
            {valueTypes.map((each) => (
              <FormSelectOption key={each} value={each} label={valueTypeLabels[each]} />
            ))}
          </FormSelect>
        )}
      />
      <Controller
        control={control}
        name={`${path}.value`}
        render={({ field, fieldState }) => (
          <div>
            <TextInput {...field} aria-label={`Value of ${noun}`} placeholder="value" validated={fieldState.invalid ? "error" : "default"} />
            <FieldHelp id={`${path}-value-help`} error={fieldState.error?.message} />
          </div>
        )}
      />
      <Button variant="plain" icon={<TimesIcon />} aria-label={`Remove ${noun}`} onClick={onRemove} />
    </div>
  );
}
