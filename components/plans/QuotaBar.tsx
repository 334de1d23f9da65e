import type { QuotaMeter } from "#contracts/plans/plan.ts";
import { meterLabel, meterValue } from "./limit-words.ts";
import styles from "./plans.module.css";

interface QuotaBarProps {
  readonly meter: QuotaMeter;
  /** What would be used after the change; the same as used when absent. */
  readonly after?: number;
}

function share(value: number, limit: number): string {
  return limit <= 0 ? "0%" : `${Math.min(100, (value / limit) * 100)}%`;
}

/** How much of one quota is used, and what a change would add, to the limit's scale. */
export function QuotaBar({ meter, after = meter.used }: QuotaBarProps) {
  const { name, used, limit } = meter;
  const left = Math.max(0, limit - after);
  const words =
    after === used
      ? `${meterValue(name, used)} of ${meterValue(name, limit)} used`
      : `${meterValue(name, used)} now, ${meterValue(name, after)} after, of ${meterValue(name, limit)}`;
  const short = after === used ? words : `${meterValue(name, used)} → ${meterValue(name, after)} of ${meterValue(name, limit)}`;
  const level = after > limit ? styles.over : after > limit * 0.9 ? styles.near : styles.well;
  return (
    <div className={styles.quota}>
      <div className={styles.quotaHead}>
        <span aria-hidden>{meterLabel(name)}</span>
        <span className={styles.figures} aria-hidden>{short}</span>
      </div>
      <div
        className={`${styles.bar} ${level}`}
        role="meter"
        aria-label={meterLabel(name)}
        aria-valuemin={0}
        aria-valuemax={limit}
        aria-valuenow={Math.min(after, limit)}
        aria-valuetext={words}
        title={`${meterValue(name, left)} left`}
      >
        <span className={styles.used} style={{ width: share(Math.min(used, after), limit) }} />
        {after > used ? <span className={styles.added} style={{ width: share(after - used, limit) }} /> : null}
      </div>
    </div>
  );
}
