"use client";
import Link from "next/link";
import type { ComponentProps } from "react";
import { useLeaveQuestion, useLeaveTo } from "#components/form/LeaveGuard.tsx";

type AppLinkProps = Omit<ComponentProps<typeof Link>, "href"> & { href: string };

/** A link inside the console. It asks first when a half-filled form would be left. */
export function AppLink({ href, onNavigate, ...props }: AppLinkProps) {
  const question = useLeaveQuestion();
  const leaveTo = useLeaveTo();
  return (
    <Link
      {...props}
      href={href}
      prefetch={false}
      onNavigate={(event) => {
        onNavigate?.(event);
        if (question === undefined) return;
        event.preventDefault();
        leaveTo(href);
      }}
    />
  );
}
