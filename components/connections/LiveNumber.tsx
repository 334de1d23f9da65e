import { formatExact, formatShort } from "#components/feedback/format.ts";
import { formatMoment } from "#components/feedback/moment.ts";
import table from "#components/table/table.module.css";

interface LiveNumberProps {
  /** Null while it is not known. */
  readonly value: number | null;
  readonly notKnownSince: string | null;
}

/** A sampled number in short form, exact on hover; a dash, with why, while it is not known. */
export function LiveNumber({ value, notKnownSince }: LiveNumberProps) {
  if (value !== null && notKnownSince === null) return <span className={value === 0 ? table.quiet : undefined} title={formatExact(value)}>{formatShort(value)}</span>;
  const reason = notKnownSince === null ? "Not known yet: it takes two samples." : `Not known since ${formatMoment(new Date(notKnownSince))}: its gateway does not answer.`;
  return (
    <span className={table.quiet} title={reason}>
      <span aria-hidden>—</span>
      <span className="pf-v6-u-screen-reader">Not known</span>
    </span>
  );
}
