import type { Logger } from "pino";
import { createProcessLog } from "#logging/process-log.ts";

/** The gateway's log. */
export function standardLog(level: string): Logger {
  return createProcessLog({ level, base: { process: "gateway" } });
}
