/**
 * Aborts at the first Ctrl-C, SIGTERM, closed terminal or death of the launcher, so that everything can be stopped in
 * order; further ones are ignored, because stopping has its own time limit.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => controller.abort());
  process.once("disconnect", () => controller.abort());
  process.channel?.unref();
  return controller.signal;
}

/** Resolves when the signal aborts, also when it has already. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
