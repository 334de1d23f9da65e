import { EnvError } from "./env.ts";
import { believeOneAddress } from "./http/client-address.ts";
import { services } from "./services.ts";

/**
 * Makes the console's services when the server starts, so that a wrong setting ends it at once with a sentence, and ends
 * the open streams when it is asked to stop, since Next waits for them.
 */
export function startConsole(): void {
  try {
    believeOneAddress(services().env.TRUSTED_PROXIES);
    // The first person should not wait for the keys.
    void services().keys.check();
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void services().changeFeed.close());
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
