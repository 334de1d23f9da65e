"use client";
import { Button, Card, CardBody, CardTitle, Flex, Form, FormGroup, NumberInput, Radio, TextInput } from "@patternfly/react-core";
import { PlayIcon, StopIcon } from "@patternfly/react-icons";
import { memo, useState } from "react";
import { type AddressType, hasQueue, isStored } from "#contracts/addresses/address.ts";
import { counted } from "#components/feedback/format.ts";
import { formatTime } from "#components/feedback/moment.ts";
import { ReasonedButton } from "#components/feedback/ReasonedButton.tsx";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import { LinkLine } from "./LinkLine.tsx";
import { MessageList } from "./MessageList.tsx";
import { MessageRow } from "./MessageRow.tsx";
import { OutcomeLabel } from "./OutcomeLabel.tsx";
import type { ReceivedMessage, ReceivingMode, TestClientState } from "./test-client-state.ts";
import type { TestClient } from "./test-client.ts";
import styles from "./test-client.module.css";

const defaultCredit = 10;
const maxCredit = 100;

interface ReceiverPaneProps {
  readonly client: TestClient;
  readonly state: TestClientState;
  readonly type: AddressType;
}

/** Receives in a mode that is chosen before, so that no message is taken by surprise. */
export function ReceiverPane({ client, state, type }: ReceiverPaneProps) {
  const [mode, setMode] = useState<ReceivingMode>("automatic");
  const [credit, setCredit] = useState(defaultCredit);
  const [selector, setSelector] = useState("");
  const [rejectReason, setRejectReason] = useState("Rejected by hand in the test client.");
  const isOn = state.receiver === "open" || state.receiver === "opening";
  const reason = state.connection.status === "open" ? undefined : "There is no connection.";
  const bounded = (value: number) => setCredit(Math.min(maxCredit, Math.max(1, Math.trunc(value) || 1)));
  return (
    <Card isCompact component="section" aria-label="Receive" className={styles.pane}>
      <CardTitle component="h2">Receive</CardTitle>
      <CardBody>
        <LinkLine name="Receiver" link={state.receiver}>
          {isOn ? `Takes ${counted(state.credit, "more message", "more messages")}${mode === "automatic" ? ", topped up by itself" : ""}.` : "Takes nothing until you start."}
        </LinkLine>
        <Form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            if (!isOn && reason === undefined) client.startReceiving({ mode, credit, selector: selector.trim() });
          }}
        >
          <FormGroup className={styles.modes} role="radiogroup" label="What to do with a message" fieldId="receiving-mode">
            <Radio
              id="mode-automatic"
              name="mode"
              label="Accept by itself"
              description={isStored(type) ? "Each message is taken out of the address." : "Each message is acknowledged to its sender."}
              isChecked={mode === "automatic"}
              isDisabled={isOn}
              onChange={() => setMode("automatic")}
            />
            <Radio
              id="mode-by-hand"
              name="mode"
              label="Settle by hand"
              description="You accept, release, modify or reject each one."
              isChecked={mode === "by-hand"}
              isDisabled={isOn}
              onChange={() => setMode("by-hand")}
            />
            {hasQueue(type) ? (
              <Radio
                id="mode-browse"
                name="mode"
                label="Browse"
                description="You see what waits, and all of it stays where it is."
                isChecked={mode === "browse"}
                isDisabled={isOn}
                onChange={() => setMode("browse")}
              />
            ) : null}
          </FormGroup>
          <FormGroup label="Credit" fieldId="receiving-credit">
            <NumberInput
              value={credit}
              min={1}
              max={maxCredit}
              widthChars={3}
              inputProps={{ id: "receiving-credit" }}
              inputAriaLabel="Credit: messages taken at a time"
              minusBtnAriaLabel="Less credit"
              plusBtnAriaLabel="More credit"
              onMinus={() => bounded(credit - 1)}
              onPlus={() => bounded(credit + 1)}
              onChange={(event) => bounded(Number(event.currentTarget.value))}
            />
          </FormGroup>
          {isStored(type) ? (
            <FormGroup label="Selector" fieldId="receiving-selector">
              <TextInput id="receiving-selector" value={selector} isDisabled={isOn} placeholder="every message" spellCheck={false} onChange={(_event, text) => setSelector(text)} />
              <FieldHelp id="receiving-selector-help" error={undefined}>For example colour = 'red' AND weight &gt; 10, on application properties.</FieldHelp>
            </FormGroup>
          ) : null}
          {mode === "by-hand" ? (
            <FormGroup label="Reason given with a rejection" fieldId="reject-reason">
              <TextInput id="reject-reason" value={rejectReason} maxLength={500} onChange={(_event, text) => setRejectReason(text)} />
            </FormGroup>
          ) : null}
          <Flex>
            {isOn ? (
              <Button variant="secondary" icon={<StopIcon />} onClick={client.stopReceiving}>Stop receiving</Button>
            ) : (
              <ReasonedButton variant="primary" icon={<PlayIcon />} reason={reason} type="submit">
                Start receiving
              </ReasonedButton>
            )}
            {isOn && mode !== "automatic" ? <Button variant="secondary" onClick={() => client.addCredit(credit)}>Give {credit} more</Button> : null}
          </Flex>
        </Form>
        <MessageList
          title={state.received.items.length === 0 ? "Nothing received yet" : `${counted(state.received.items.length + state.received.dropped, "message")} received`}
          label="Received messages"
          buffer={state.received}
          onClear={client.clearReceived}
        >
          {state.received.items.toReversed().map((received) => (
            <ReceivedRow key={received.id} received={received} client={client} rejectReason={rejectReason} />
          ))}
        </MessageList>
      </CardBody>
    </Card>
  );
}

