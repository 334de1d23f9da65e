import type { AddressStatistics } from "#contracts/addresses/address-statistics.ts";
import { formatExact, formatShort } from "#components/feedback/format.ts";
import { formatMoment } from "#components/feedback/moment.ts";
import styles from "./statistics.module.css";

type Known = Pick<AddressStatistics, "sampledAt" | "notKnownSince">;

/** Why a number is not known, in words; undefined when it is. */
export function whyNotKnown(statistics: Known | null | undefined): string | undefined {
  if (statistics === null || statistics === undefined || statistics.sampledAt === null) return "Not known yet. The first numbers come within seconds of the address being set up.";
  if (statistics.notKnownSince === null) return undefined;
  return `Not known since ${formatMoment(new Date(statistics.notKnownSince))}: its broker or the gateways do not answer.`;
}

/** A sampled number in short form, exact on hover; a dash, with why, when it is not known. */
export function Figure({ statistics, value, unit = "" }: { statistics: Known | null | undefined; value: number | undefined; unit?: string }) {
  const reason = whyNotKnown(statistics);
  if (reason !== undefined || value === undefined) {
    return (
      <span className={styles.unknown} title={reason}>
        <span aria-hidden>—</span>
        <span className="pf-v6-u-screen-reader">Not known</span>
      </span>
    );
  }
  return <span className={value === 0 ? styles.zero : undefined} title={`${formatExact(value)}${unit}`}>{formatShort(value)}</span>;
}
