import { parseArgs, type ParseArgsConfig } from "node:util";

/** A command line that cannot be followed. The message is for who typed it. */
class UsageError extends Error {}

/** Options of a benchmark; what is wrong with the command line ends the process with one sentence and status 2. */
export function readOptions<const T extends NonNullable<ParseArgsConfig["options"]>>(options: T) {
  return usable(() => parseArgs({ options, strict: true }).values);
}

/** A positive whole number that was typed for an option. */
export function positiveNumber(option: string, text: string): number {
  return usable(() => {
    if (!/^[1-9]\d*$/.test(text)) throw new UsageError(`--${option} is a whole number from 1 on, not "${text}".`);
    return Number(text);
  });
}

/** The names typed for `--only`, comma separated, or all when it was not given. */
export function chosenNames<T extends string>(only: string | undefined, names: readonly T[]): T[] {
  return usable(() => {
    const wanted = only?.split(",") ?? names;
    const unknown = wanted.find((name) => !(names as readonly string[]).includes(name));
    if (unknown !== undefined) throw new UsageError(`There is no case "${unknown}". Take some of ${names.join(", ")}.`);
    return names.filter((name) => wanted.includes(name));
  });
}

function usable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    const isMistyped = code?.startsWith("ERR_PARSE_ARGS") === true;
    if (!isMistyped && !(error instanceof UsageError)) throw error;
    // Node adds sentences on how to escape what was typed.
    process.stderr.write(isMistyped ? `${message.split(". ")[0]!.replace(/\.$/, "")}.\n` : `${message}\n`);
    return process.exit(2);
  }
}
