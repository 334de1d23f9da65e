import { EnvError, readEnv, type Env } from "./env.ts";
import { limits } from "./limits.ts";
import { createLog } from "./log.ts";
import { startProvisioner } from "./provisioner.ts";

const env = envOrExit();
const log = createLog(env.LOG_LEVEL);

const provisioner = await startProvisioner({ env, log }).catch((error: NodeJS.ErrnoException) => {
  const message =
    error.code === "EADDRINUSE"
      ? `The port ${env.HEALTH_PORT} is in use by another program; end that program or set HEALTH_PORT to a free port.`
      : `The provisioner could not start: ${error.message}`;
  process.stderr.write(`${message}\n`);
  process.exit(1);
});
log.info({ healthPort: provisioner.healthPort }, "provisioner started");

let isStopping = false;
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    if (isStopping) return;
    isStopping = true;
    log.info({ signal }, "stopping");
    setTimeout(() => {
      log.error("not everything ended in time; what was claimed is taken over when the claims have run out");
      process.exit(1);
    }, limits.shutdown.hardMs).unref();
    provisioner.stop().then(
      () => {
        log.info("stopped");
        process.exit(0);
      },
      (error: Error) => {
        log.error({ error: error.message }, "could not stop cleanly");
        process.exit(1);
      },
    );
  });
}

function envOrExit(): Env {
  try {
    return readEnv();
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
