import type { AddressPlan } from "#contracts/plans/plan.ts";
import { limitsOf } from "./limit-words.ts";
import styles from "./plans.module.css";

/** A plan's absolute limits, one a line. */
export function LimitList({ plan }: { plan: AddressPlan }) {
  return (
    <dl className={styles.limits}>
      {limitsOf(plan).map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
