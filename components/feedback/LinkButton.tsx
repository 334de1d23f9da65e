"use client";
import type { ButtonProps } from "@patternfly/react-core";
import { useLeaveTo } from "#components/form/LeaveGuard.tsx";
import { ReasonedButton } from "./ReasonedButton.tsx";

/** A button that leads to another page of the console: a real link, so it opens in a new tab as well. */
export function LinkButton({ href, reason, ...props }: Omit<ButtonProps, "component"> & { href: string; reason?: string }) {
  const leaveTo = useLeaveTo();
  return (
    <ReasonedButton
      {...props}
      reason={reason}
      component="a"
      href={href}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        leaveTo(href);
      }}
    />
  );
}