interface ReceivedRowProps {
  readonly received: ReceivedMessage;
  readonly client: TestClient;
  readonly rejectReason: string;
}

const ReceivedRow = memo(({ received, client, rejectReason }: ReceivedRowProps) => {
  const { id, at, content, settlement } = received;
  const view = "view" in content ? content.view : undefined;
  const buttons =
    settlement === "open" ? (
      <div className={styles.settle} role="group" aria-label="Settle">
        <Button size="sm" variant="secondary" onClick={() => client.settle(id, { outcome: "accepted" })}>Accept</Button>
        <Button size="sm" variant="secondary" onClick={() => client.settle(id, { outcome: "released" })}>Release</Button>
        <Button size="sm" variant="secondary" onClick={() => client.settle(id, { outcome: "modified", undeliverableHere: false })}>Modify: failed</Button>
        <Button size="sm" variant="secondary" onClick={() => client.settle(id, { outcome: "modified", undeliverableHere: true })}>Modify: not here</Button>
        <Button size="sm" variant="secondary" isDanger onClick={() => client.settle(id, { outcome: "rejected", reason: rejectReason })}>Reject</Button>
      </div>
    ) : null;
  if (view === undefined) {
    return (
      <li className={styles.row}>
        <div className={styles.rowHead}>
          <time dateTime={at} className={styles.time}>{formatTime(new Date(at))}</time>
          <span className={styles.rowTitle}>Cannot be displayed</span>
          <OutcomeLabel outcome={settlement} />
        </div>
        <p className={styles.reason}>
          This message arrived, but showing it could harm this page, so it was not decoded. {"cannotDisplay" in content ? content.cannotDisplay : ""}
          {settlement === "released" ? " It was given back, and receiving was stopped so that it does not come again and again." : ""}
        </p>
        {buttons}
      </li>
    );
  }
  return (
    <MessageRow
      at={at}
      title={view.subject ?? view.body}
      outcome={<OutcomeLabel outcome={settlement} />}
      body={view.body}
      bodyKind={view.bodyKind}
      isBodyCut={view.isBodyCut}
      headers={view.subject === undefined ? view.headers : [["subject", view.subject], ...view.headers]}
      applicationProperties={view.applicationProperties}
    >
      {buttons}
    </MessageRow>
  );
});
ReceivedRow.displayName = "ReceivedRow";
