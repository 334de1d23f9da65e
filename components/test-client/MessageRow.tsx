import type { ReactNode } from "react";
import styles from "./test-client.module.css";

interface MessageRowProps {
  readonly at: string;
  readonly title: string;
  readonly outcome: ReactNode;
  readonly body: string;
  readonly bodyKind: string;
  readonly isBodyCut?: boolean;
  readonly headers: readonly (readonly [string, string])[];
  readonly applicationProperties: readonly (readonly [string, string])[];
  /** What can be done with it, inside the open row. */
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}

/** A message as a row that opens in place. */
export function MessageRow({ at, title, outcome, body, bodyKind, isBodyCut, headers, applicationProperties, actions, children }: MessageRowProps) {
  return (
    <li className={styles.row}>
      <details>
        <summary className={styles.rowHead}>
          <time dateTime={at} className={styles.time}>{new Date(at).toLocaleTimeString()}</time>
          <span className={styles.rowTitle}>{title.slice(0, 200) || "(empty)"}</span>
          {outcome}
        </summary>
        <div className={styles.rowBody}>
          <p className={styles.subtle}>Body, {bodyKind}{isBodyCut === true ? ", cut" : ""}</p>
          <pre className={styles.body} tabIndex={0} aria-label="Body">{body}</pre>
          <Properties title="Application properties" entries={applicationProperties} />
          <Properties title="Message" entries={headers} />
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
