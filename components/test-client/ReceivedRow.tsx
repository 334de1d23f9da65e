import { Button } from "@patternfly/react-core";
import { memo } from "react";
import { formatMoment, formatTime } from "#components/feedback/moment.ts";
import { detailOfMessage } from "./message-detail.ts";
import { OutcomeLabel } from "./OutcomeLabel.tsx";
import type { Outcome, ReceivedMessage } from "./receiving.ts";
import { formatMs } from "./SentRow.tsx";
import type { RowTabIndex } from "./VirtualRows.tsx";
import styles from "./test-client.module.css";

const decisions: readonly (readonly [Outcome, string])[] = [["accepted", "Accept"], ["released", "Release"], ["modified", "Modify"], ["rejected", "Reject"]];

interface ReceivedRowProps {
  readonly row: ReceivedMessage;
  readonly tabIndex: RowTabIndex;
  readonly onOpen: (row: ReceivedMessage) => void;
  readonly onSettle: (row: ReceivedMessage, outcome: Outcome) => void;
}

/** A received message in one line, with what became of it or the decision that is waited for. */
export const ReceivedRow = memo(function ReceivedRow({ row, tabIndex, onOpen, onSettle }: ReceivedRowProps) {
  const { at, arrived, settlement } = row;
  return (
    <div className={styles.rowLine}>
      <button type="button" tabIndex={tabIndex} className={styles.rowButton} onClick={() => onOpen(row)}>
        <time dateTime={at} title={formatMoment(new Date(at))} className={styles.time}>{formatTime(new Date(at))}</time>
        <span className={styles.rowTitle}>{arrived.refusal === undefined ? detailOfMessage(arrived).title : "Cannot be displayed"}</span>
      </button>
      {row.tookMs === undefined ? null : <span className={styles.time}>{formatMs(row.tookMs)}</span>}
      {settlement === "open" ? (
        <span role="group" aria-label="Settle" className={styles.settle}>
          {decisions.map(([outcome, label]) => (
            <Button key={outcome} tabIndex={tabIndex} size="sm" variant="link" isInline isDanger={outcome === "rejected"} onClick={({ currentTarget }) => { focusRow(currentTarget); onSettle(row, outcome); }}>{label}</Button>
          ))}
        </span>
      ) : (
        <OutcomeLabel outcome={settlement} />
      )}
    </div>
  );
});

/** The button of a decision goes with it: whoever has used it goes on at the row. */
function focusRow(element: HTMLElement): void {
  element.closest("[data-row]")?.querySelector("button")?.focus({ preventScroll: true });
}
