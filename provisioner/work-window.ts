/** When a piece of claimed work may still act on the outside; past it another provisioner may have taken it over. */
export interface WorkWindow {
  /** Aborts what is under way. */
  readonly signal: AbortSignal;
  /** In milliseconds of `performance.now()`: nothing may be sent after it, even if the process stood still meanwhile. */
  readonly notAfterMs: number;
  /** Somebody waits for this one: it goes before what only has to be done. */
  readonly isUrgent?: boolean;
}

/**
 * A window of `ms` milliseconds, closed early when `parent` aborts.
 * @param sinceMs when the claim on the work was asked for, in milliseconds of `performance.now()`: the process may have stood
 *   still before it saw that it has the claim, which runs out all the same
 */
export function openWorkWindow(ms: number, parent?: AbortSignal, isUrgent = false, sinceMs = performance.now()): WorkWindow {
  const notAfterMs = sinceMs + ms;
  const timeout = AbortSignal.timeout(Math.max(0, Math.ceil(notAfterMs - performance.now())));
  return { signal: parent ? AbortSignal.any([timeout, parent]) : timeout, notAfterMs, isUrgent };
}
