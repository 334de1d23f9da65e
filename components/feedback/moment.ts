const storageKey = "postroom.time-zone";

/** The zone that the person chose for this browser; undefined for the system's. */
export function chosenTimeZone(): string | undefined {
  const stored = typeof localStorage === "undefined" ? null : localStorage.getItem(storageKey);
  return stored !== null && timeZones().includes(stored) ? stored : undefined;
}

/** The system's zone. */
export function systemTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Every zone that can be chosen. */
export function timeZones(): readonly string[] {
  return Intl.supportedValuesOf("timeZone");
}

/** Keeps the choice in this browser. @param zone an IANA name, or undefined for the system's */
export function chooseTimeZone(zone: string | undefined): void {
  if (zone === undefined) localStorage.removeItem(storageKey);
  else localStorage.setItem(storageKey, zone);
}

/** A moment in the person's zone, as day and time. */
export function formatMoment(at: Date): string {
  return at.toLocaleString(undefined, { timeZone: chosenTimeZone() });
}

/** The day of a moment in the person's zone. */
export function formatDay(at: Date): string {
  return at.toLocaleDateString(undefined, { timeZone: chosenTimeZone() });
}

/** The time of a moment in the person's zone. */
export function formatTime(at: Date): string {
  return at.toLocaleTimeString(undefined, { timeZone: chosenTimeZone() });
}

/** A moment in the person's zone as one says it: the time, with the day when it is not today's. */
export function formatSince(at: Date): string {
  return formatDay(at) === formatDay(new Date()) ? at.toLocaleTimeString(undefined, { timeZone: chosenTimeZone(), hour: "2-digit", minute: "2-digit" }) : formatMoment(at);
}
