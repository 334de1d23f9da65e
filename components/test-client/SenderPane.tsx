"use client";
import {
  Button, Card, CardBody, CardTitle, Checkbox, Form, FormGroup, FormSelect, FormSelectOption, TextArea, TextInput, ToggleGroup, ToggleGroupItem,
} from "@patternfly/react-core";
import { PaperPlaneIcon, PlusIcon, TimesIcon } from "@patternfly/react-icons";
import { zodResolver } from "@hookform/resolvers/zod";
import { Controller, useFieldArray, useForm, type Control } from "react-hook-form";
import { type AddressType, isStored } from "#contracts/addresses/address.ts";
import { counted } from "#components/feedback/format.ts";
import { ReasonedButton } from "#components/feedback/ReasonedButton.tsx";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import { LinkLine } from "./LinkLine.tsx";
import { type MessageDraft, messageDraftSchema, propertyTypes } from "./message-draft.ts";
import { SentList } from "./SentList.tsx";
import type { TestClientState } from "./test-client-state.ts";
import type { TestClient } from "./test-client.ts";
import styles from "./test-client.module.css";

const typeLabels = { string: "Text", int: "Integer", boolean: "Boolean" } as const;

function noCreditReason(type: AddressType): string {
  return isStored(type) ? "The broker takes no message at the moment; the address may be full." : "Nobody listens at the moment. Start receiving at the right, or connect a program.";
}

interface PaneProps {
  readonly client: TestClient;
  readonly state: TestClientState;
  readonly type: AddressType;
}

export function SenderPane({ client, state, type }: PaneProps) {
  const { control, handleSubmit, formState } = useForm<MessageDraft>({
    resolver: zodResolver(messageDraftSchema),
    defaultValues: { format: "text", body: "Hello from Postroom", subject: "", durable: isStored(type), properties: [] },
  });
  const rows = useFieldArray({ control, name: "properties" });
  const reason = state.sender !== "open" ? "The sender is not attached." : state.sendCredit === 0 ? noCreditReason(type) : undefined;
  const send = handleSubmit((draft) => {
    if (reason === undefined) client.send(draft);
  });
  const listError = formState.errors.properties?.root?.message ?? formState.errors.properties?.message;
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
                    <ToggleGroupItem text="Text" isSelected={field.value === "text"} onChange={() => field.onChange("text")} />
                    <ToggleGroupItem text="JSON" isSelected={field.value === "json"} onChange={() => field.onChange("json")} />
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
                  <FieldHelp id="message-body-help" error={fieldState.error?.message}>Ctrl+Enter sends.</FieldHelp>
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
          <FormGroup role="group" label="Application properties" fieldId="message-properties">
            {rows.fields.map((row, index) => (
              <PropertyRow key={row.id} control={control} index={index} onRemove={() => rows.remove(index)} />
            ))}
            <FieldHelp id="message-properties-help" error={listError} />
            <Button variant="link" isInline icon={<PlusIcon />} onClick={() => rows.append({ name: "", type: "string", value: "" })}>
              Add a property
            </Button>
          </FormGroup>
          <div>
            <ReasonedButton variant="primary" type="submit" icon={<PaperPlaneIcon />} reason={reason}>
              Send
            </ReasonedButton>
          </div>
        </Form>
        <SentList sent={state.sent} onClear={client.clearSent} />
      </CardBody>
    </Card>
  );
}

function PropertyRow({ control, index, onRemove }: { control: Control<MessageDraft>; index: number; onRemove: () => void }) {
  const number = index + 1;
  return (
    <div className={styles.property} role="group" aria-label={`Property ${number}`}>
      <Controller
        control={control}
        name={`properties.${index}.name`}
        render={({ field, fieldState }) => (
          <div>
            <TextInput {...field} aria-label={`Name of property ${number}`} placeholder="name" validated={fieldState.invalid ? "error" : "default"} />
            <FieldHelp id={`property-${index}-name-help`} error={fieldState.error?.message} />
          </div>
        )}
      />
      <Controller
        control={control}
        name={`properties.${index}.type`}
        render={({ field }) => (
          <FormSelect {...field} aria-label={`Type of property ${number}`}>
            {propertyTypes.map((each) => (
              <FormSelectOption key={each} value={each} label={typeLabels[each]} />
            ))}
          </FormSelect>
        )}
      />
      <Controller
        control={control}
        name={`properties.${index}.value`}
        render={({ field, fieldState }) => (
          <div>
            <TextInput {...field} aria-label={`Value of property ${number}`} placeholder="value" validated={fieldState.invalid ? "error" : "default"} />
            <FieldHelp id={`property-${index}-value-help`} error={fieldState.error?.message} />
          </div>
        )}
      />
      <Button variant="plain" icon={<TimesIcon />} aria-label={`Remove property ${number}`} onClick={onRemove} />
    </div>
  );
}
