import { AlertActionCloseButton, AlertActionLink, Label, Spinner } from "@patternfly/react-core";
import { memo } from "react";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { formatTime } from "#components/feedback/moment.ts";
import type { ConnectionState } from "./amqp-link.ts";
import { Figures } from "./Figures.tsx";
import type { LinkState, Notice } from "./link-state.ts";
import styles from "./test-client.module.css";

interface PaneStatusProps {
  readonly name: string;
  readonly connection: ConnectionState;
  readonly link: LinkState;
  readonly notice: Notice | undefined;
  /** What the link is ready for, while it is attached, or what it waits for. */
  readonly words: string;
  readonly onConnect: () => void;
  readonly onDismiss: () => void;
}

function stateOf(connection: ConnectionState, link: LinkState): { text: string; look: "green" | "grey" | "danger" | "busy" } {
  if (typeof link === "object") return { text: "refused", look: "danger" };
  if (connection.status === "connecting") return { text: "connecting …", look: "busy" };
  if (connection.status === "open") return link === "open" ? { text: "attached", look: "green" } : { text: "attaching …", look: "busy" };
  return { text: "not attached", look: "grey" };
}

/** Connection and link of a pane: one quiet line while all is well, in words while it is not. */
export function PaneStatus({ name, connection, link, notice, words, onConnect, onDismiss }: PaneStatusProps) {
  const { text, look } = stateOf(connection, link);
  return (
    <>
      <div className={styles.state} role="status" aria-label={`${name} link`}>
        <StateLabel text={text} look={look} />
        {/* Numbers that change all the time: to be read, not to be told. */}
        <span className={styles.subtle} aria-live="off">
          {typeof link === "object" ? link.refused : <Figures text={words} />}
          {connection.status === "open" ? <span title="So that a forgotten tab does not go on."> Session until {formatTime(new Date(connection.sessionEndsAt))}.</span> : null}
        </span>
      </div>
      <ConnectionFault connection={connection} onConnect={onConnect} />
      {typeof link === "object" ? (
        <InlineAlert component="h3" isLiveRegion variant="danger" title="The link was refused or closed" className={styles.alert} actionLinks={<AlertActionLink onClick={onConnect}>Try again</AlertActionLink>}>{link.refused}</InlineAlert>
      ) : null}
      {notice === undefined ? null : (
        <InlineAlert component="h3" isLiveRegion variant="warning" title={`At ${formatTime(new Date(notice.at))}`} className={styles.alert} actionClose={<AlertActionCloseButton aria-label="Close the notice" onClose={onDismiss} />}>
          {notice.text}
        </InlineAlert>
      )}
    </>
  );
}

const StateLabel = memo(function StateLabel({ text, look }: ReturnType<typeof stateOf>) {
  return (
    <Label isCompact variant="outline" {...(look === "danger" ? { status: "danger" as const } : { color: look === "green" ? ("green" as const) : ("grey" as const) })} icon={look === "busy" ? <Spinner size="sm" aria-hidden /> : undefined}>
      {text}
    </Label>
  );
});

function ConnectionFault({ connection, onConnect }: { connection: ConnectionState; onConnect: () => void }) {
  switch (connection.status) {
    case "waiting":
      return (
        <InlineAlert component="h3" isLiveRegion variant="warning" title="Not connected" className={styles.alert} actionLinks={<AlertActionLink onClick={onConnect}>Try now</AlertActionLink>}>
          {connection.reason} It is tried again by itself.
        </InlineAlert>
      );
    case "ended":
      return (
        <InlineAlert component="h3" isLiveRegion variant="info" title="The test session has ended" className={styles.alert} actionLinks={<AlertActionLink onClick={onConnect}>Start another</AlertActionLink>}>
          A session lasts half an hour, so that a forgotten tab does not keep taking messages.
        </InlineAlert>
      );
    case "refused":
      return (
        <InlineAlert component="h3" isLiveRegion variant="danger" title="Not connected" className={styles.alert} actionLinks={<AlertActionLink onClick={onConnect}>Try again</AlertActionLink>}>
          {connection.reason}
        </InlineAlert>
      );
    default:
      return null;
  }
}
