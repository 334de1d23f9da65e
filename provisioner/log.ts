import type { DestinationStream, Logger } from "pino";
import { createProcessLog } from "#logging/process-log.ts";

export type Log = Logger;

const secretNames = ["authorization", "token", "secret", "password", "sealedSecret", "DATABASE_URL", "KEYCLOAK_CLIENT_SECRET"];

/**
 * The provisioner's log.
 * @param destination for tests; standard output when absent
 */
export function createLog(level: string, destination?: DestinationStream): Log {
  return createProcessLog({ name: "provisioner", level, secretNames, destination });
}
