import { Label, type LabelProps } from "@patternfly/react-core";
import { BanIcon, CheckCircleIcon, EyeIcon, HourglassHalfIcon, PaperPlaneIcon, QuestionCircleIcon, UndoIcon } from "@patternfly/react-icons";
import type { ComponentType } from "react";
import type { Settlement } from "./receiving.ts";
import type { SendOutcome } from "./sender-client.ts";

/** One colour and one icon for each outcome of a message, everywhere. */
const looks: Record<SendOutcome | Settlement, { text: string; icon: ComponentType; look: Pick<LabelProps, "color" | "status"> }> = {
  waiting: { text: "waiting", icon: HourglassHalfIcon, look: { color: "grey" } },
  open: { text: "not settled", icon: HourglassHalfIcon, look: { color: "blue" } },
  accepted: { text: "accepted", icon: CheckCircleIcon, look: { status: "success" } },
  rejected: { text: "rejected", icon: BanIcon, look: { status: "danger" } },
  released: { text: "released", icon: UndoIcon, look: { color: "orange" } },
  modified: { text: "modified", icon: UndoIcon, look: { color: "orange" } },
  browsed: { text: "browsed", icon: EyeIcon, look: { color: "grey" } },
  "given back": { text: "given back", icon: UndoIcon, look: { color: "grey" } },
  unknown: { text: "outcome unknown", icon: QuestionCircleIcon, look: { color: "grey" } },
  settled: { text: "sent, not confirmed", icon: PaperPlaneIcon, look: { color: "grey" } },
  "pre-settled": { text: "settled by its sender", icon: CheckCircleIcon, look: { color: "grey" } },
};

export function OutcomeLabel({ outcome }: { outcome: SendOutcome | Settlement }) {
  const { text, icon: Icon, look } = looks[outcome];
  return (
    <Label isCompact variant="outline" icon={<Icon />} {...look}>
      {text}
    </Label>
  );
}
