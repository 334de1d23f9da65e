import { ArrowDownIcon, ArrowUpIcon } from "@patternfly/react-icons";
import { formatShort } from "#components/feedback/format.ts";
import styles from "./statistics.module.css";

/** Whether the depth grows or shrinks; nothing while it stays. @param growth messages per second */
export function Trend({ growth }: { growth: number }) {
  if (growth === 0) return null;
  const words = growth > 0 ? `Growing by ${formatShort(growth)} messages per second` : `Shrinking by ${formatShort(-growth)} messages per second`;
  return (
    <span className={styles.trend} title={words}>
      {growth > 0 ? <ArrowUpIcon aria-hidden /> : <ArrowDownIcon aria-hidden />}
      <span className="pf-v6-u-screen-reader">{words}</span>
    </span>
  );
}
