/**
 * Aborts at the first Ctrl-C, SIGTERM or closed terminal, so that everything can be stopped in order; further ones are
 * ignored, because stopping has its own time limit.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => controller.abort());
  return controller.signal;
}
