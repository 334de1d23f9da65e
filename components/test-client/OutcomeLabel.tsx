import { BanIcon, CheckCircleIcon, EyeIcon, HourglassHalfIcon, PaperPlaneIcon, QuestionCircleIcon, UndoIcon } from "@patternfly/react-icons";
import type { ReactElement } from "react";
import type { RequestStatus } from "./request-client.ts";
import type { Settlement } from "./receiving.ts";
import type { SendOutcome } from "./sender-client.ts";

type Outcome = SendOutcome | Settlement | RequestStatus;
type Look = "grey" | "blue" | "orange" | "success" | "danger";

/** One colour and one icon for each outcome of a message, everywhere. */
const looks: Record<Outcome, readonly [text: string, icon: ReactElement, look: Look]> = {
  waiting: ["waiting", <HourglassHalfIcon key="icon" />, "grey"],
  open: ["not settled", <HourglassHalfIcon key="icon" />, "blue"],
  accepted: ["accepted", <CheckCircleIcon key="icon" />, "success"],
  rejected: ["rejected", <BanIcon key="icon" />, "danger"],
  released: ["released", <UndoIcon key="icon" />, "orange"],
  modified: ["modified", <UndoIcon key="icon" />, "orange"],
  browsed: ["browsed", <EyeIcon key="icon" />, "grey"],
  "given back": ["given back", <UndoIcon key="icon" />, "grey"],
  unknown: ["outcome unknown", <QuestionCircleIcon key="icon" />, "grey"],
  settled: ["sent, not confirmed", <PaperPlaneIcon key="icon" />, "grey"],
  "pre-settled": ["settled by its sender", <CheckCircleIcon key="icon" />, "grey"],
  replied: ["replied", <CheckCircleIcon key="icon" />, "success"],
  "no reply": ["no reply", <HourglassHalfIcon key="icon" />, "orange"],
};

/** PatternFly's label in its own classes: its component measures itself each time, which is too much for rows that pass by in thousands. */
export function OutcomeLabel({ outcome }: { outcome: Outcome }) {
  const [text, icon, look] = looks[outcome];
  return (
    <span className={`pf-v6-c-label pf-m-compact pf-m-outline pf-m-${look}`}>
      <span className="pf-v6-c-label__content">
        <span className="pf-v6-c-label__icon">{icon}</span>
        <span className="pf-v6-c-label__text">{text}</span>
      </span>
    </span>
  );
}
