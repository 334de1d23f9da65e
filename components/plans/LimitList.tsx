import type { AddressPlan } from "#contracts/plans/plan.ts";
import { limitsOf } from "./limit-words.ts";
import styles from "./plans.module.css";

/** Absolute limits, one a line. @param own labels of those that are the address's own and not its plan's */
export function LimitList({ plan, own = [] }: { plan: AddressPlan; own?: readonly string[] }) {
  return (
    <dl className={styles.limits}>
      {limitsOf(plan).map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}{own.includes(label) ? <span className={styles.own}> (own)</span> : null}</dd>
        </div>
      ))}
    </dl>
  );
}
