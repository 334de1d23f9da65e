"use client";
import { Button, Card, CardBody, CardTitle, Checkbox, Flex, Form, FormGroup, TextArea, TextInput, ToggleGroup, ToggleGroupItem } from "@patternfly/react-core";
import { PaperPlaneIcon, StopIcon } from "@patternfly/react-icons";
import { zodResolver } from "@hookform/resolvers/zod";
import { useState } from "react";
import { Controller, useForm } from "react-hook-form";
import { type AddressType, isStored } from "#contracts/addresses/address.ts";
import { counted } from "#components/feedback/format.ts";
import { ReasonedButton } from "#components/feedback/ReasonedButton.tsx";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import { LinkLine } from "./LinkLine.tsx";
import { bodyFormatLabels, bodyFormats, emptyDraft, type MessageDraft, messageDraftSchema } from "./message-draft.ts";
import { MoreFields } from "./MoreFields.tsx";
import { PropertyRows } from "./PropertyRows.tsx";
import { once, RepeatFields, repetitionOf } from "./RepeatFields.tsx";
import { SentList } from "./SentList.tsx";
import type { TestClientState } from "./test-client-state.ts";
import type { TestClient } from "./test-client.ts";
import { variableHelp } from "./variables.ts";
import styles from "./test-client.module.css";

function noCreditReason(type: AddressType): string {
  return isStored(type) ? "The broker takes no message at the moment; the address may be full." : "Nobody listens at the moment. Start receiving at the right, or connect a program.";
}

interface PaneProps {
  readonly client: TestClient;
  readonly state: TestClientState;
  readonly type: AddressType;
}

export function SenderPane({ client, state, type }: PaneProps) {
  const { control, handleSubmit, reset } = useForm<MessageDraft>({ resolver: zodResolver(messageDraftSchema), defaultValues: emptyDraft(isStored(type)) });
  const [repeat, setRepeat] = useState(once);
  const repetition = repetitionOf(repeat);
  const reason = state.sender !== "open" ? "The sender is not attached." : state.sendCredit === 0 ? noCreditReason(type) : undefined;
  const send = handleSubmit((draft) => {
    if (reason === undefined && repetition !== undefined && state.run === null) client.send(draft, repetition);
  });
  return (
    <Card isCompact component="section" aria-label="Send" className={styles.pane}>
      <CardTitle component="h2">Send</CardTitle>
      <CardBody>
        <LinkLine name="Sender" link={state.sender}>
          {state.sender === "open" ? (state.sendCredit === 0 ? noCreditReason(type) : `${counted(state.sendCredit, "message")} may be sent now`) : "Opens with the connection."}
        </LinkLine>
        <Form className={styles.form} onSubmit={(event) => void send(event)} noValidate>
          <FormGroup
            label="Body"
            fieldId="message-body"
            labelInfo={
              <Controller
                control={control}
                name="format"
                render={({ field }) => (
                  <ToggleGroup aria-label="Format of the body" isCompact>
                    {bodyFormats.map((format) => (
                      <ToggleGroupItem key={format} text={bodyFormatLabels[format]} isSelected={field.value === format} onChange={() => field.onChange(format)} />
                    ))}
                  </ToggleGroup>
                )}
              />
            }
          >
            <Controller
              control={control}
              name="body"
              render={({ field, fieldState }) => (
                <>
                  <TextArea
                    id="message-body"
                    {...field}
                    rows={3}
                    resizeOrientation="vertical"
                    spellCheck={false}
                    validated={fieldState.invalid ? "error" : "default"}
                    onKeyDown={(event) => {
                      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void send();
                    }}
                  />
                  <FieldHelp id="message-body-help" error={fieldState.error?.message}>Ctrl+Enter sends. {variableHelp}</FieldHelp>
                </>
              )}
            />
          </FormGroup>
          <div className={styles.twoFields}>
            <FormGroup label="Subject" fieldId="message-subject">
              <Controller control={control} name="subject" render={({ field }) => <TextInput id="message-subject" {...field} />} />
            </FormGroup>
            <Controller
              control={control}
              name="durable"
              render={({ field }) => (
                <Checkbox id="message-durable" label="Durable" isChecked={field.value} onChange={(_event, isOn) => field.onChange(isOn)} />
              )}
            />
          </div>
          <PropertyRows control={control} name="properties" label="Application properties" noun="property" />
          <MoreFields control={control} />
          <RepeatFields value={repeat} onChange={setRepeat} />
          <Flex>
            {state.run === null ? (
              <ReasonedButton variant="primary" type="submit" icon={<PaperPlaneIcon />} reason={reason}>
                Send
              </ReasonedButton>
            ) : (
              <Button variant="secondary" icon={<StopIcon />} onClick={client.stopSending}>Stop sending</Button>
            )}
            <span className={styles.subtle} role="status" aria-label="Sending">
              {state.run === null ? null : `${state.run.sent.toLocaleString("en")} of ${counted(state.run.count, "message")} sent`}
            </span>
          </Flex>
        </Form>
        <SentList sent={state.sent} onClear={client.clearSent} onEdit={reset} />
      </CardBody>
    </Card>
  );
}
