"use client";
import { Button, Flex, Form, FormGroup, TextInput } from "@patternfly/react-core";
import { HistoryIcon, PaperPlaneIcon } from "@patternfly/react-icons";
import { zodResolver } from "@hookform/resolvers/zod";
import { useEffect, useId, useState, useSyncExternalStore } from "react";
import { useForm } from "react-hook-form";
import { type AddressType, isStored } from "#contracts/addresses/address-type.ts";
import { counted } from "#components/feedback/format.ts";
import { formatMoment, formatTime } from "#components/feedback/moment.ts";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import { BodyField } from "./BodyField.tsx";
import { maxRows } from "./link-state.ts";
import { detailOfMessage } from "./message-detail.ts";
import { emptyDraft, type MessageDraft, messageDraftSchema } from "./message-draft.ts";
import { MoreFields } from "./MoreFields.tsx";
import { OutcomeLabel } from "./OutcomeLabel.tsx";
import { recallFromTab, rememberInTab, useTabMemory } from "./pane-memory.ts";
import { PaneStatus } from "./PaneStatus.tsx";
import { onceTyped, RepeatFields, repetitionOf } from "./RepeatFields.tsx";
import { RequestClient, type RequestRow } from "./request-client.ts";
import { defaultWait, maxWaitSeconds, repeatSchema, waitOf, waitSchema } from "./requesting-options.ts";
import { RunButton } from "./RunButton.tsx";
import { once } from "./send-run.ts";
import { formatMs } from "./SentRow.tsx";
import { valueTypes } from "./typed-value.ts";
import { ValueRows } from "./ValueRows.tsx";
import { type RowTabIndex, VirtualRows } from "./VirtualRows.tsx";
import { useWorkbench } from "./workbench-context.ts";
import styles from "./test-client.module.css";

/** Asks over one address and matches the answers, with how long each took. */
export function RequestPane({ paneId, name, address }: { paneId: string; name: string; address: { readonly name: string; readonly type: AddressType } }) {
  const id = useId();
  const workbench = useWorkbench();
  const key = `${workbench.memoryKey}.${paneId}`;
  const [repeat, setRepeat] = useTabMemory(`${key}.repeat`, repeatSchema, onceTyped);
  const [wait, setWait] = useTabMemory(`${key}.wait`, waitSchema, defaultWait);
  const [client] = useState(() => new RequestClient({ address: address.name, openSession: () => workbench.openSession(address.name), onRunEnd: (run) => workbench.remember(address.name, run) }));
  useEffect(() => {
    client.connect();
    return client.stop;
  }, [client]);
  const state = useSyncExternalStore(client.snapshots.subscribe, client.snapshots.get, client.snapshots.get);
  const form = useForm<MessageDraft>({ resolver: zodResolver(messageDraftSchema), defaultValues: recallFromTab(`${key}.draft`, messageDraftSchema) ?? emptyDraft(isStored(address.type)) });
  useEffect(() => form.subscribe({ formState: { values: true }, callback: ({ values }) => rememberInTab(`${key}.draft`, values) }), [form, key]);
  const repetition = repetitionOf(repeat, undefined);
  const waitSeconds = waitOf(wait);
  const waitFault = waitSeconds === undefined ? `From 1 to ${maxWaitSeconds}.` : undefined;
  const reason = state.link !== "open" ? "There is no reply address yet." : state.credit === 0 && state.run === null ? (isStored(address.type) ? "The broker takes no message at the moment." : "Nobody answers requests at the moment.") : undefined;
  const send = form.handleSubmit((draft) => {
    if (reason === undefined && repetition !== undefined && waitSeconds !== undefined && state.run === null) client.request(draft, repetition, waitSeconds * 1000);
  });
  const openHistory = () =>
    workbench.openHistory({
      address: address.name,
      load: (draft) => form.reset(draft),
      send: (draft) => {
        if (reason === undefined && state.run === null) client.request(draft, once);
        return reason ?? (state.run === null ? undefined : "Requests are being sent; stop that first, or wait until it is done.");
      },
    });
  return (
    <>
      <PaneStatus
        name={name} connection={state.connection} link={state.link} notice={state.notice} onConnect={client.connect} onDismiss={client.dismissNotice}
        words={state.replyAddress === undefined ? "Opens with the connection." : reason ?? "Replies come to an address made for this pane."}
      />
      <Form className={styles.form} onSubmit={(event) => void send(event)} noValidate>
        <BodyField form={form} onSend={() => void send()} />
        <ValueRows control={form.control} name="properties" label="Application properties" noun="property" types={valueTypes} />
        <MoreFields control={form.control} />
        <RepeatFields value={repeat} file={undefined} onChange={setRepeat} onFile={undefined} />
        <FormGroup label="Wait for a reply, in seconds" fieldId={`${id}-wait`}>
          <TextInput id={`${id}-wait`} inputMode="numeric" value={wait} validated={waitFault === undefined ? "default" : "error"} onChange={(_event, text) => setWait(text)} />
          <FieldHelp id={`${id}-wait-help`} error={waitFault} />
        </FormGroup>
        <Flex gap={{ default: "gapMd" }}>
          <RunButton isRunning={state.run !== null} icon={<PaperPlaneIcon />} label="Request" stopLabel="Stop" reason={reason} onStop={client.stopSending} />
          <Button variant="link" icon={<HistoryIcon />} onClick={openHistory}>History</Button>
        </Flex>
        <FieldHelp id={`${id}-fault`} error={state.fault} />
      </Form>
      <RoundTrips times={state.roundTripsMs} strays={state.strays} />
      <VirtualRows title={state.rows.total === 0 ? "Nothing requested yet" : `${state.rows.total.toLocaleString("en")} requested`} label="Requests" rows={state.rows} maxRows={maxRows} onClear={client.clear}>
        {(row, tabIndex) => <RequestLine row={row} tabIndex={tabIndex} onOpen={workbench.show} address={address.name} />}
      </VirtualRows>
    </>
  );
}

