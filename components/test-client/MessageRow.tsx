import type { ReactNode } from "react";
import { formatDay, formatMoment, formatTime } from "#components/feedback/moment.ts";
import styles from "./test-client.module.css";

interface MessageRowProps {
  /** Absent when nobody knows. */
  readonly at: string | undefined;
  readonly title: string;
  readonly outcome: ReactNode;
  /** Absent for whoever may not read it. */
  readonly body: string | undefined;
  readonly bodyKind: string;
  readonly isBodyCut?: boolean;
  readonly headers: readonly (readonly [string, string])[];
  readonly applicationProperties: readonly (readonly [string, string])[];
  readonly annotations?: readonly (readonly [string, string])[];
  /** What can be done with it, inside the open row. */
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}

/** Time of day; with the date when it is another day's. */
function shortTime(at: Date): string {
  return formatDay(at) === formatDay(new Date()) ? formatTime(at) : formatMoment(at);
}

/** A message as a row that opens in place. */
export function MessageRow({ at, title, outcome, body, bodyKind, isBodyCut, headers, applicationProperties, annotations = [], actions, children }: MessageRowProps) {
  return (
    <li className={styles.row}>
      <details>
        <summary className={styles.rowHead}>
          {at === undefined ? <span /> : <time dateTime={at} title={formatMoment(new Date(at))} className={styles.time}>{shortTime(new Date(at))}</time>}
          <span className={styles.rowTitle}>{title.slice(0, 200) || "(empty)"}</span>
          {outcome}
        </summary>
        <div className={styles.rowBody}>
          {body === undefined ? null : (
            <>
              <p className={styles.subtle}>Body, {bodyKind}{isBodyCut === true ? ", cut" : ""}</p>
              <pre className={styles.body} tabIndex={0} aria-label="Body">{body}</pre>
            </>
          )}
          <Properties title="Application properties" entries={applicationProperties} />
          <Properties title="Message" entries={headers} />
          <Properties title="Annotations" entries={annotations} />
          {actions === undefined ? null : <div>{actions}</div>}
        </div>
      </details>
      {children}
    </li>
  );
}

function Properties({ title, entries }: { title: string; entries: readonly (readonly [string, string])[] }) {
  if (entries.length === 0) return null;
  return (
    <table className={styles.properties}>
      <caption>{title}</caption>
      <tbody>
        {entries.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
