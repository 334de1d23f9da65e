"use client";
import { Button, Flex, Form, FormGroup, Radio } from "@patternfly/react-core";
import { PauseIcon, PlayIcon } from "@patternfly/react-icons";
import { memo, useCallback, useEffect, useId, useMemo, useState, useSyncExternalStore } from "react";
import { type AddressType, isStored } from "#contracts/addresses/address-type.ts";
import { counted } from "#components/feedback/format.ts";
import { maxRows } from "./link-state.ts";
import { useTabMemory } from "./pane-memory.ts";
import { PaneStatus } from "./PaneStatus.tsx";
import { ReceiverClient, type ReceiverState } from "./receiver-client.ts";
import { ReceivedRow } from "./ReceivedRow.tsx";
import { defaultReceiving, type Outcome, type ReceivedMessage, type ReceivingMode, type ReceivingOptions, receivingOptionsSchema } from "./receiving.ts";
import { ReceivingFields } from "./ReceivingFields.tsx";
import { RunButton } from "./RunButton.tsx";
import { faultOfAnyValue } from "./typed-value.ts";
import { VirtualRows } from "./VirtualRows.tsx";
import { useWorkbench } from "./workbench-context.ts";
import styles from "./test-client.module.css";

interface ReceiverPaneProps {
  readonly paneId: string;
  readonly name: string;
  readonly address: { readonly name: string; readonly type: AddressType };
  readonly mode: ReceivingMode;
  readonly onMode: (mode: ReceivingMode) => void;
}

/** Receives in a mode that is chosen before, so that no message is taken by surprise. */
export function ReceiverPane({ paneId, name, address, mode, onMode }: ReceiverPaneProps) {
  const workbench = useWorkbench();
  const [kept, setOptions] = useTabMemory(`${workbench.memoryKey}.${paneId}.receiving`, receivingOptionsSchema, defaultReceiving);
  const options = useMemo((): ReceivingOptions => ({ ...kept, mode }), [kept, mode]);
  const [client] = useState(() => new ReceiverClient({ address, openSession: () => workbench.openSession(address.name), person: workbench.person }));
  useEffect(() => client.stop, [client]);
  const state = useSyncExternalStore(client.snapshots.subscribe, client.snapshots.get, client.snapshots.get);
  const { isOn, isPaused } = state;
  const words =
    isOn && state.link !== "open" ? "Takes messages as soon as it is connected."
    : isOn ? `Takes ${counted(state.credit, "more message", "more messages")}${isPaused ? ", then pauses" : options.isManualCredit || mode === "browse" ? "" : ", topped up by itself"}.`
    : "Takes nothing until you start.";
  const { show } = workbench;
  const open = useCallback((row: ReceivedMessage) => show({ kind: "received", address: address.name, row, client, options }), [show, address.name, client, options]);
  const settle = useCallback((row: ReceivedMessage, outcome: Outcome) => client.settle(row.id, outcome, options), [client, options]);
  return (
    <>
      <PaneStatus name={name} connection={state.connection} link={state.link} notice={state.notice} words={words} onConnect={isOn ? client.connect : () => client.start(options)} onDismiss={client.dismissNotice} />
      <ReceiverForm type={address.type} client={client} options={options} isOn={isOn} isPaused={isPaused} onMode={onMode} onChange={setOptions} />
      <VirtualRows title={summaryOf(state)} label="Received messages" rows={state.rows} maxRows={maxRows} onClear={client.clear}>
        {(row, tabIndex) => <ReceivedRow row={row} tabIndex={tabIndex} onOpen={open} onSettle={settle} />}
      </VirtualRows>
    </>
  );
}

interface ReceiverFormProps {
  readonly type: AddressType;
  readonly client: ReceiverClient;
  readonly options: ReceivingOptions;
  readonly isOn: boolean;
  readonly isPaused: boolean;
  readonly onMode: (mode: ReceivingMode) => void;
  readonly onChange: (options: ReceivingOptions) => void;
}

/** How to receive; apart from what changes with each message, which would render all of it anew. */
const ReceiverForm = memo(function ReceiverForm({ type, client, options, isOn, isPaused, onMode, onChange }: ReceiverFormProps) {
  const isByHand = options.isManualCredit || options.mode === "browse";
  const fault = options.annotations.some(({ name, type: each, value }) => name === "" || faultOfAnyValue(each, value) !== undefined) ? "An annotation for modified messages is not complete." : undefined;
  return (
    <Form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isOn && fault === undefined) client.start(options);
      }}
    >
      <ModeField type={type} mode={options.mode} isOn={isOn} onChange={onMode} />
      <ReceivingFields type={type} options={options} isOn={isOn} onChange={onChange} onUnsubscribe={client.unsubscribe} />
      <Flex gap={{ default: "gapMd" }}>
        <RunButton isRunning={isOn} icon={<PlayIcon />} label="Start receiving" stopLabel="Stop receiving" reason={fault} onStop={client.stop} />
        {!isOn ? null : isByHand ? (
          <Button variant="secondary" onClick={() => client.addCredit(options.credit)}>Give {options.credit} more</Button>
        ) : (
          <Button variant="secondary" icon={isPaused ? <PlayIcon /> : <PauseIcon />} onClick={() => client.setPaused(!isPaused)}>{isPaused ? "Go on" : "Pause"}</Button>
        )}
      </Flex>
    </Form>
  );
});

function summaryOf({ rows, undecided }: ReceiverState): string {
  if (rows.total === 0) return "Nothing received yet";
  return `${counted(rows.total, "message")} received${undecided === 0 ? "" : `, ${undecided.toLocaleString("en")} to be decided`}`;
}

interface ModeFieldProps {
  readonly type: AddressType;
  readonly mode: ReceivingMode;
  readonly isOn: boolean;
  readonly onChange: (mode: ReceivingMode) => void;
}

function ModeField({ type, mode, isOn, onChange }: ModeFieldProps) {
  const id = useId();
  const modes: readonly (readonly [ReceivingMode, string, string])[] = [
    ["automatic", "Settle by itself", isStored(type) ? "Each message is taken out of the address." : "Each message is answered to its sender."],
    ["by-hand", "Settle by hand", "You accept, release, modify or reject each one."],
    ...(isStored(type) && type !== "topic" ? [["browse", "Browse", "You see what waits, and all of it stays where it is."] as const] : []),
  ];
  return (
    <FormGroup className={styles.modes} role="radiogroup" label="What to do with a message" fieldId={id}>
      {modes.map(([each, label, description]) => (
        <Radio key={each} id={`${id}-${each}`} name={id} label={label} description={description} isChecked={mode === each} isDisabled={isOn && mode !== each} onChange={() => onChange(each)} />
      ))}
    </FormGroup>
  );
}
