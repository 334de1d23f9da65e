"use client";
import { Button, Content, Form, FormGroup, Modal, ModalBody, ModalFooter, ModalHeader, TextInput } from "@patternfly/react-core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { hasQueue, isStored } from "#contracts/addresses/address-type.ts";
import { counted, formatExact } from "#components/feedback/format.ts";
import { useSpaceScope } from "#components/frame/route.ts";
import { useToast } from "#components/feedback/ToastProvider.tsx";
import { useMessageCounts } from "#components/messages/use-messages.ts";
import { useTRPC, type Outputs } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import { subscriptionsOf } from "./subscriptions.ts";

interface DeleteAddressDialogProps {
  readonly address: Pick<Outputs["addresses"]["get"], "name" | "type">;
  readonly onClose: () => void;
  readonly onDeleted?: () => void;
}

/** Asks before an address goes: says what is lost, and wants the name typed when messages may be. */
export function DeleteAddressDialog({ address, onClose, onDeleted }: DeleteAddressDialogProps) {
  const scope = useSpaceScope();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toast = useToast();
  const [typed, setTyped] = useState("");
  const stored = isStored(address.type);
  const mayDelete = !stored || typed === address.name;
  const remove = useMutation(
    trpc.addresses.delete.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.addresses.list.queryKey(scope) });
        toast({ variant: "info", title: `${address.name} is being deleted` });
        onClose();
        onDeleted?.();
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (mayDelete && !remove.isPending) remove.mutate({ ...scope, name: address.name });
  };
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="delete-title" aria-describedby="delete-body">
      <ModalHeader title={`Delete ${address.type} ${address.name}?`} titleIconVariant="warning" labelId="delete-title" />
      <ModalBody id="delete-body">
        <Content component="p">
          {address.type === "subscription"
            ? "All messages that it keeps are lost for good, its dead letters among them. Programs that receive from it are disconnected from it. Its topic and other subscriptions stay as they are."
            : stored
            ? "All messages in it that nobody has received yet are lost for good, its dead letters among them. Programs that send to it or receive from it are disconnected from it."
            : "Nothing is stored in it, so no message is lost. Programs that send to it or receive from it are disconnected from it."}
        </Content>
        {hasQueue(address.type) ? <CountedLoss name={address.name} /> : null}
        <ConnectedPrograms name={address.name} />
        {address.type === "topic" ? <SubscriptionsLost topic={address.name} /> : null}
        {stored ? (
          <Form id="delete-form" onSubmit={submit}>
            <FormGroup label={<>Type <strong>{address.name}</strong> to go on</>} fieldId="delete-name">
              <TextInput id="delete-name" value={typed} onChange={(_event, value) => setTyped(value)} autoFocus autoComplete="off" spellCheck={false} />
            </FormGroup>
          </Form>
        ) : (
          <form id="delete-form" onSubmit={submit} />
        )}
        {remove.isError ? <InlineAlert variant="danger" title="It was not deleted">{toPublicError(remove.error).message}</InlineAlert> : null}
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" type="submit" form="delete-form" isDisabled={!mayDelete} isLoading={remove.isPending}>Delete</Button>
        <Button variant="link" onClick={onClose}>Keep it</Button>
      </ModalFooter>
    </Modal>
  );
}

/** Which subscriptions go along with their topic. */
function SubscriptionsLost({ topic }: { topic: string }) {
  const { data, error } = useQuery(useTRPC().addresses.list.queryOptions({ ...useSpaceScope(), ...subscriptionsOf(topic) }));
  if (error !== null) return <Content component="p">Its subscriptions are deleted with it. Which these are could not be found out. {toPublicError(error).message}</Content>;
  if (data === undefined) return <Content component="p" aria-live="polite">Looking for its subscriptions…</Content>;
  if (data.total === 0) return <Content component="p">It has no subscriptions.</Content>;
  const more = data.total - data.items.length;
  return (
    <>
      <Content component="p"><strong>{data.total === 1 ? "Its subscription is" : `Its ${formatExact(data.total)} subscriptions are`} deleted with it, and all messages that {data.total === 1 ? "it keeps" : "they keep"}:</strong></Content>
      <Content component="ul" aria-label="Subscriptions that are deleted too">
        {data.items.map(({ id, name }) => <Content key={id} component="li">{name}</Content>)}
        {more > 0 ? <Content component="li">and {formatExact(more)} more</Content> : null}
      </Content>
    </>
  );
}

/** What the broker says is in it right now. */
function CountedLoss({ name }: { name: string }) {
  const { data, error } = useMessageCounts(name);
  const words =
    error !== null ? `How much that is could not be counted. ${toPublicError(error).message}`
    : data === undefined ? "Counting what is in it…"
    : `Right now: ${counted(data.queue.messages, "message")}, ${counted(data.deadLetters.messages, "dead letter")}, ${counted(data.queue.consumers, "consumer")}.`;
  return <Content component="p" aria-live="polite">{error === null && data !== undefined ? <strong>{words}</strong> : words}</Content>;
}

/** Who is cut off, as read last from brokers and gateways. */
function ConnectedPrograms({ name }: { name: string }) {
  const { data } = useQuery({ ...useTRPC().addresses.get.queryOptions({ ...useSpaceScope(), name }), staleTime: 0 });
  if (data === undefined) return null;
  const { statistics } = data;
  const isKnown = statistics !== null && statistics.sampledAt !== null && statistics.notKnownSince === null;
  return (
    <Content component="p" aria-live="polite">
      {isKnown ? <>Connected to it: <strong>{counted(statistics.senders, "sender")}, {counted(statistics.receivers, "receiver")}</strong>.</> : "How many programs are connected to it is not known right now."}
    </Content>
  );
}
