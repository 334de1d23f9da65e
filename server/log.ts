import type { DestinationStream, Logger } from "pino";
import { createProcessLog } from "#logging/process-log.ts";

export type Log = Logger;

const secretNames = ["authorization", "cookie", "token", "secret", "password", "ticket", "sealedSecret", "DATABASE_URL"];

/**
 * The console's log.
 * @param destination for tests; standard output when absent
 */
export function createLog(level: string, destination?: DestinationStream): Log {
  return createProcessLog({ name: "console", level, secretNames, destination });
}
