import { Label } from "@patternfly/react-core";
import type { ReactNode } from "react";
import type { LinkState } from "./test-client-state.ts";
import styles from "./test-client.module.css";

/** State of a link, and its credit, above its pane. */
export function LinkLine({ name, link, children }: { name: string; link: LinkState; children?: ReactNode }) {
  const isRefused = typeof link === "object";
  return (
    <div className={styles.line} role="status" aria-label={`${name} link`}>
      <Label isCompact variant="outline" {...(isRefused ? { status: "danger" as const } : { color: link === "open" ? ("green" as const) : ("grey" as const) })}>
        {isRefused ? "refused" : link === "open" ? "attached" : link === "opening" ? "attaching …" : "not attached"}
      </Label>
      <span className={styles.subtle}>{isRefused ? link.refused : children}</span>
    </div>
  );
}
