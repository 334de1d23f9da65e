"use client";
import { Button, Content, Form, FormGroup, Modal, ModalBody, ModalFooter, ModalHeader, TextInput } from "@patternfly/react-core";
import { type FormEvent, useState } from "react";
import type { ChangeOfMany } from "#contracts/addresses/many-addresses.ts";
import { counted, formatExact } from "#components/feedback/format.ts";

interface ChangeManyDialogProps {
  readonly change: ChangeOfMany;
  /** Name of the plan with its type, for a change of plan. */
  readonly planName: string | undefined;
  readonly count: number;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before many addresses change; a deletion wants their number typed. */
export function ChangeManyDialog({ change, planName, count, onConfirm, onClose }: ChangeManyDialogProps) {
  const [typed, setTyped] = useState("");
  const isDeletion = change.kind === "delete";
  const mayGoOn = !isDeletion || typed.replaceAll(/[\s,]/g, "") === String(count);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (mayGoOn) onConfirm();
  };
  const noun = counted(count, "address", "addresses");
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="many-title" aria-describedby="many-body">
      <ModalHeader title={isDeletion ? `Delete ${noun}?` : `Move ${noun} to the plan ${planName}?`} titleIconVariant={isDeletion ? "warning" : undefined} labelId="many-title" />
      <ModalBody id="many-body">
        <Content component="p">
          {isDeletion
            ? "All messages in them that nobody has received yet are lost for good, their dead letters among them. The subscriptions of a topic are deleted with it. Programs that use them are disconnected from them."
            : "Messages in them stay. The plan is for one type: selected addresses of other types are left alone. Each keeps its own options as far as the plan allows."}
        </Content>
        <Form id="many-form" onSubmit={submit}>
          {isDeletion ? (
            <FormGroup label={<>Type <strong>{formatExact(count)}</strong> to go on</>} fieldId="many-count">
              <TextInput id="many-count" value={typed} onChange={(_event, value) => setTyped(value)} autoFocus autoComplete="off" inputMode="numeric" />
            </FormGroup>
          ) : null}
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button variant={isDeletion ? "danger" : "primary"} type="submit" form="many-form" isDisabled={!mayGoOn}>{isDeletion ? "Delete" : "Change plan"}</Button>
        <Button variant="link" onClick={onClose}>{isDeletion ? "Keep them" : "Cancel"}</Button>
      </ModalFooter>
    </Modal>
  );
}
