import { counted } from "#components/feedback/format.ts";
import { MessageList } from "./MessageList.tsx";
import { MessageRow } from "./MessageRow.tsx";
import { OutcomeLabel } from "./OutcomeLabel.tsx";
import type { RingBuffer } from "./ring-buffer.ts";
import type { SentMessage } from "./test-client-state.ts";
import styles from "./test-client.module.css";

/** Messages that were sent, newest first, each with what became of it. */
export function SentList({ sent, onClear }: { sent: RingBuffer<SentMessage>; onClear: () => void }) {
  return (
    <MessageList title={sent.items.length === 0 ? "Nothing sent yet" : `${counted(sent.items.length + sent.dropped, "message")} sent`} label="Sent messages" buffer={sent} onClear={onClear}>
      {sent.items.toReversed().map(({ id, at, draft, messageId, outcome }) => (
        <MessageRow
          key={id}
          at={at}
          title={draft.subject === "" ? draft.body : draft.subject}
          outcome={<OutcomeLabel outcome={outcome.status} />}
          body={draft.body}
          bodyKind={draft.format === "json" ? "JSON" : "text"}
          headers={[["message id", messageId], ...(draft.subject === "" ? [] : [["subject", draft.subject] as const]), ["durable", String(draft.durable)]]}
          applicationProperties={draft.properties.map(({ name, value }) => [name, value] as const)}
        >
          {outcome.status === "rejected" ? <p className={styles.reason}>{outcome.reason ?? "No reason was given."}</p> : null}
        </MessageRow>
      ))}
    </MessageList>
  );
}
