"use client";
import { Button, Flex, Form, FormGroup, FormSelect, FormSelectOption, TextInput } from "@patternfly/react-core";
import { HistoryIcon, PaperPlaneIcon, StopIcon } from "@patternfly/react-icons";
import { zodResolver } from "@hookform/resolvers/zod";
import { useEffect, useId, useState, useSyncExternalStore } from "react";
import { Controller, useForm } from "react-hook-form";
import { type AddressType, isStored } from "#contracts/addresses/address-type.ts";
import { counted } from "#components/feedback/format.ts";
import { ReasonedButton } from "#components/feedback/ReasonedButton.tsx";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import { BodyField } from "./BodyField.tsx";
import { maxRows } from "./link-state.ts";
import { emptyDraft, type MessageDraft, messageDraftSchema } from "./message-draft.ts";
import { Flag, MoreFields } from "./MoreFields.tsx";
import { recallFromTab, rememberInTab, useTabMemory } from "./pane-memory.ts";
import { PaneStatus } from "./PaneStatus.tsx";
import { type ChosenFile, onceTyped, RepeatFields, repetitionOf } from "./RepeatFields.tsx";
import { once } from "./send-run.ts";
import { SenderClient, type SenderState, type SendOutcome, sendOutcomes, type SendSettleMode } from "./sender-client.ts";
import { type SendingOptions, sendingOptionsSchema } from "./sending-options.ts";
import { SentRow } from "./SentRow.tsx";
import { valueTypes } from "./typed-value.ts";
import { ValueRows } from "./ValueRows.tsx";
import { VirtualRows } from "./VirtualRows.tsx";
import { useWorkbench } from "./workbench-context.ts";
import styles from "./test-client.module.css";

function noCreditReason(type: AddressType): string {
  return isStored(type) ? "The broker takes no message at the moment; the address may be full." : "Nobody listens at the moment. Start receiving, or connect a program.";
}

interface SenderPaneProps {
  readonly paneId: string;
  readonly name: string;
  readonly address: { readonly name: string; readonly type: AddressType };
}

/** Sends to one address; connects as soon as it is there. */
export function SenderPane({ paneId, name, address }: SenderPaneProps) {
  const workbench = useWorkbench();
  const [options, setOptions] = useTabMemory<SendingOptions>(`${workbench.memoryKey}.${paneId}.sending`, sendingOptionsSchema, { settleMode: "unsettled", repeat: onceTyped });
  const settleMode: SendSettleMode = options.settleMode;
  const [client, setClient] = useState(() => newClient(settleMode));
  function newClient(mode: SendSettleMode): SenderClient {
    return new SenderClient({ address: address.name, openSession: () => workbench.openSession(address.name), settleMode: mode, onRunEnd: (run) => workbench.remember(address.name, run) });
  }
  useEffect(() => {
    client.connect();
    return client.stop;
  }, [client]);
  const state = useSyncExternalStore(client.snapshots.subscribe, client.snapshots.get, client.snapshots.get);
  const [start] = useState(() => workbench.takePendingDraft(paneId) ?? emptyDraft(isStored(address.type)));
  const form = useDraftForm(`${workbench.memoryKey}.${paneId}.draft`, start);
  const [file, setFile] = useState<ChosenFile>();
  const repetition = repetitionOf(options.repeat, file);
  const reason = typeof state.link === "object" || state.link !== "open" ? "The sender is not attached." : state.credit === 0 && state.run === null ? noCreditReason(address.type) : undefined;
  const send = form.handleSubmit((draft) => {
    if (reason === undefined && repetition !== undefined && state.run === null) client.send(draft, repetition);
  });
  useEffect(
    () =>
      workbench.registerSender(paneId, {
        address: address.name,
        load: (draft) => form.reset(draft),
        send: (draft) => {
          if (reason !== undefined) return reason;
          client.send(draft, once);
          return undefined;
        },
      }),
    [workbench, paneId, address.name, form, client, reason],
  );
  const words =
    state.link !== "open" ? "Opens with the connection."
    : state.credit === 0 ? (state.run === null ? noCreditReason(address.type) : "Waits for the other side to take more.")
    : `${counted(state.credit, "message")} may be sent now.`;
  return (
    <>
      <PaneStatus name={name} connection={state.connection} link={state.link} notice={state.notice} words={words} onConnect={client.connect} onDismiss={client.dismissNotice} />
      <Form className={styles.form} onSubmit={(event) => void send(event)} noValidate>
        <BodyField form={form} onSend={() => void send()} />
        <div className={styles.twoFields}>
          <SubjectField control={form.control} />
          <Flag control={form.control} name="durable" label="Durable" />
        </div>
        <ValueRows control={form.control} name="properties" label="Application properties" noun="property" types={valueTypes} />
        <MoreFields control={form.control}>
          <SettleModeField
            value={settleMode}
            isDisabled={state.run !== null}
            onChange={(mode) => {
              setOptions({ ...options, settleMode: mode });
              setClient(newClient(mode));
            }}
          />
        </MoreFields>
        <RepeatFields value={options.repeat} file={file} onChange={(repeat) => setOptions({ ...options, repeat })} onFile={setFile} />
        <Flex>
          {state.run === null ? (
            <ReasonedButton variant="primary" type="submit" icon={<PaperPlaneIcon />} reason={reason}>Send</ReasonedButton>
          ) : (
            <Button variant="secondary" icon={<StopIcon />} onClick={client.stopSending}>Stop sending</Button>
          )}
          <Button variant="link" icon={<HistoryIcon />} onClick={() => workbench.openHistory(address.name, (draft) => form.reset(draft))}>History</Button>
          <span className={styles.subtle} role="status" aria-label="Sending">{progressOf(state)}</span>
        </Flex>
        <FieldHelp id={`${paneId}-fault`} error={state.fault} />
      </Form>
      <VirtualRows title={summaryOf(state)} label="Sent messages" rows={state.rows} maxRows={maxRows} onClear={client.clear}>
        {(row) => <SentRow row={row} onOpen={() => workbench.show({ kind: "sent", address: address.name, row })} />}
      </VirtualRows>
    </>
  );
}

