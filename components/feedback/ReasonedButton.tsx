"use client";
import { Button, type ButtonProps, Tooltip } from "@patternfly/react-core";

/** A button that stays visible and reachable when it cannot be used, and says why. It is the same element either way, so that it keeps the focus. */
export function ReasonedButton({ reason, ...props }: ButtonProps & { reason: string | undefined }) {
  const refused = reason === undefined ? undefined : { isAriaDisabled: true, onClick: undefined, href: undefined, component: "button" as const };
  return (
    <Tooltip content={reason ?? ""} {...(reason === undefined ? { trigger: "manual", isVisible: false } : {})}>
      <Button {...props} {...refused} />
    </Tooltip>
  );
}
