import { readConfig } from "./env.ts";
import { startGateway } from "./gateway.ts";

/** The program of `npm run gateway`: ends on SIGTERM or SIGINT after telling the clients, and with one sentence on a wrong configuration. */
async function main(): Promise<void> {
  const gateway = await startGateway(readConfig());
  gateway.opened.catch(() => process.exit(1));
  let isStopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (isStopping) return;
      isStopping = true;
      void gateway.stop().then(() => process.exit(0));
    });
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
