"use client";
import type { ReactNode } from "react";
import { AuthGate } from "#components/auth/AuthGate.tsx";
import { ToastProvider } from "#components/feedback/ToastProvider.tsx";
import { LeaveGuard } from "#components/form/LeaveGuard.tsx";
import { TrpcProvider } from "#components/trpc/TrpcProvider.tsx";
import { Frame } from "./Frame.tsx";

/** The whole client subtree: login first, then API client, frame and screen. */
export function Console({ children }: { children: ReactNode }) {
  return (
    <AuthGate>
      <TrpcProvider>
        <ToastProvider>
          <LeaveGuard>
            <Frame>{children}</Frame>
          </LeaveGuard>
        </ToastProvider>
      </TrpcProvider>
    </AuthGate>
  );
}
