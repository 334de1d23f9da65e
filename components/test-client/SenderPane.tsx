"use client";
import { Button, Flex, Form, FormGroup, FormSelect, FormSelectOption, TextInput } from "@patternfly/react-core";
import { HistoryIcon, PaperPlaneIcon } from "@patternfly/react-icons";
import { zodResolver } from "@hookform/resolvers/zod";
import { memo, useCallback, useEffect, useId, useMemo, useState, useSyncExternalStore } from "react";
import { Controller, useForm } from "react-hook-form";
import { type AddressType, isStored } from "#contracts/addresses/address-type.ts";
import { counted } from "#components/feedback/format.ts";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import { BodyField } from "./BodyField.tsx";
import { Figures } from "./Figures.tsx";
import { maxRows } from "./link-state.ts";
import { emptyDraft, type MessageDraft, messageDraftSchema } from "./message-draft.ts";
import { Flag, MoreFields } from "./MoreFields.tsx";
import { recallFromTab, rememberInTab, useTabMemory } from "./pane-memory.ts";
import { PaneStatus } from "./PaneStatus.tsx";
import { type ChosenFile, onceTyped, RepeatFields, repetitionOf } from "./RepeatFields.tsx";
import { RunButton } from "./RunButton.tsx";
import { once } from "./send-run.ts";
import { SenderClient, type SenderState, type SendOutcome, type SentMessage, sendOutcomes, type SendSettleMode } from "./sender-client.ts";
import { type SendingOptions, sendingOptionsSchema } from "./sending-options.ts";
import { SentRow } from "./SentRow.tsx";
import { valueTypes } from "./typed-value.ts";
import { ValueRows } from "./ValueRows.tsx";
import { VirtualRows } from "./VirtualRows.tsx";
import { type OpenSender, useWorkbench } from "./workbench-context.ts";
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
  const { settleMode } = options;
  const newClient = useCallback(
    (mode: SendSettleMode) => new SenderClient({ address: address.name, openSession: () => workbench.openSession(address.name), settleMode: mode, onRunEnd: (run) => workbench.remember(address.name, run) }),
    [workbench, address.name],
  );
  const [client, setClient] = useState(() => newClient(settleMode));
  const change = useCallback(
    (changed: SendingOptions) => {
      if (changed.settleMode !== settleMode) setClient(newClient(changed.settleMode));
      setOptions(changed);
    },
    [settleMode, newClient, setOptions],
  );
  useEffect(() => {
    client.connect();
    return client.stop;
  }, [client]);
  const state = useSyncExternalStore(client.snapshots.subscribe, client.snapshots.get, client.snapshots.get);
  const isRunning = state.run !== null;
  const reason = state.link !== "open" ? "The sender is not attached." : state.credit === 0 && !isRunning ? noCreditReason(address.type) : undefined;
  const words =
    state.link !== "open" ? "Opens with the connection."
    : state.credit === 0 ? (isRunning ? "Waits for the other side to take more." : noCreditReason(address.type))
    : `${counted(state.credit, "message")} may be sent now.`;
  const { show } = workbench;
  const open = useCallback((row: SentMessage) => show({ kind: "sent", address: address.name, row, client }), [show, address.name, client]);
  return (
    <>
      <PaneStatus name={name} connection={state.connection} link={state.link} notice={state.notice} words={words} onConnect={client.connect} onDismiss={client.dismissNotice} />
      <SenderForm paneId={paneId} name={address.name} type={address.type} client={client} options={options} onChange={change} isRunning={isRunning} reason={reason} fault={state.fault} />
      <VirtualRows title={summaryOf(state)} label="Sent messages" rows={state.rows} maxRows={maxRows} onClear={client.clear}>
        {(row, tabIndex) => <SentRow row={row} tabIndex={tabIndex} onOpen={open} />}
      </VirtualRows>
    </>
  );
}

interface SenderFormProps {
  readonly paneId: string;
  readonly name: string;
  readonly type: AddressType;
  readonly client: SenderClient;
  readonly options: SendingOptions;
  readonly onChange: (options: SendingOptions) => void;
  readonly isRunning: boolean;
  /** Why nothing can be sent now. */
  readonly reason: string | undefined;
  readonly fault: string | undefined;
}

/** What is sent and how often; apart from what changes with each message, which would render all of it anew. */
const SenderForm = memo(function SenderForm({ paneId, name, type, client, options, onChange, isRunning, reason, fault }: SenderFormProps) {
  const workbench = useWorkbench();
  const [start] = useState(() => workbench.takePendingDraft(paneId) ?? emptyDraft(isStored(type)));
  const form = useDraftForm(`${workbench.memoryKey}.${paneId}.draft`, start);
  const [file, setFile] = useState<ChosenFile>();
  const repetition = repetitionOf(options.repeat, file);
  const send = form.handleSubmit((draft) => {
    if (reason === undefined && repetition !== undefined && !isRunning) client.send(draft, repetition);
  });
  const sender = useMemo(
    (): OpenSender => ({
      address: name,
      load: (draft) => form.reset(draft),
      send: (draft) => {
        if (isRunning) return "Messages are being sent; stop that first, or wait until it is done.";
        if (reason !== undefined) return reason;
        client.send(draft, once);
        return undefined;
      },
    }),
    [name, form, client, reason, isRunning],
  );
  useEffect(() => workbench.registerSender(paneId, sender), [workbench, paneId, sender]);
  return (
    <Form className={styles.form} onSubmit={(event) => void send(event)} noValidate>
      <BodyField form={form} onSend={() => void send()} />
      <div className={styles.twoFields}>
        <SubjectField control={form.control} />
        <Flag control={form.control} name="durable" label="Durable" />
      </div>
      <ValueRows control={form.control} name="properties" label="Application properties" noun="property" types={valueTypes} />
      <MoreFields control={form.control}>
        <SettleModeField value={options.settleMode} isDisabled={isRunning} onChange={(settleMode) => onChange({ ...options, settleMode })} />
      </MoreFields>
      <RepeatFields value={options.repeat} file={file} onChange={(repeat) => onChange({ ...options, repeat })} onFile={setFile} />
      <Flex gap={{ default: "gapMd" }}>
        <RunButton isRunning={isRunning} icon={<PaperPlaneIcon />} label="Send" stopLabel="Stop sending" reason={reason} onStop={client.stopSending} />
        <Button variant="link" icon={<HistoryIcon />} onClick={() => workbench.openHistory(sender)}>History</Button>
        <Progress client={client} />
      </Flex>
      <FieldHelp id={`${paneId}-fault`} error={fault} />
    </Form>
  );
});

function Progress({ client }: { client: SenderClient }) {
  const { run } = useSyncExternalStore(client.snapshots.subscribe, client.snapshots.get, client.snapshots.get);
  return <span className={styles.subtle} role="status" aria-label="Sending" aria-live="off"><Figures text={progressOf(run)} /></span>;
}

function progressOf(run: SenderState["run"]): string {
  if (run === null) return "";
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
