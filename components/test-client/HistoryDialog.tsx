"use client";
import { Button, Checkbox, Flex, Modal, ModalBody, ModalFooter, ModalHeader, SearchInput, Skeleton, TextInput } from "@patternfly/react-core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { counted } from "#components/feedback/format.ts";
import { ReasonedButton } from "#components/feedback/ReasonedButton.tsx";
import { RelativeTime } from "#components/feedback/RelativeTime.tsx";
import { forgetSend, forgetUnnamed, keepsHistory, type KeptSend, listSends, nameSend, setKeepsHistory } from "./history.ts";
import type { MessageDraft } from "./message-draft.ts";
import drawer from "./drawer.module.css";
import styles from "./test-client.module.css";

interface HistoryDialogProps {
  /** Id of whose sends are shown. */
  readonly person: string;
  readonly address: string;
  readonly onUse: (draft: MessageDraft) => void;
  readonly onSend: (draft: MessageDraft) => void;
  readonly onClose: () => void;
}

/** What was sent from this browser before: to find, name, use and send again. */
export function HistoryDialog({ person, address, onUse, onSend, onClose }: HistoryDialogProps) {
  const [search, setSearch] = useState("");
  const [isKept, setIsKept] = useState(() => keepsHistory(person));
  const queryClient = useQueryClient();
  const queryKey = ["test-client-history", person];
  const sends = useQuery({ queryKey, queryFn: () => listSends(person), gcTime: 0 });
  const change = useMutation({ mutationFn: (work: () => Promise<string | undefined | void>) => work(), onSettled: () => queryClient.invalidateQueries({ queryKey }) });
  const wanted = search.trim().toLowerCase();
  const found = sends.data?.filter(({ name, address: to, draft }) => [name, to, draft.subject, draft.body].some((text) => text.toLowerCase().includes(wanted))) ?? [];
  const fault = typeof change.data === "string" ? change.data : change.isError ? "It could not be changed in this browser." : undefined;
  return (
    <Modal variant="medium" isOpen onClose={onClose} aria-labelledby="history-title" aria-describedby="history-body">
      <ModalHeader title="Sent before" labelId="history-title" description="Kept in this browser only, and shown to nobody but you. What looks like a secret is left out." />
      <ModalBody id="history-body">
        <Flex>
          <SearchInput aria-label="Find a send" placeholder="Name, address, subject or body" value={search} onChange={(_event, text) => setSearch(text)} onClear={() => setSearch("")} />
          <Checkbox id="history-kept" label="Keep what I send" isChecked={isKept} onChange={(_event, on) => { setIsKept(on); setKeepsHistory(person, on); }} />
        </Flex>
        {fault === undefined ? null : <InlineAlert variant="warning" title="Not changed">{fault}</InlineAlert>}
        {sends.isError ? <InlineAlert variant="danger" title="It cannot be read">This browser does not let pages keep anything, for example in a private window.</InlineAlert> : null}
        {sends.isPending ? <Skeleton height="8rem" screenreaderText="Reading" /> : null}
        {sends.data !== undefined && found.length === 0 ? <p className={drawer.emptyHistory}>{sends.data.length === 0 ? "Nothing was sent yet." : "Nothing matches."}</p> : null}
        <ul className={drawer.history} aria-label="Sent before">
          {found.map((send) => (
            <HistoryRow key={send.id} send={send} isElsewhere={send.address !== address} onUse={onUse} onSend={onSend} onName={(name) => change.mutate(() => nameSend(person, send.id!, name))} onForget={() => change.mutate(() => forgetSend(person, send.id!))} />
          ))}
        </ul>
      </ModalBody>
      <ModalFooter>
        <Button onClick={onClose}>Close</Button>
        {found.length === 0 ? null : <Button variant="link" isDanger onClick={() => change.mutate(() => forgetUnnamed(person))}>Forget all without a name</Button>}
      </ModalFooter>
    </Modal>
  );
}

interface HistoryRowProps {
  readonly send: KeptSend;
  readonly isElsewhere: boolean;
  readonly onUse: (draft: MessageDraft) => void;
  readonly onSend: (draft: MessageDraft) => void;
  readonly onName: (name: string) => void;
  readonly onForget: () => void;
}

function HistoryRow({ send, isElsewhere, onUse, onSend, onName, onForget }: HistoryRowProps) {
  const [typed, setTyped] = useState<string>();
  const { name, address, at, draft, sent, isPartial } = send;
  const title = name || draft.subject || draft.body.slice(0, 120) || "(empty)";
  return (
    <li className={drawer.historyRow}>
      <div className={styles.rowTitle}>{name === "" ? title : <strong>{title}</strong>}</div>
      <div className={styles.subtle}><RelativeTime at={at} />, {counted(sent, "message")} to {address}{isPartial ? ". Something was left out: a secret, or a body that is too long to be kept." : ""}</div>
      {typed === undefined ? (
        <Flex gap={{ default: "gapMd" }}>
          <Button size="sm" variant="link" isInline onClick={() => onUse(draft)}>Edit and send</Button>
          <ReasonedButton size="sm" variant="link" isInline reason={isPartial ? "Type again what was left out, with Edit and send." : undefined} onClick={() => onSend(draft)}>Send again{isElsewhere ? " here" : ""}</ReasonedButton>
          <Button size="sm" variant="link" isInline onClick={() => setTyped(name)}>{name === "" ? "Name it" : "Rename"}</Button>
          <Button size="sm" variant="link" isInline isDanger onClick={onForget}>Forget</Button>
        </Flex>
      ) : (
        <form onSubmit={(event) => { event.preventDefault(); onName(typed.trim()); setTyped(undefined); }}>
          <Flex>
            <TextInput aria-label="Name" value={typed} maxLength={100} autoFocus onChange={(_event, text) => setTyped(text)} />
            <Button size="sm" type="submit">Keep under this name</Button>
            <Button size="sm" variant="link" onClick={() => setTyped(undefined)}>Cancel</Button>
          </Flex>
        </form>
      )}
    </li>
  );
}
