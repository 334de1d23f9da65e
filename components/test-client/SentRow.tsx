import { memo } from "react";
import { formatMoment, formatTime } from "#components/feedback/moment.ts";
import { OutcomeLabel } from "./OutcomeLabel.tsx";
import type { SentMessage } from "./sender-client.ts";
import { fillVariables } from "./variables.ts";
import type { RowTabIndex } from "./VirtualRows.tsx";
import styles from "./test-client.module.css";

const maxTitleCharacters = 200;

/** What stands in a row of a sent message: its subject, or the beginning of its body. */
export function titleOfSent({ draft, counter, line }: SentMessage): string {
  // What is random was filled in once, and is not known any more: it stays as it was typed.
  const text = (draft.subject === "" ? draft.body : draft.subject).slice(0, maxTitleCharacters).replaceAll(/\{\{\s*(uuid|now|random[^}]*)\s*\}\}/g, "…");
  return fillVariables(text, { counter, row: line }) || "(empty)";
}

/** A sent message in one line, with what became of it. */
export const SentRow = memo(function SentRow({ row, tabIndex, onOpen }: { row: SentMessage; tabIndex: RowTabIndex; onOpen: (row: SentMessage) => void }) {
  return (
    <div className={styles.rowLine}>
      <button type="button" tabIndex={tabIndex} className={styles.rowButton} onClick={() => onOpen(row)}>
        <time dateTime={row.at} title={formatMoment(new Date(row.at))} className={styles.time}>{formatTime(new Date(row.at))}</time>
        <span className={styles.rowTitle}>{titleOfSent(row)}</span>
      </button>
      {row.tookMs === undefined ? null : <span className={styles.time}>{formatMs(row.tookMs)}</span>}
      <OutcomeLabel outcome={row.outcome} />
    </div>
  );
});

export function formatMs(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : ms < 10_000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 1000)} s`;
}
