import { Alert, AlertActionCloseButton, Button, Progress } from "@patternfly/react-core";
import { counted, formatExact } from "#components/feedback/format.ts";
import type { ChangeProgress } from "./use-change-of-many.ts";
import styles from "./addresses.module.css";

interface ChangeProgressPanelProps {
  readonly progress: ChangeProgress;
  readonly onStop: () => void;
  readonly onClose: () => void;
}

const titles = {
  running: { delete: "Deleting addresses", plan: "Changing the plan" },
  done: { delete: "Everything selected is being deleted", plan: "The plan has been changed" },
  stopped: { delete: "Deleting was stopped", plan: "Changing the plan was stopped" },
  refused: { delete: "Deleting could not go on", plan: "The plan could not be changed for all" },
} as const;
const variants = { running: "info", done: "success", stopped: "warning", refused: "danger" } as const;

/** How far a change of many has come; it can be stopped, and what is done stays done. */
export function ChangeProgressPanel({ progress: { change, done, total, state, problem }, onStop, onClose }: ChangeProgressPanelProps) {
  return (
    <section aria-label="Progress" className={styles.progress}>
      <Alert
        variant={variants[state]}
        title={titles[state][change.kind]}
        isLiveRegion
        actionClose={state === "running" ? undefined : <AlertActionCloseButton title="Close the progress" onClose={onClose} />}
        actionLinks={state === "running" ? <Button variant="link" isInline onClick={onStop}>Stop</Button> : undefined}
      >
        <Progress value={total === 0 ? 100 : Math.min(100, (done / total) * 100)} label={`${formatExact(done)} of ${formatExact(total)}`} valueText={`${formatExact(done)} of ${formatExact(total)}`} aria-label="Addresses done" measureLocation="outside" />
        {problem?.message ?? (state === "stopped" ? `${counted(done, "address was", "addresses were")} already changed; the others are as they were.` : null)}
      </Alert>
    </section>
  );
}
