"use client";
import { useQueryErrorResetBoundary } from "@tanstack/react-query";
import { useEffect } from "react";
import { isPassing } from "#components/trpc/public-error.ts";
import { ErrorState } from "./ErrorState.tsx";

const retryMs = 5_000;

/** What a screen shows in its place when it failed as a whole; comes back by itself after an outage. */
export function ScreenError({ error, reset }: { error: Error; reset: () => void }) {
  const { reset: resetQueries } = useQueryErrorResetBoundary();
  useEffect(() => {
    if (!isPassing(error)) return;
    const timer = setInterval(() => {
      resetQueries();
      reset();
    }, retryMs);
    return () => clearInterval(timer);
  }, [error, reset, resetQueries]);
  return (
    <ErrorState
      error={error}
      onRetry={() => {
        resetQueries();
        reset();
      }}
    />
  );
}
