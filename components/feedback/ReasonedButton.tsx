"use client";
import { Button, type ButtonProps, Tooltip } from "@patternfly/react-core";
import { useState } from "react";

/** A button that stays visible and reachable when it cannot be used, and says why. It is the same element either way, so that it keeps the focus. */
export function ReasonedButton({ reason, ...props }: ButtonProps & { reason: string | undefined }) {
  // By hand: a tooltip that shows when its reason goes would stay, empty. What was pointed at before it was refused does not speak up.
  const [asked, setAsked] = useState<string>();
  const ask = () => setAsked(reason);
  const leave = () => setAsked(undefined);
  const refused = reason === undefined ? undefined : { isAriaDisabled: true, onClick: undefined, href: undefined, component: "button" as const };
  return (
    <Tooltip content={reason ?? ""} trigger="manual" isVisible={reason !== undefined && asked !== undefined}>
      <Button {...props} {...refused} onMouseEnter={ask} onMouseLeave={leave} onFocus={ask} onBlur={leave} onKeyDown={(event) => event.key === "Escape" && leave()} />
    </Tooltip>
  );
}
