import { Alert, AlertActionLink, Label, Spinner } from "@patternfly/react-core";
import { CheckCircleIcon } from "@patternfly/react-icons";
import { formatTime } from "#components/feedback/moment.ts";
import type { ConnectionState } from "./test-client-state.ts";
import styles from "./test-client.module.css";

/** The connection in one line: quiet while it is well, in words while it is not. */
export function ConnectionLine({ connection, onConnect }: { connection: ConnectionState; onConnect: () => void }) {
  switch (connection.status) {
    case "open":
      return (
        <p className={styles.line} role="status" aria-label="Connection">
          <Label status="success" variant="outline" icon={<CheckCircleIcon />}>Connected</Label>
          <span className={styles.subtle}>over AMQP in a WebSocket, until {formatTime(new Date(connection.sessionEndsAt))}</span>
        </p>
      );
    case "closed":
    case "connecting":
      return (
        <p className={styles.line} role="status" aria-label="Connection">
          <Spinner size="md" aria-hidden /> Connecting …
        </p>
      );
    case "waiting":
      return (
        <Alert isInline variant="warning" title="Not connected" className={styles.alert} actionLinks={<AlertActionLink onClick={onConnect}>Try now</AlertActionLink>}>
          {connection.reason} It is tried again by itself.
        </Alert>
      );
    case "ended":
      return (
        <Alert isInline variant="info" title="The test session has ended" className={styles.alert} actionLinks={<AlertActionLink onClick={onConnect}>Start another</AlertActionLink>}>
          A session lasts half an hour, so that a forgotten tab does not keep taking messages.
        </Alert>
      );
    case "refused":
      return (
        <Alert isInline variant="danger" title="Not connected" className={styles.alert} actionLinks={<AlertActionLink onClick={onConnect}>Try again</AlertActionLink>}>
          {connection.reason}
        </Alert>
      );
  }
}
