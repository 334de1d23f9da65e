/** When a piece of claimed work may still act on the outside; past it another provisioner may have taken it over. */
export interface WorkWindow {
  /** Aborts what is under way. */
  readonly signal: AbortSignal;
  /** In milliseconds of `performance.now()`: nothing may be sent after it, even if the process stood still meanwhile. */
  readonly notAfterMs: number;
  /** Somebody waits for this one: it goes before what only has to be done. */
  readonly isUrgent?: boolean;
}

/** A window of `ms` milliseconds from now, closed early when `parent` aborts. */
export function openWorkWindow(ms: number, parent?: AbortSignal, isUrgent = false): WorkWindow {
  const timeout = AbortSignal.timeout(ms);
  return { signal: parent ? AbortSignal.any([timeout, parent]) : timeout, notAfterMs: performance.now() + ms, isUrgent };
}
