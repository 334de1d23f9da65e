import { Button } from "@patternfly/react-core";
import { memo } from "react";
import { counted } from "#components/feedback/format.ts";
import { bodyFormatLabels, type MessageDraft } from "./message-draft.ts";
import { MessageList } from "./MessageList.tsx";
import { MessageRow } from "./MessageRow.tsx";
import { OutcomeLabel } from "./OutcomeLabel.tsx";
import type { RingBuffer } from "./ring-buffer.ts";
import type { SentMessage } from "./test-client-state.ts";
import styles from "./test-client.module.css";

interface SentListProps {
  readonly sent: RingBuffer<SentMessage>;
  readonly onClear: () => void;
  /** Puts what was typed then back into the form. */
  readonly onEdit: (draft: MessageDraft) => void;
}

/** Messages that were sent, newest first, each with what became of it. */
export function SentList({ sent, onClear, onEdit }: SentListProps) {
  return (
    <MessageList title={sent.items.length === 0 ? "Nothing sent yet" : `${counted(sent.items.length + sent.dropped, "message")} sent`} label="Sent messages" buffer={sent} onClear={onClear}>
      {sent.items.toReversed().map((message) => (
        <SentRow key={message.id} message={message} onEdit={onEdit} />
      ))}
    </MessageList>
  );
}

function headersOf({ messageId, draft }: SentMessage): (readonly [string, string])[] {
  const { subject, to, replyTo, correlationId, contentType, groupId, priority, timeToLiveMs, durable } = draft;
  const typed = [
    ["subject", subject], ["to", to], ["reply to", replyTo], ["correlation id", correlationId], ["content type", contentType], ["group id", groupId],
    ["priority", priority], ["ttl", timeToLiveMs],
  ] as const;
  return [["message id", messageId], ...typed.filter(([, value]) => value !== ""), ["durable", String(durable)]];
}

const SentRow = memo(({ message, onEdit }: { message: SentMessage; onEdit: (draft: MessageDraft) => void }) => {
  const { at, draft, outcome } = message;
  return (
    <MessageRow
      at={at}
      title={draft.subject === "" ? draft.body : draft.subject}
      outcome={<OutcomeLabel outcome={outcome.status} />}
      body={draft.body}
      bodyKind={bodyFormatLabels[draft.format]}
      headers={headersOf(message)}
      applicationProperties={draft.properties.map(({ name, value }) => [name, value] as const)}
      actions={<Button variant="link" isInline onClick={() => onEdit(draft)}>Edit and send again</Button>}
    >
      {outcome.status === "rejected" ? <p className={styles.reason}>{outcome.reason ?? "No reason was given."}</p> : null}
    </MessageRow>
  );
});
SentRow.displayName = "SentRow";
