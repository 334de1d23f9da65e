"use client";
import { Button, FormGroup, FormSelect, FormSelectOption, TextArea, ToggleGroup, ToggleGroupItem } from "@patternfly/react-core";
import { type ChangeEvent, useId, useRef, useState } from "react";
import { Controller, type UseFormReturn, useWatch } from "react-hook-form";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import { bodyFormatLabels, bodyFormats, formattedBody, maxBodyCharacters, type MessageDraft } from "./message-draft.ts";
import { type AnyValueType, anyValueTypeLabels, anyValueTypes, compoundHelp } from "./typed-value.ts";
import { variableHelp } from "./variables.ts";
import styles from "./test-client.module.css";

const maxFileBytes = (maxBodyCharacters / 4) * 3;
/** Browsers take seconds to break a very long line. */
const maxWrappedCharacters = 16 * 1024;
const isFormatted = new Set(["json", "value", "sequence"]);

function base64Of(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x80_00) text += String.fromCharCode(...bytes.subarray(at, at + 0x80_00));
  return btoa(text);
}

/** The body with its format: typed, formatted, or taken from a file. */
export function BodyField({ form, onSend }: { form: UseFormReturn<MessageDraft>; onSend: () => void }) {
  const id = useId();
  const { control, setValue, getValues } = form;
  const format = useWatch({ control, name: "format" });
  const file = useRef<HTMLInputElement>(null);
  const [fileFault, setFileFault] = useState<string>();
  const take = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    const chosen = target.files?.[0];
    target.value = "";
    if (chosen === undefined) return;
    if (chosen.size > maxFileBytes) return setFileFault(`${chosen.name} is larger than ${maxFileBytes / 1024 / 1024} MiB.`);
    setFileFault(undefined);
    const isText = format === "text" || format === "json" || format === "xml";
    const bytes = new Uint8Array(await chosen.arrayBuffer());
    if (!isText && format !== "base64") setValue("format", "base64");
    setValue("body", isText ? new TextDecoder().decode(bytes) : base64Of(bytes), { shouldDirty: true, shouldValidate: true });
  };
  return (
    <FormGroup
      label="Body"
      fieldId={id}
      labelInfo={
        <span className={styles.bodyTools}>
          {isFormatted.has(format) ? <Button variant="link" isInline onClick={() => setValue("body", formattedBody(format, getValues("body")), { shouldDirty: true, shouldValidate: true })}>Format</Button> : null}
          <Button variant="link" isInline onClick={() => file.current?.click()}>From a file</Button>
          <input ref={file} type="file" hidden aria-label="File for the body" onChange={(event) => void take(event)} />
        </span>
      }
    >
      <Controller
        control={control}
        name="format"
        render={({ field }) => (
          <ToggleGroup aria-label="Format of the body" isCompact className={styles.formats}>
            {bodyFormats.map((each) => (
              <ToggleGroupItem key={each} text={bodyFormatLabels[each]} isSelected={field.value === each} onChange={() => field.onChange(each)} />
            ))}
          </ToggleGroup>
        )}
      />
      {format === "value" ? (
        <Controller
          control={control}
          name="valueType"
          render={({ field }) => (
            <FormSelect {...field} aria-label="Type of the body" className={styles.valueType}>
              {anyValueTypes.map((each: AnyValueType) => (
                <FormSelectOption key={each} value={each} label={anyValueTypeLabels[each]} />
              ))}
            </FormSelect>
          )}
        />
      ) : null}
      <Controller
        control={control}
        name="body"
        render={({ field, fieldState }) => (
          <>
            <TextArea
              id={id}
              {...field}
              rows={3}
              resizeOrientation="vertical"
              spellCheck={false}
              wrap={field.value.length > maxWrappedCharacters ? "off" : "soft"}
              validated={fieldState.invalid ? "error" : "default"}
              onKeyDown={(event) => {
                if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) onSend();
              }}
            />
            <FieldHelp id={`${id}-help`} error={fileFault ?? fieldState.error?.message}>
              Ctrl+Enter sends. {format === "value" || format === "sequence" ? compoundHelp : variableHelp}
            </FieldHelp>
          </>
        )}
      />
    </FormGroup>
  );
}
