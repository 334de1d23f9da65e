const storageKey = "postroom.time-zone";
const supportedZones = new Set<string>();

/** The zone that the person chose for this browser; undefined for the system's. */
export function chosenTimeZone(): string | undefined {
  const stored = typeof localStorage === "undefined" ? null : localStorage.getItem(storageKey);
  if (stored === null) return undefined;
  if (supportedZones.size === 0) for (const zone of timeZones()) supportedZones.add(zone);
  return supportedZones.has(stored) ? stored : undefined;
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

const formatters = new Map<string, Intl.DateTimeFormat>();

const shapes = {
  moment: { day: "numeric", month: "numeric", year: "numeric", hour: "numeric", minute: "numeric", second: "numeric" },
  day: { day: "numeric", month: "numeric", year: "numeric" },
  time: { hour: "numeric", minute: "numeric", second: "numeric" },
  "short time": { hour: "2-digit", minute: "2-digit" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** Making a formatter takes longer than a hundred uses of it, and lists write a moment in each row. */
function format(shape: keyof typeof shapes, at: Date): string {
  const timeZone = chosenTimeZone();
  const key = `${shape} ${timeZone}`;
  let formatter = formatters.get(key);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat(undefined, { ...shapes[shape], timeZone });
    formatters.set(key, formatter);
  }
  return formatter.format(at);
}

/** A moment in the person's zone, as day and time. */
export function formatMoment(at: Date): string {
  return format("moment", at);
}

/** The day of a moment in the person's zone. */
export function formatDay(at: Date): string {
  return format("day", at);
}

/** The time of a moment in the person's zone. */
export function formatTime(at: Date): string {
  return format("time", at);
}

/** A moment in the person's zone as one says it: the time, with the day when it is not today's. */
export function formatSince(at: Date): string {
  return formatDay(at) === formatDay(new Date()) ? format("short time", at) : formatMoment(at);
}
