"use client";
import { Button, Form, FormGroup, Modal, ModalBody, ModalFooter, ModalHeader, TextInput } from "@patternfly/react-core";
import { type FormEvent, type ReactNode, useState } from "react";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { toPublicError } from "#components/trpc/public-error.ts";

interface TypedDeleteDialogProps {
  readonly title: string;
  /** What has to be typed. */
  readonly name: string;
  /** What is lost. */
  readonly children: ReactNode;
  readonly error: unknown;
  readonly isPending: boolean;
  readonly onDelete: (typedName: string) => void;
  readonly onClose: () => void;
}

/** Asks before something goes with all that is in it: says what is lost, and wants its name typed. */
export function TypedDeleteDialog({ title, name, children, error, isPending, onDelete, onClose }: TypedDeleteDialogProps) {
  const [typed, setTyped] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed === name && !isPending) onDelete(typed);
  };
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="delete-title" aria-describedby="delete-body">
      <ModalHeader title={title} titleIconVariant="warning" labelId="delete-title" />
      <ModalBody id="delete-body">
        {children}
        <Form id="delete-form" onSubmit={submit}>
          <FormGroup label={<>Type <strong>{name}</strong> to go on</>} fieldId="delete-name">
            <TextInput id="delete-name" value={typed} onChange={(_event, value) => setTyped(value)} autoFocus autoComplete="off" spellCheck={false} />
          </FormGroup>
        </Form>
        {error == null ? null : <InlineAlert variant="danger" title="It was not deleted">{toPublicError(error).message}</InlineAlert>}
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" type="submit" form="delete-form" isDisabled={typed !== name} isLoading={isPending}>Delete</Button>
        <Button variant="link" onClick={onClose}>Keep it</Button>
      </ModalFooter>
    </Modal>
  );
}
