import { pino, type DestinationStream, type Logger } from "pino";

export type Log = Logger;

const secretNames = ["authorization", "token", "secret", "password", "sealedSecret", "DATABASE_URL", "KEYCLOAK_CLIENT_SECRET"];

/**
 * The provisioner's log: JSON lines on standard output. Values under names that may hold secrets are replaced at any of
 * the first three levels, so that an object logged by mistake gives none away.
 * @param destination for tests; standard output when absent
 */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    name: "provisioner",
    level,
    redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: "[redacted]" },
  };
  return destination ? pino(options, destination) : pino(options);
}
