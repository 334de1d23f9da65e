"use client";
import { useSyncExternalStore } from "react";
import { formatMoment } from "./moment.ts";
import { formatRelative } from "./format.ts";

const tickMs = 30_000;
let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for all times on the page. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, tickMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** How long ago; the exact time, in the person's zone, on hover. */
export function RelativeTime({ at }: { at: string }) {
  const clock = useSyncExternalStore(subscribe, () => now, () => now);
  const date = new Date(at);
  return (
    <time dateTime={at} title={formatMoment(date)}>
      {formatRelative(date, new Date(Math.max(clock, date.getTime())))}
    </time>
  );
}
