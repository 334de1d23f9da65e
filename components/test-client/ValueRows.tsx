"use client";
import { Button, FormGroup, FormSelect, FormSelectOption, TextInput } from "@patternfly/react-core";
import { PlusIcon, TimesIcon } from "@patternfly/react-icons";
import { useId } from "react";
import { Controller, useFieldArray, type Control } from "react-hook-form";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import type { MessageDraft } from "./message-draft.ts";
import { type AnyValueType, anyValueTypeLabels } from "./typed-value.ts";
import styles from "./test-client.module.css";

type RowsName = "properties" | "annotations" | "deliveryAnnotations" | "footer";

interface ValueRowsProps {
  readonly control: Control<MessageDraft>;
  readonly name: RowsName;
  readonly label: string;
  /** What one of them is called, as in *property 1*. */
  readonly noun: string;
  readonly types: readonly AnyValueType[];
}

/** Names with typed values, to be added and removed. */
export function ValueRows({ control, name, label, noun, types }: ValueRowsProps) {
  const id = useId();
  const rows = useFieldArray({ control, name });
  return (
    <FormGroup role="group" label={label} fieldId={id}>
      {rows.fields.map((row, index) => (
        <ValueRow key={row.id} control={control} path={`${name}.${index}`} noun={`${noun} ${index + 1}`} types={types} onRemove={() => rows.remove(index)} />
      ))}
      <Controller
        control={control}
        name={name}
        render={({ fieldState: { error } }) => <FieldHelp id={`${id}-help`} error={error?.message ?? (error as { root?: { message?: string } } | undefined)?.root?.message} />}
      />
      <Button variant="link" isInline icon={<PlusIcon />} onClick={() => rows.append({ name: "", type: "string", value: "" })}>
        Add {/^[aeiou]/.test(noun) ? "an" : "a"} {noun}
      </Button>
    </FormGroup>
  );
}

interface ValueRowProps {
  readonly control: Control<MessageDraft>;
  readonly path: `${RowsName}.${number}`;
  readonly noun: string;
  readonly types: readonly AnyValueType[];
  readonly onRemove: () => void;
}

function ValueRow({ control, path, noun, types, onRemove }: ValueRowProps) {
  const id = useId();
  return (
    <div className={styles.property} role="group" aria-label={noun[0]!.toUpperCase() + noun.slice(1)}>
      <Controller
        control={control}
        name={`${path}.name`}
        render={({ field, fieldState }) => (
          <div>
            <TextInput {...field} aria-label={`Name of ${noun}`} placeholder="name" validated={fieldState.invalid ? "error" : "default"} />
            <FieldHelp id={`${id}-name-help`} error={fieldState.error?.message} />
          </div>
        )}
      />
      <Controller
        control={control}
        name={`${path}.type`}
        render={({ field }) => (
          <FormSelect {...field} aria-label={`Type of ${noun}`}>
            {types.map((each) => (
              <FormSelectOption key={each} value={each} label={anyValueTypeLabels[each]} />
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
            <FieldHelp id={`${id}-value-help`} error={fieldState.error?.message} />
          </div>
        )}
      />
      <Button variant="plain" icon={<TimesIcon />} aria-label={`Remove ${noun}`} onClick={onRemove} />
    </div>
  );
}
