"use client";
import { EmptyState, EmptyStateBody, Button, EmptyStateActions, EmptyStateFooter, Skeleton } from "@patternfly/react-core";
import dynamic from "next/dynamic";
import { useState } from "react";
import { hasQueue } from "#contracts/addresses/address-type.ts";
import { maxBrowsedMessages } from "#contracts/messages/message.ts";
import { refusalOf } from "#contracts/phases.ts";
import { useAddress } from "#components/addresses/use-address.ts";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { counted, formatExact } from "#components/feedback/format.ts";
import { useUrlView } from "#components/frame/url-view.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import { MessagesToolbar } from "./MessagesToolbar.tsx";
import { messagesCodec, type MessagesView } from "./messages-view.ts";
import { MessagesPager } from "./MessagesPager.tsx";
import { QueuedMessageRow } from "./QueuedMessageRow.tsx";
import styles from "./messages.module.css";
import { useMessageCounts, useMessageOperations, useMessagePage } from "./use-messages.ts";

const PurgeDialog = dynamic(() => import("./PurgeDialog.tsx").then((file) => file.PurgeDialog), { ssr: false });

/** What waits in the queue and among its dead letters, without taking it; the view is in the URL. */
export function MessagesTab() {
  const address = useAddress();
  const [view, showView] = useUrlView(messagesCodec);
  const refusal = hasQueue(address.type) ? refusalOf("look-into", address.phase) : "Nothing is stored in an address of this type itself, so there is nothing to look into.";
  const isWanted = refusal === undefined;
  const page = useMessagePage(view, isWanted);
  const counts = useMessageCounts(address.name, { isWanted });
  const [isPurging, setIsPurging] = useState(false);
  const { purge, retry } = useMessageOperations(() => setIsPurging(false));
  if (refusal !== undefined) return <InlineAlert variant="info" title={hasQueue(address.type) ? "Not now" : "No messages wait here"}>{refusal}</InlineAlert>;

  const show = (change: Partial<MessagesView>) => showView({ skip: 0, ...change });
  const isDead = view.source === "dead-letters";
  const state = counts.data?.[isDead ? "deadLetters" : "queue"];
  const error = page.isError ? toPublicError(page.error) : undefined;
  const items = page.data?.items ?? [];
  const look = () => {
    void page.refetch();
    void counts.refetch();
  };
  return (
    <section aria-label="Messages of this address" className={styles.tab}>
      <MessagesToolbar view={view} counts={counts.data} error={error} isLooking={page.isFetching || counts.isFetching} isRetrying={retry.isPending} onShow={show} onLook={look} onPurge={() => setIsPurging(true)} onRetry={() => retry.mutate()} />
      <p className={styles.facts} aria-live="polite">
        {counts.isError
          ? `They could not be counted. ${toPublicError(counts.error).message}`
          : state === undefined ? " "
          : `${counted(state.messages, isDead ? "dead letter" : "message")}${state.beingDelivered === 0 ? "" : `, ${formatExact(state.beingDelivered)} of them being delivered and not shown`}${isDead ? "" : `; ${counted(state.consumers, "consumer")}`}.`}
        {page.data?.hasBodies === false ? " Bodies are shown only to people of the tenant who may read them." : ""}
      </p>
      {error === undefined || error.field === "selector" ? null : (
        <InlineAlert variant={error.field === "order" ? "info" : "danger"} title={error.field === "order" ? "Too many to begin at the end" : "The messages could not be read"}>{error.message}</InlineAlert>
      )}
      {page.data === undefined || error !== undefined ? (
        page.isPending ? <Delayed label="Loading the messages"><Skeleton height="10rem" /></Delayed> : null
      ) : items.length === 0 ? (
        <NoMessages view={view} onClear={() => show({ selector: "" })} onFirst={() => show({})} />
      ) : (
        <>
          <ol className={styles.rows} aria-label={isDead ? "Dead letters" : "Messages"} aria-busy={page.isPlaceholderData}>
            {items.map((message, index) => (
              // Messages need have no id of their own, and two may share one.
              <QueuedMessageRow key={`${view.source} ${view.order} ${view.skip + index} ${message.messageId ?? ""}`} message={message} name={address.name} isDead={isDead} />
            ))}
          </ol>
          <MessagesPager view={view} shown={items.length} matching={page.data.matching} onGo={(skip) => show({ skip })} />
          {page.data.matching > maxBrowsedMessages ? <p className={styles.facts}>The {view.order === "oldest" ? "oldest" : "newest"} {formatExact(maxBrowsedMessages)} can be looked at; a selector finds the others.</p> : null}
        </>
      )}
      {isPurging ? <PurgeDialog name={address.name} source={view.source} selector={view.selector} purge={purge} onClose={() => setIsPurging(false)} /> : null}
    </section>
  );
}

function NoMessages({ view, onClear, onFirst }: { view: MessagesView; onClear: () => void; onFirst: () => void }) {
  const isDead = view.source === "dead-letters";
  const [title, text, action] =
    view.selector !== "" ? ["No message matches the selector", "Messages that are just being delivered cannot be seen.", <Button key="clear" variant="link" onClick={onClear}>Clear the selector</Button>]
    : view.skip > 0 ? ["There are no more messages", "They have been taken since.", <Button key="first" variant="link" onClick={onFirst}>Go to the first page</Button>]
    : isDead ? ["No dead letters", "Messages that consumers reject, or that are delivered too often, come here and wait to be looked at, retried or purged.", null]
    : ["No messages wait", "Whatever is sent is taken at once, or nothing is sent. Messages being delivered cannot be seen.", null];
  return (
    <EmptyState headingLevel="h2" titleText={title} variant="sm">
      <EmptyStateBody>{text}</EmptyStateBody>
      {action === null ? null : (
        <EmptyStateFooter>
          <EmptyStateActions>{action}</EmptyStateActions>
        </EmptyStateFooter>
      )}
    </EmptyState>
  );
}
