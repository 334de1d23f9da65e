import { pino, type DestinationStream, type Logger, type LoggerOptions } from "pino";

/** Bytes of lines that wait for a full disk; later ones are dropped. */
const maxWaitingBytes = 1024 * 1024;

/** `name` or `base` say in each line whose it is. */
export interface ProcessLogOptions extends Pick<LoggerOptions, "name" | "base"> {
  readonly level: string;
  /** Names of values that may hold secrets. */
  readonly secretNames?: readonly string[];
  /** For tests; standard output when absent. */
  readonly destination?: DestinationStream;
}

/**
 * The log of one of our processes: JSON lines on standard output. A disk that is full costs lines of it, and never the process.
 * Values under names that may hold secrets are replaced at any of the first three levels, so that an object logged by mistake
 * gives none away.
 */
export function createProcessLog({ secretNames = [], destination = standardOutput(), ...own }: ProcessLogOptions): Logger {
  const paths = secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino({ ...own, ...(paths.length === 0 ? {} : { redact: { paths, censor: "[redacted]" } }) }, destination);
}

function standardOutput(): DestinationStream {
  const output = pino.destination({ dest: 1, sync: true, maxLength: maxWaitingBytes });
  output.on("error", () => {});
  return output;
}
