"use client";
import { Button, FormSelect, FormSelectOption, TextInput, ToggleGroup, ToggleGroupItem } from "@patternfly/react-core";
import { SyncAltIcon } from "@patternfly/react-icons";
import { type FormEvent, useState } from "react";
import type { PublicError } from "#contracts/errors.ts";
import type { MessageCounts } from "#contracts/messages/message.ts";
import { formatExact } from "#components/feedback/format.ts";
import { ReasonedButton } from "#components/feedback/ReasonedButton.tsx";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import { useMissingPermission } from "#components/frame/use-session.ts";
import type { MessagesView } from "./messages-view.ts";
import styles from "./messages.module.css";

interface MessagesToolbarProps {
  readonly view: MessagesView;
  readonly counts: MessageCounts | undefined;
  readonly error: PublicError | undefined;
  readonly isLooking: boolean;
  readonly isRetrying: boolean;
  readonly onShow: (change: Partial<MessagesView>) => void;
  readonly onLook: () => void;
  readonly onPurge: () => void;
  readonly onRetry: () => void;
}

function numbered(title: string, count: number | undefined): string {
  return count === undefined ? title : `${title} (${formatExact(count)})`;
}

/** Which of the two queues, what of it, from which end, and what can be done with it. */
export function MessagesToolbar({ view, counts, error, isLooking, isRetrying, onShow, onLook, onPurge, onRetry }: MessagesToolbarProps) {
  const mayNotPurge = useMissingPermission("message:purge");
  const mayNotRetry = useMissingPermission("message:retry");
  const isDead = view.source === "dead-letters";
  const nothing = counts?.[isDead ? "deadLetters" : "queue"].messages === 0 ? "There are none." : undefined;
  return (
    <>
      <div className={styles.bar}>
        <ToggleGroup aria-label="Which messages">
          <ToggleGroupItem text={numbered("Waiting", counts?.queue.messages)} buttonId="messages-waiting" isSelected={!isDead} onChange={() => onShow({ source: "queue" })} />
          <ToggleGroupItem text={numbered("Dead letters", counts?.deadLetters.messages)} buttonId="messages-dead" isSelected={isDead} onChange={() => onShow({ source: "dead-letters" })} />
        </ToggleGroup>
        <div className={styles.actions}>
          <Button variant="plain" icon={<SyncAltIcon />} aria-label="Look again" isLoading={isLooking} onClick={onLook} />
          {isDead ? <ReasonedButton variant="secondary" reason={mayNotRetry ?? nothing} isLoading={isRetrying} onClick={onRetry}>Retry all</ReasonedButton> : null}
          <ReasonedButton variant="secondary" isDanger reason={mayNotPurge ?? nothing} onClick={onPurge}>{view.selector === "" ? "Purge all" : "Purge matching"}</ReasonedButton>
        </div>
      </div>
      <SelectorForm key={view.selector} view={view} error={error?.field === "selector" ? error.message : undefined} onShow={onShow} />
    </>
  );
}

function SelectorForm({ view, error, onShow }: Pick<MessagesToolbarProps, "view" | "onShow"> & { error: string | undefined }) {
  const [selector, setSelector] = useState(view.selector);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onShow({ selector: selector.trim() });
  };
  return (
    <form className={styles.bar} onSubmit={submit}>
      <div className={styles.selector}>
        <TextInput
          aria-label="Selector"
          placeholder="Selector, for example region = 'eu' AND weight > 10"
          value={selector}
          maxLength={1_000}
          spellCheck={false}
          autoComplete="off"
          validated={error === undefined ? "default" : "error"}
          aria-describedby="messages-selector-help"
          onChange={(_event, text) => setSelector(text)}
        />
        <FieldHelp id="messages-selector-help" error={error} />
      </div>
      <Button variant="secondary" type="submit">Find</Button>
      <FormSelect aria-label="Order" className={styles.order} value={view.order} onChange={(_event, order) => onShow({ order: order === "newest" ? "newest" : "oldest" })}>
        <FormSelectOption value="oldest" label="Oldest first" />
        <FormSelectOption value="newest" label="Newest first" />
      </FormSelect>
    </form>
  );
}
