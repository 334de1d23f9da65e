"use client";
import { DatePicker, FormGroup } from "@patternfly/react-core";
import { FieldHelp } from "#components/form/FieldHelp.tsx";

interface ExpiryFieldProps {
  /** A moment, or null for never. */
  readonly value: string | null | undefined;
  readonly error: string | undefined;
  readonly onChange: (moment: string | null) => void;
}

/** The last day on which a credential works, in the person's zone; empty for one that does not end. */
export function ExpiryField({ value, error, onChange }: ExpiryFieldProps) {
  return (
    <FormGroup label="Works until" fieldId="credential-expiry">
      <DatePicker
        value={value == null ? "" : dayOf(new Date(value))}
        placeholder="For ever"
        aria-label="Works until"
        inputProps={{ id: "credential-expiry", "aria-describedby": "credential-expiry-help" }}
        buttonAriaLabel="Choose the last day"
        validators={[]}
        onChange={(_event, text, day) => {
          if (text === "") onChange(null);
          else if (day !== undefined && !Number.isNaN(day.getTime())) onChange(endOf(day).toISOString());
        }}
      />
      <FieldHelp id="credential-expiry-help" error={error}>The last day, as YYYY-MM-DD. Then it ends by itself, and programs that use it are disconnected. Leave it empty for one that does not end.</FieldHelp>
    </FormGroup>
  );
}

function endOf(day: Date): Date {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate(), 23, 59, 59);
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}

function dayOf(moment: Date): string {
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}
