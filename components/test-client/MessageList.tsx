import { Button, Flex, Title } from "@patternfly/react-core";
import type { ReactNode } from "react";
import { counted } from "#components/feedback/format.ts";
import type { RingBuffer } from "./ring-buffer.ts";
import styles from "./test-client.module.css";

interface MessageListProps {
  readonly title: string;
  readonly label: string;
  readonly buffer: RingBuffer<unknown>;
  readonly onClear: () => void;
  readonly children: ReactNode;
}

export function MessageList({ title, label, buffer, onClear, children }: MessageListProps) {
  return (
    <div className={styles.list}>
      <Flex justifyContent={{ default: "justifyContentSpaceBetween" }} alignItems={{ default: "alignItemsCenter" }}>
        <Title headingLevel="h3" size="md">
          <span aria-live="polite">{title}</span>
        </Title>
        {buffer.items.length === 0 ? null : <Button variant="link" isInline onClick={onClear}>Clear view</Button>}
      </Flex>
      {buffer.dropped > 0 ? <p className={styles.subtle}>{counted(buffer.dropped, "older message")} dropped from view; the newest {buffer.capacity} are kept.</p> : null}
      <ol className={styles.rows} aria-label={label}>{children}</ol>
    </div>
  );
}
