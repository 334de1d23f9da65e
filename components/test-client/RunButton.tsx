import { StopIcon } from "@patternfly/react-icons";
import type { MouseEvent, ReactElement } from "react";
import { ReasonedButton } from "#components/feedback/ReasonedButton.tsx";

interface RunButtonProps {
  readonly isRunning: boolean;
  readonly icon: ReactElement;
  readonly label: string;
  readonly stopLabel: string;
  /** Why it cannot be started now. */
  readonly reason: string | undefined;
  readonly onStop: () => void;
}

/** Submits its form, and stops what that has begun: one button, so that it keeps the focus when it changes. */
export function RunButton({ isRunning, icon, label, stopLabel, reason, onStop }: RunButtonProps) {
  const stop = (event: MouseEvent) => {
    // By the time that the browser would submit, it is the other button already.
    event.preventDefault();
    onStop();
  };
  return (
    <ReasonedButton variant={isRunning ? "secondary" : "primary"} type="submit" icon={isRunning ? <StopIcon /> : icon} reason={isRunning ? undefined : reason} onClick={isRunning ? stop : undefined}>
      {isRunning ? stopLabel : label}
    </ReasonedButton>
  );
}
