import type { ReactNode } from "react";
import styles from "./feedback.module.css";

/** The shape of what comes, visible only when it has not come within 300 ms. */
export function Delayed({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={styles.delayed} role="status" aria-label={label}>
      {children}
    </div>
  );
}
