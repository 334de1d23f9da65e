"use client";
import { Button, Content, Form, FormGroup, HelperText, HelperTextItem, Modal, ModalBody, ModalFooter, ModalHeader, TextInput } from "@patternfly/react-core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { counted } from "#components/feedback/format.ts";
import { useToast } from "#components/feedback/ToastProvider.tsx";
import { useSpaceScope } from "#components/frame/route.ts";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";

interface CloseConnectionsDialogProps {
  readonly connections: readonly { readonly id: string; readonly container: string }[];
  readonly onClose: () => void;
  /** Told when the closing is under way. */
  readonly onStarted: () => void;
}

/** Asks why before clients are shut out; they are told the reason. */
export function CloseConnectionsDialog({ connections, onClose, onStarted }: CloseConnectionsDialogProps) {
  const scope = useSpaceScope();
  const toast = useToast();
  const [reason, setReason] = useState("");
  const [first] = connections;
  const close = useMutation(
    useTRPC().connections.close.mutationOptions({
      onSuccess: () => {
        toast({ variant: "info", title: connections.length === 1 ? `${first?.container ?? "The connection"} is being closed` : `${counted(connections.length, "connection")} are being closed` });
        onStarted();
      },
    }),
  );
  const mayGoOn = reason.trim() !== "" && !close.isPending;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (mayGoOn) close.mutate({ ...scope, ids: connections.map(({ id }) => id), reason });
  };
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="close-title" aria-describedby="close-body">
      <ModalHeader title={connections.length === 1 ? `Close the connection of ${first?.container ?? ""}?` : `Close ${counted(connections.length, "connection")}?`} titleIconVariant="warning" labelId="close-title" />
      <ModalBody id="close-body">
        <Content component="p">What its client has received and not settled goes to others. Most clients connect again by themselves; to shut one out, delete its credential.</Content>
        <Form id="close-form" onSubmit={submit}>
          <FormGroup label="Reason" isRequired fieldId="close-reason">
            <TextInput id="close-reason" value={reason} onChange={(_event, value) => setReason(value)} maxLength={200} autoFocus isRequired />
            <HelperText><HelperTextItem>The client gets to see it, and the audit trail keeps it.</HelperTextItem></HelperText>
          </FormGroup>
        </Form>
        {close.isError ? <InlineAlert variant="danger" title="Nothing was closed">{toPublicError(close.error).message}</InlineAlert> : null}
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" type="submit" form="close-form" isDisabled={!mayGoOn} isLoading={close.isPending}>Close</Button>
        <Button variant="link" onClick={onClose}>Leave open</Button>
      </ModalFooter>
    </Modal>
  );
}
