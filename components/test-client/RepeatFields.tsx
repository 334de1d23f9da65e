"use client";
import { FormGroup, TextInput } from "@patternfly/react-core";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import { maxCount, maxPerSecond, type Repetition } from "./send-run.ts";
import styles from "./test-client.module.css";

/** How often to send, as it is typed. */
export interface RepeatDraft {
  readonly count: string;
  /** Empty for as fast as the messages are taken. */
  readonly perSecond: string;
}

export const once: RepeatDraft = { count: "1", perSecond: "" };

function wholeNumber(text: string, most: number): number | undefined {
  return /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= most ? Number(text) : undefined;
}

/** @returns undefined when it cannot be understood; the fields say why */
export function repetitionOf({ count, perSecond }: RepeatDraft): Repetition | undefined {
  const [times, rate] = [wholeNumber(count, maxCount), perSecond === "" ? null : wholeNumber(perSecond, maxPerSecond)];
  return times === undefined || rate === undefined ? undefined : { count: times, perSecond: rate };
}

/** How many messages, and how many a second. */
export function RepeatFields({ value, onChange }: { value: RepeatDraft; onChange: (value: RepeatDraft) => void }) {
  const countFault = wholeNumber(value.count, maxCount) === undefined ? `From 1 to ${maxCount.toLocaleString("en")}.` : undefined;
  const rateFault = value.perSecond !== "" && wholeNumber(value.perSecond, maxPerSecond) === undefined ? `From 1 to ${maxPerSecond.toLocaleString("en")}, or nothing.` : undefined;
  return (
    <div className={styles.repeat}>
      <FormGroup label="Messages" fieldId="message-count">
        <TextInput id="message-count" inputMode="numeric" value={value.count} validated={countFault === undefined ? "default" : "error"} onChange={(_event, count) => onChange({ ...value, count })} />
        <FieldHelp id="message-count-help" error={countFault} />
      </FormGroup>
      <FormGroup label="Per second" fieldId="message-rate">
        <TextInput
          id="message-rate" inputMode="numeric" placeholder="as fast as taken" value={value.perSecond} validated={rateFault === undefined ? "default" : "error"}
          onChange={(_event, perSecond) => onChange({ ...value, perSecond })}
        />
        <FieldHelp id="message-rate-help" error={rateFault} />
      </FormGroup>
    </div>
  );
}
