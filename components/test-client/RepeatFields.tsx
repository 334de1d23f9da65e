"use client";
import { Button, FormGroup, TextInput } from "@patternfly/react-core";
import { type ChangeEvent, useId, useRef, useState } from "react";
import { counted } from "#components/feedback/format.ts";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import { FileFault, linesOfFile, maxFileBytes } from "./lines-of-file.ts";
import { maxCount, maxDurationSeconds, maxPerSecond, type Repetition } from "./send-run.ts";
import type { FileLine } from "./variables.ts";
import styles from "./test-client.module.css";

/** How often to send, as it is typed. */
export interface RepeatDraft {
  /** Empty for no end by number. */
  readonly count: string;
  /** Empty for as fast as the messages are taken. */
  readonly perSecond: string;
  /** Empty for no end by time. */
  readonly seconds: string;
}

export interface ChosenFile {
  readonly name: string;
  readonly lines: readonly FileLine[];
}

export const onceTyped: RepeatDraft = { count: "1", perSecond: "", seconds: "" };

function whole(text: string, most: number): number | null | undefined {
  if (text === "") return null;
  return /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= most ? Number(text) : undefined;
}

/** @returns undefined when it cannot be understood; the fields say why */
export function repetitionOf({ count, perSecond, seconds }: RepeatDraft, file: ChosenFile | undefined): Repetition | undefined {
  const [times, rate, duration] = [whole(count, maxCount), whole(perSecond, maxPerSecond), whole(seconds, maxDurationSeconds)];
  if (times === undefined || rate === undefined || duration === undefined) return undefined;
  if (file !== undefined) return { count: null, perSecond: rate, durationSeconds: duration, lines: file.lines };
  return times === null && duration === null ? undefined : { count: times, perSecond: rate, durationSeconds: duration };
}

interface RepeatFieldsProps {
  readonly value: RepeatDraft;
  readonly file: ChosenFile | undefined;
  readonly onChange: (value: RepeatDraft) => void;
  /** Absent where messages cannot come from a file. */
  readonly onFile: ((file: ChosenFile | undefined) => void) | undefined;
}

/** How many messages, how many a second, for how long, or one for each line of a file. */
export function RepeatFields({ value, file, onChange, onFile }: RepeatFieldsProps) {
  const id = useId();
  const picker = useRef<HTMLInputElement>(null);
  const [fault, setFault] = useState<string>();
  const take = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    const chosen = target.files?.[0];
    target.value = "";
    if (chosen === undefined) return;
    try {
      if (chosen.size > maxFileBytes) throw new FileFault(`It is larger than ${maxFileBytes / 1024 / 1024} MiB.`);
      onFile?.({ name: chosen.name, lines: linesOfFile(chosen.name, await chosen.text()) });
      setFault(undefined);
    } catch (error) {
      if (!(error instanceof FileFault)) throw error;
      setFault(`${chosen.name} cannot be used. ${error.message}`);
    }
  };
  const isEndless = file === undefined && value.count === "" && value.seconds === "";
  const columns = [...(file?.lines[0]?.fields.keys() ?? [])];
  return (
    <>
      <div className={styles.repeat}>
        {file === undefined ? (
          <NumberField label="Messages" most={maxCount} value={value.count} fault={isEndless ? "A number, or seconds." : undefined} onChange={(count) => onChange({ ...value, count })} />
        ) : null}
        <NumberField label="Per second" most={maxPerSecond} value={value.perSecond} placeholder="as fast as taken" onChange={(perSecond) => onChange({ ...value, perSecond })} />
        <NumberField label="For seconds" most={maxDurationSeconds} value={value.seconds} placeholder="no limit" onChange={(seconds) => onChange({ ...value, seconds })} />
      </div>
      {onFile === undefined ? null : <div>
        {file === undefined ? (
          <Button variant="link" isInline onClick={() => picker.current?.click()}>One message for each line of a file</Button>
        ) : (
          <span className={styles.subtle}>
            {counted(file.lines.length, "message")} from {file.name}{columns.length === 0 ? ": put {{line}} into the body." : `, with ${columns.slice(0, 8).map((name) => `{{${name}}}`).join(", ")}${columns.length > 8 ? ", …" : ""} and {{line}}.`}{" "}
            <Button variant="link" isInline onClick={() => onFile(undefined)}>Without the file</Button>
          </span>
        )}
        <input ref={picker} type="file" hidden accept=".jsonl,.ndjson,.json,.csv,.txt" aria-label="File with lines" onChange={(event) => void take(event)} />
        <FieldHelp id={`${id}-lines-help`} error={fault} />
      </div>}
    </>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly most: number;
  readonly value: string;
  readonly placeholder?: string;
  readonly fault?: string | undefined;
  readonly onChange: (text: string) => void;
}

function NumberField({ label, most, value, placeholder, fault, onChange }: NumberFieldProps) {
  const id = useId();
  const error = fault ?? (whole(value, most) === undefined ? `From 1 to ${most.toLocaleString("en")}.` : undefined);
  return (
    <FormGroup label={label} fieldId={id}>
      <TextInput id={id} inputMode="numeric" value={value} placeholder={placeholder ?? ""} validated={error === undefined ? "default" : "error"} onChange={(_event, text) => onChange(text)} />
      <FieldHelp id={`${id}-help`} error={error} />
    </FormGroup>
  );
}
