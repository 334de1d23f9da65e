"use client";
import { Button, Flex } from "@patternfly/react-core";
import { AngleLeftIcon, AngleRightIcon } from "@patternfly/react-icons";
import { maxBrowsedMessages, messagesPerPage } from "#contracts/messages/message.ts";
import { formatExact } from "#components/feedback/format.ts";
import type { MessagesView } from "./messages-view.ts";
import styles from "./messages.module.css";

interface MessagesPagerProps {
  readonly view: MessagesView;
  readonly shown: number;
  readonly matching: number;
  readonly onGo: (skip: number) => void;
}

/** Which messages are shown, and the ways to those before and after, as far as a queue is looked into. */
export function MessagesPager({ view: { skip }, shown, matching, onGo }: MessagesPagerProps) {
  const next = skip + messagesPerPage;
  const hasNext = next < Math.min(matching, maxBrowsedMessages);
  if (skip === 0 && !hasNext) return null;
  return (
    <nav aria-label="Pages of messages">
      <Flex justifyContent={{ default: "justifyContentFlexEnd" }} alignItems={{ default: "alignItemsCenter" }} gap={{ default: "gapSm" }}>
        <span className={styles.numbers}>{formatExact(skip + 1)}–{formatExact(skip + shown)} of {formatExact(matching)}</span>
        <Button variant="plain" aria-label="Previous page" icon={<AngleLeftIcon />} isDisabled={skip === 0} onClick={() => onGo(Math.max(0, skip - messagesPerPage))} />
        <Button variant="plain" aria-label="Next page" icon={<AngleRightIcon />} isDisabled={!hasNext} onClick={() => onGo(next)} />
      </Flex>
    </nav>
  );
}
