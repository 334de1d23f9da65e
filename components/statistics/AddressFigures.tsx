import type { AddressStatistics } from "#contracts/addresses/address-statistics.ts";
import { formatApproximate } from "#components/feedback/format.ts";
import { Figure, whyNotKnown } from "./Figure.tsx";
import { hasOldest, OldestMessage } from "./OldestMessage.tsx";
import { Trend } from "./Trend.tsx";
import styles from "./statistics.module.css";

interface AddressFiguresProps {
  readonly statistics: AddressStatistics | null;
  /** Whether it keeps messages at all. */
  readonly isStored: boolean;
  /** Whether there is a first among them: those of a topic are its subscriptions'. */
  readonly hasOwnQueue: boolean;
  /** Whether programs send to it. */
  readonly hasSenders: boolean;
}

/** The present numbers of an address in one line; they change in place. */
export function AddressFigures({ statistics, isStored, hasOwnQueue, hasSenders }: AddressFiguresProps) {
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
        {hasOwnQueue && hasOldest(statistics) ? <div><dt>Oldest</dt><dd><OldestMessage statistics={statistics} /></dd></div> : null}
        {isKnown && statistics.depth > 0 && statistics.growth < 0 ? (
          <div><dt>Empty in about</dt><dd>{formatApproximate((statistics.depth / -statistics.growth) * 1000)}</dd></div>
        ) : null}
      </dl>
      {reason === undefined ? null : <p className={styles.unknown}>{reason}</p>}
    </div>
  );
}
