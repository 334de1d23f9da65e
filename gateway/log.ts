import { type Logger, pino } from "pino";

/** Bytes of lines that wait for a full disk; later ones are dropped. */
const maxWaitingBytes = 1024 * 1024;

/** The gateway's log on standard output. A disk that is full costs lines of it, and never the process. */
export function standardLog(level: string): Logger {
  const destination = pino.destination({ dest: 1, sync: true, maxLength: maxWaitingBytes });
  destination.on("error", () => {});
  return pino({ level, base: { process: "gateway" } }, destination);
}
