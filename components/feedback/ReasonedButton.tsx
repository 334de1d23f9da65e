"use client";
import { Button, type ButtonProps, Tooltip } from "@patternfly/react-core";

/** A button that stays visible and reachable when it cannot be used, and says why. */
export function ReasonedButton({ reason, ...props }: ButtonProps & { reason: string | undefined }) {
  if (reason === undefined) return <Button {...props} />;
  return (
    <Tooltip content={reason}>
      <Button {...props} isAriaDisabled onClick={undefined} href={undefined} component="button" />
    </Tooltip>
  );
}
