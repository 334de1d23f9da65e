"use client";
import { Button, type ButtonProps, Tooltip } from "@patternfly/react-core";
import { useState } from "react";

/** A button that stays visible and reachable when it cannot be used, and says why. It is the same element either way, so that it keeps the focus. */
export function ReasonedButton({ reason, ...props }: ButtonProps & { reason: string | undefined }) {
  // By hand: a tooltip that shows when its reason goes would stay, empty.
  const [isPointedAt, setIsPointedAt] = useState(false);
  const refused = reason === undefined ? undefined : { isAriaDisabled: true, onClick: undefined, href: undefined, component: "button" as const };
  return (
    <Tooltip content={reason ?? ""} trigger="manual" isVisible={reason !== undefined && isPointedAt}>
      <Button
        {...props}
        {...refused}
        onMouseEnter={() => setIsPointedAt(true)}
        onMouseLeave={() => setIsPointedAt(false)}
        onFocus={() => setIsPointedAt(true)}
        onBlur={() => setIsPointedAt(false)}
        onKeyDown={(event) => event.key === "Escape" && setIsPointedAt(false)}
      />
    </Tooltip>
  );
}
