import { EnvError } from "./env.ts";
import { believeOneAddress } from "./http/client-address.ts";
import { demandTls } from "./http/strict-transport-security.ts";
import { startMetricsServer } from "./metrics/metrics-server.ts";
import { services } from "./services.ts";

/**
 * Makes the console's services when the server starts, so that a wrong setting ends it at once with a sentence, and ends
 * the open streams when it is asked to stop, since Next waits for them.
 */
export function startConsole(): void {
  try {
    believeOneAddress(services().env.TRUSTED_PROXIES);
    if (services().env.CONSOLE_URL.startsWith("https:")) demandTls();
    // The first person should not wait for the keys.
    void services().keys.check();
    const { env, log, metrics, changeFeed, database } = services();
    if (env.METRICS_PORT !== null) {
      const text = () => metrics.text({ streams: changeFeed.readers, database: database.connections });
      startMetricsServer({ host: env.METRICS_HOST, port: env.METRICS_PORT, text }).catch((error: Error) => {
        log.fatal({ err: error }, `METRICS_PORT ${env.METRICS_PORT} cannot be listened on.`);
        process.exit(1);
      });
    }
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void services().changeFeed.close());
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
