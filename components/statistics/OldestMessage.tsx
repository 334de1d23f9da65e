import type { AddressStatistics } from "#contracts/addresses/address-statistics.ts";
import { RelativeTime } from "#components/feedback/RelativeTime.tsx";
import { whyNotKnown } from "./Figure.tsx";
import styles from "./statistics.module.css";

const whyUnknown = "Its age is asked for with one of the next samples. A message that is being handed out has none.";

/** Since when the first message waits, or that it is not known; nothing while none waits, or while no number is known. */
export function OldestMessage({ statistics }: { statistics: Pick<AddressStatistics, "sampledAt" | "notKnownSince" | "depth" | "oldestAt"> | null | undefined }) {
  if (!hasOldest(statistics)) return null;
  if (statistics.oldestAt !== null) return <RelativeTime at={statistics.oldestAt} />;
  return <span className={styles.unknown} title={whyUnknown}>Not known</span>;
}

/** True when there is a first message whose age can be asked for. */
export function hasOldest<T extends Pick<AddressStatistics, "sampledAt" | "notKnownSince" | "depth">>(statistics: T | null | undefined): statistics is T {
  return statistics !== null && statistics !== undefined && whyNotKnown(statistics) === undefined && statistics.depth > 0;
}
