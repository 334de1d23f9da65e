import type { AddressStatistics } from "#contracts/addresses/address-statistics.ts";
import { formatApproximate } from "#components/feedback/format.ts";
import { RelativeTime } from "#components/feedback/RelativeTime.tsx";
import { Figure, whyNotKnown } from "./Figure.tsx";
import { Trend } from "./Trend.tsx";
import styles from "./statistics.module.css";

/** The present numbers of an address in one line; they change in place. @param isStored whether it keeps messages at all @param hasSenders whether programs send to it */
export function AddressFigures({ statistics, isStored, hasSenders }: { statistics: AddressStatistics | null; isStored: boolean; hasSenders: boolean }) {
  const reason = whyNotKnown(statistics);
  const isKnown = reason === undefined && statistics !== null;
  return (
    <div>
      <dl className={styles.figures} aria-label="Numbers">
        {isStored ? (
          <div>
            <dt>Depth</dt>
            <dd>
              <Figure statistics={statistics} value={statistics?.depth} unit=" messages" /> {isKnown ? <Trend growth={statistics.growth} /> : null}
            </dd>
          </div>
        ) : null}
        <div><dt>In/s</dt><dd><Figure statistics={statistics} value={statistics?.inRate} /></dd></div>
        <div><dt>Out/s</dt><dd><Figure statistics={statistics} value={statistics?.outRate} /></dd></div>
        {hasSenders ? <div><dt>Senders</dt><dd><Figure statistics={statistics} value={statistics?.senders} /></dd></div> : null}
        <div><dt>Receivers</dt><dd><Figure statistics={statistics} value={statistics?.receivers} /></dd></div>
        {isStored ? <div><dt>Dead letters</dt><dd><Figure statistics={statistics} value={statistics?.deadLetters} /></dd></div> : null}
        {isKnown && statistics.oldestAt !== null ? <div><dt>Oldest</dt><dd><RelativeTime at={statistics.oldestAt} /></dd></div> : null}
        {isKnown && statistics.depth > 0 && statistics.growth < 0 ? (
          <div><dt>Empty in about</dt><dd>{formatApproximate((statistics.depth / -statistics.growth) * 1000)}</dd></div>
        ) : null}
      </dl>
      {reason === undefined ? null : <p className={styles.unknown}>{reason}</p>}
    </div>
  );
}