function progressOf({ run }: SenderState): string | null {
  if (run === null) return null;
  return run.count === null ? `${counted(run.sent, "message")} handed over` : `${run.sent.toLocaleString("en")} of ${counted(run.count, "message")} handed over`;
}

const words: Record<SendOutcome, string> = {
  waiting: "without an outcome yet", accepted: "accepted", rejected: "rejected", released: "released", modified: "modified", unknown: "with an unknown outcome", settled: "sent without asking for an outcome",
};

function summaryOf({ outcomes }: SenderState): string {
  const parts = sendOutcomes.filter((outcome) => outcomes[outcome] > 0).map((outcome) => `${outcomes[outcome].toLocaleString("en")} ${words[outcome]}`);
  return parts.length === 0 ? "Nothing sent yet" : parts.join(", ");
}

/** A form whose draft survives a reload of this tab. */
function useDraftForm(key: string, start: MessageDraft) {
  const form = useForm<MessageDraft>({ resolver: zodResolver(messageDraftSchema), defaultValues: recallFromTab(key, messageDraftSchema) ?? start });
  useEffect(() => form.subscribe({ formState: { values: true }, callback: ({ values }) => rememberInTab(key, values) }), [form, key]);
  return form;
}

function SubjectField({ control }: { control: ReturnType<typeof useDraftForm>["control"] }) {
  const id = useId();
  return (
    <FormGroup label="Subject" fieldId={id}>
      <Controller control={control} name="subject" render={({ field }) => <TextInput id={id} {...field} />} />
    </FormGroup>
  );
}

function SettleModeField({ value, isDisabled, onChange }: { value: SendSettleMode; isDisabled: boolean; onChange: (mode: SendSettleMode) => void }) {
  const id = useId();
  return (
    <FormGroup label="Outcome of each message" fieldId={id}>
      <FormSelect id={id} value={value} isDisabled={isDisabled} onChange={(_event, mode) => onChange(mode === "settled" ? "settled" : "unsettled")}>
        <FormSelectOption value="unsettled" label="Ask for it (unsettled)" />
        <FormSelectOption value="settled" label="Do not ask: send settled, at most once" />
      </FormSelect>
    </FormGroup>
  );
}
