import { readEnv } from "../env.ts";
import { limits } from "../limits.ts";
import { createLog } from "../log.ts";
import { realDrivers, startProvisioner } from "../provisioner.ts";
import { boundaries, withBoundary } from "./boundaries.ts";

// A real provisioner that dies by kill -9 the first time it comes to the boundary with this number.
const [number] = process.argv.slice(2);
const boundary = boundaries[Number(number) - 1];
if (!boundary) throw new Error("Give the number of a boundary.");
const die = (): void => void process.kill(process.pid, "SIGKILL");

const env = readEnv();
const log = createLog(env.LOG_LEVEL);
const real = realDrivers(env, limits);
const provisioner = await startProvisioner({
  env,
  log,
  drivers: {
    brokers: (events) => real.brokers(events).map((driver) => withBoundary(driver, "broker", boundary, die)),
    gateways: (events) => real.gateways(events).map((driver) => withBoundary(driver, "gateway", boundary, die)),
    identity: (events) => withBoundary(real.identity(events), "identity", boundary, die),
  },
});
log.info({ healthPort: provisioner.healthPort }, "provisioner started");
