/** Tells a person what goes on: one line a step, with its time. */
export interface Progress {
  /** Runs a step and prints its line when it is done; a failing step prints nothing, its error says enough. */
  step<T>(title: string, work: () => Promise<T>): Promise<T>;
  /** A line of its own. */
  say(line: string): void;
}

/** Progress on standard output. */
export function printedProgress(): Progress {
  return {
    say,
    step: async (title, work) => {
      const startedAt = performance.now();
      const result = await work();
      say(progressLine(title, performance.now() - startedAt));
      return result;
    },
  };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** `  12.3 s  Keycloak is ready` */
export function progressLine(title: string, milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1).padStart(6)} s  ${title}`;
}
