"use client";
import type { QueuedMessage } from "#contracts/messages/message.ts";
import { addressNameKey } from "#contracts/addresses/address-name-key.ts";
import { formatBytes } from "#contracts/plans/quota-sentences.ts";
import { MessageRow } from "#components/test-client/MessageRow.tsx";
import testClient from "#components/test-client/test-client.module.css";

/** A message that waits in the address `name` or among its dead letters, as a row that opens in place. */
export function QueuedMessageRow({ message, name, isDead }: { message: QueuedMessage; name: string; isDead: boolean }) {
  const { sizeBytes, subject, messageId, createdAt, headers, applicationProperties, annotations, movedFrom, body, cannotDisplay } = message;
  const size = <span className={testClient.time}>{formatBytes(sizeBytes)}</span>;
  if (cannotDisplay !== null) {
    return (
      <li className={testClient.row}>
        <div className={testClient.rowHead}>
          <span />
          <span className={testClient.rowTitle}>Cannot be displayed</span>
          {size}
        </div>
        <p className={testClient.reason}>{cannotDisplay} Clients that take it may fail on it as well.</p>
      </li>
    );
  }
  // Brokers know names with dots only.
  const origin = movedFrom === null ? [] : ([["came from", movedFrom === addressNameKey(name) ? name : movedFrom]] as const);
  const why = isDead ? ([["why", "A consumer rejected it, or it was delivered as often as its plan allows. The broker keeps no record of which."]] as const) : [];
  return (
    <MessageRow
      at={createdAt ?? undefined}
      title={subject ?? (body === null ? (messageId ?? "") : body.text)}
      outcome={size}
      body={body?.text}
      bodyKind={body?.kind ?? ""}
      isBodyCut={body?.isCut}
      headers={[...origin, ...why, ...(subject === null ? [] : [["subject", subject] as const]), ...headers]}
      applicationProperties={applicationProperties}
      annotations={annotations}
    />
  );
}
