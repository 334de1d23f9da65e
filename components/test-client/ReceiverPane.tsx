"use client";
import { Button, Flex, Form, FormGroup, Radio } from "@patternfly/react-core";
import { PauseIcon, PlayIcon, StopIcon } from "@patternfly/react-icons";
import { useEffect, useId, useState, useSyncExternalStore } from "react";
import { type AddressType, isStored } from "#contracts/addresses/address-type.ts";
import { counted } from "#components/feedback/format.ts";
import { ReasonedButton } from "#components/feedback/ReasonedButton.tsx";
import { maxRows } from "./link-state.ts";
import { useTabMemory } from "./pane-memory.ts";
import { PaneStatus } from "./PaneStatus.tsx";
import { ReceiverClient, type ReceiverState } from "./receiver-client.ts";
import { ReceivedRow } from "./ReceivedRow.tsx";
import { defaultReceiving, type ReceivingMode, type ReceivingOptions, receivingOptionsSchema } from "./receiving.ts";
import { ReceivingFields } from "./ReceivingFields.tsx";
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
  const options: ReceivingOptions = { ...kept, mode };
  const [client] = useState(() => new ReceiverClient({ address, openSession: () => workbench.openSession(address.name), person: workbench.person }));
  useEffect(() => client.stop, [client]);
  const state = useSyncExternalStore(client.snapshots.subscribe, client.snapshots.get, client.snapshots.get);
  const { isOn } = state;
  const fault = options.annotations.some(({ name: each, type, value }) => each === "" || faultOfAnyValue(type, value) !== undefined) ? "An annotation for modified messages is not complete." : undefined;
  const words =
    isOn ? `Takes ${counted(state.credit, "more message", "more messages")}${state.isPaused ? ", then pauses" : options.isManualCredit || mode === "browse" ? "" : ", topped up by itself"}.`
    : "Takes nothing until you start.";
  return (
    <>
      <PaneStatus name={name} connection={state.connection} link={state.link} notice={state.notice} words={words} onConnect={isOn ? client.connect : () => client.start(options)} onDismiss={client.dismissNotice} />
      <Form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!isOn && fault === undefined) client.start(options);
        }}
      >
        <ModeField type={address.type} mode={mode} isOn={isOn} onChange={onMode} />
        <ReceivingFields type={address.type} options={options} isOn={isOn} onChange={setOptions} onUnsubscribe={client.unsubscribe} />
        <Flex>
          {isOn ? (
            <>
              <Button variant="secondary" icon={<StopIcon />} onClick={client.stop}>Stop receiving</Button>
              {mode === "browse" || options.isManualCredit ? null : (
                <Button variant="secondary" icon={state.isPaused ? <PlayIcon /> : <PauseIcon />} onClick={() => client.setPaused(!state.isPaused)}>{state.isPaused ? "Go on" : "Pause"}</Button>
              )}
              {options.isManualCredit || mode === "browse" ? <Button variant="secondary" onClick={() => client.addCredit(options.credit)}>Give {options.credit} more</Button> : null}
            </>
          ) : (
            <ReasonedButton variant="primary" icon={<PlayIcon />} reason={fault} type="submit">Start receiving</ReasonedButton>
          )}
        </Flex>
      </Form>
      <VirtualRows title={summaryOf(state)} label="Received messages" rows={state.rows} maxRows={maxRows} onClear={client.clear}>
        {(row) => (
          <ReceivedRow
            row={row}
            onOpen={() => workbench.show({ kind: "received", address: address.name, row, client, options })}
            onSettle={(outcome) => client.settle(row.id, outcome, options)}
          />
        )}
      </VirtualRows>
    </>
  );
}

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
        <Radio key={each} id={`${id}-${each}`} name={id} label={label} description={description} isChecked={mode === each} isDisabled={isOn} onChange={() => onChange(each)} />
      ))}
    </FormGroup>
  );
}
