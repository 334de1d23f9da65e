import { Label, type LabelProps } from "@patternfly/react-core";
import { CheckCircleIcon, ExclamationCircleIcon, HourglassHalfIcon, InProgressIcon, TrashIcon } from "@patternfly/react-icons";
import type { ComponentType } from "react";
import type { Phase } from "#contracts/phases.ts";

/** One colour and one icon for each phase, everywhere. */
const looks: Record<Phase, { icon: ComponentType; look: Pick<LabelProps, "status" | "color"> }> = {
  Pending: { icon: HourglassHalfIcon, look: { color: "grey" } },
  Configuring: { icon: InProgressIcon, look: { color: "blue" } },
  Active: { icon: CheckCircleIcon, look: { status: "success" } },
  Failed: { icon: ExclamationCircleIcon, look: { status: "danger" } },
  Terminating: { icon: TrashIcon, look: { color: "orange" } },
};

export function PhaseLabel({ phase, isCompact }: { phase: Phase; isCompact?: boolean }) {
  const { icon: Icon, look } = looks[phase];
  return (
    <Label variant="outline" isCompact={isCompact} icon={<Icon />} {...look}>
      {phase}
    </Label>
  );
}