function RoundTrips({ times, strays }: { times: readonly number[]; strays: number }) {
  if (times.length === 0 && strays === 0) return null;
  const at = (share: number) => formatMs(times[Math.min(times.length - 1, Math.floor(times.length * share))]!);
  return (
    <p className={styles.subtle} role="status" aria-label="Round trips">
      {times.length === 0 ? "" : `${counted(times.length, "round trip")}: fastest ${at(0)}, half within ${at(0.5)}, 95 of 100 within ${at(0.95)}, slowest ${at(1)}.`}
      {strays === 0 ? "" : ` ${strays.toLocaleString("en")} came that belong to no request.`}
    </p>
  );
}

function RequestLine({ row, tabIndex, address, onOpen }: { row: RequestRow; tabIndex: RowTabIndex; address: string; onOpen: ReturnType<typeof useWorkbench>["show"] }) {
  const { reply } = row;
  const title = reply === undefined ? (row.reason ?? row.correlationId) : reply.refusal === undefined ? detailOfMessage(reply).title : "A reply that cannot be displayed";
  const line = (
    <>
      <time dateTime={row.at} title={formatMoment(new Date(row.at))} className={styles.time}>{formatTime(new Date(row.at))}</time>
      <span className={styles.rowTitle}>{title}</span>
    </>
  );
  return (
    <div className={styles.rowLine}>
      {reply === undefined ? (
        <span className={styles.rowButton}>{line}</span>
      ) : (
        <button type="button" tabIndex={tabIndex} className={styles.rowButton} onClick={() => onOpen({ kind: "received", address, row: { id: row.id, sizeBytes: reply.sizeBytes, at: row.at, arrived: reply, settlement: "accepted", tookMs: row.tookMs } })}>{line}</button>
      )}
      {row.tookMs === undefined ? null : <span className={styles.time}>{formatMs(row.tookMs)}</span>}
      <OutcomeLabel outcome={row.status} />
    </div>
  );
}
