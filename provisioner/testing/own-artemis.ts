import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareArtemis } from "#platform/artemis.ts";
import { resolveProfile } from "#platform/profile.ts";
import type { Secrets } from "#platform/secret-files.ts";
import type { NamedEndpoint } from "../env.ts";
import { inheritedEnvironment } from "./env.ts";
import { eventually } from "./eventually.ts";

/** A real Artemis of a test's own, configured as the platform does it, to be killed and wiped. */
export interface OwnArtemis extends AsyncDisposable {
  readonly endpoint: NamedEndpoint;
  readonly url: string;
  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Starts it again with what it has stored, or with nothing. */
  start(options?: { readonly wiped: boolean }): Promise<void>;
}

export async function startOwnArtemis(name = "main"): Promise<OwnArtemis> {
  const stateDirectory = await mkdtemp(join(tmpdir(), "postroom-artemis-"));
  const shipped = resolveProfile("test", {});
  const port = await freePort();
  const profile = { ...shipped, stateDirectory, ports: { ...shipped.ports, artemis: port } };
  const password = randomBytes(12).toString("hex");
  const secrets = { gatewayBrokerPassword: password, provisionerBrokerPassword: password } as Secrets;
  let child: ChildProcess | undefined;

  const kill = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  };
  const start = async ({ wiped } = { wiped: false }) => {
    if (wiped) await rm(join(stateDirectory, "artemis", "data"), { recursive: true, force: true });
    const command = await prepareArtemis(profile, secrets);
    child = spawn(command.command, command.args, { cwd: command.cwd, env: { ...inheritedEnvironment, ...command.env }, stdio: "ignore" });
    await eventually(() => command.isReady(AbortSignal.timeout(2_000)).catch(() => false), (ready) => ready, command.readySeconds * 1000);
  };
  await start();
  return {
    endpoint: { name, host: "127.0.0.1", port, username: "provisioner", password },
    url: `${name}=amqp://provisioner:${password}@127.0.0.1:${port}`,
    kill,
    start,
    [Symbol.asyncDispose]: async () => {
      await kill();
      await rm(stateDirectory, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
