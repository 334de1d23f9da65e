"use client";
import { Button, Content, Form, FormGroup, Modal, ModalBody, ModalFooter, ModalHeader, Skeleton, TextInput } from "@patternfly/react-core";
import type { UseMutationResult } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import type { MessageSource } from "#contracts/messages/message.ts";
import { counted, formatExact } from "#components/feedback/format.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import { useMessageCounts } from "./use-messages.ts";

interface PurgeDialogProps {
  readonly name: string;
  readonly source: MessageSource;
  readonly selector: string;
  readonly purge: UseMutationResult<unknown, Error, { source: MessageSource; selector: string; expected: number }>;
  readonly onClose: () => void;
}

/** Asks before messages go: counts them anew, and wants their number typed. */
export function PurgeDialog({ name, source, selector, purge, onClose }: PurgeDialogProps) {
  const [typed, setTyped] = useState("");
  const counts = useMessageCounts(name, { selector });
  const state = counts.data?.[source === "queue" ? "queue" : "deadLetters"];
  const count = state?.matching;
  const mayGoOn = count !== undefined && count > 0 && typed.replaceAll(/[\s,]/g, "") === String(count);
  const what = source === "queue" ? "messages" : "dead letters";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (mayGoOn && !purge.isPending) purge.mutate({ source, selector, expected: count });
  };
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="purge-title" aria-describedby="purge-body">
      <ModalHeader title={`Purge the ${what} of ${name}?`} titleIconVariant="warning" labelId="purge-title" />
      <ModalBody id="purge-body">
        {counts.isError ? <InlineAlert variant="danger" title="They could not be counted">{toPublicError(counts.error).message}</InlineAlert> : null}
        {count === undefined ? (
          counts.isError ? null : <Skeleton width="100%" screenreaderText="Counting" />
        ) : count === 0 ? (
          <Content component="p">There is nothing to purge.</Content>
        ) : (
          <>
            <Content component="p">
              <strong>{counted(count, source === "queue" ? "message" : "dead letter")}</strong>
              {selector === "" ? "" : <> that match <code>{selector}</code></>} {count === 1 ? "is" : "are"} lost for good. Nobody receives {count === 1 ? "it" : "them"} any more.
              {state?.beingDelivered === 0 ? "" : ` ${counted(state?.beingDelivered ?? 0, "message")} of the queue ${state?.beingDelivered === 1 ? "is" : "are"} just being delivered and may stay.`}
            </Content>
            <Form id="purge-form" onSubmit={submit}>
              <FormGroup label={<>Type <strong>{formatExact(count)}</strong> to go on</>} fieldId="purge-count">
                <TextInput id="purge-count" value={typed} onChange={(_event, value) => setTyped(value)} autoFocus autoComplete="off" inputMode="numeric" />
              </FormGroup>
            </Form>
          </>
        )}
        {purge.isError ? <InlineAlert variant="danger" title="Nothing was purged">{toPublicError(purge.error).message}</InlineAlert> : null}
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" type="submit" form="purge-form" isDisabled={!mayGoOn} isLoading={purge.isPending}>Purge</Button>
        <Button variant="link" onClick={onClose}>Keep them</Button>
      </ModalFooter>
    </Modal>
  );
}
