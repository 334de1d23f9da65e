// Entry of every npm script that needs set-up: checks the machine, installs what is missing, and goes on in TypeScript on
// the pinned Node. Runs on any Node from 20 on, before anything is installed.
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureDependencies, ensurePrismaClient, pinnedNode } from "./launch/dependencies.mjs";
import { buildKeycloak, distributionPaths, unpackDistributions } from "./launch/distributions.mjs";
import {
  LaunchError,
  minimumNode,
  nodeMessage,
  parsePort,
  readParts,
  requireDisk,
  requireFreePorts,
  requireJava,
} from "./launch/requirements.mjs";

const coldGibibytes = 5;
const warmGibibytes = 0.5;

/** Commands: the program that goes on, and what it needs before. */
const commands = {
  start: { entry: "platform/start.ts", platform: true, ports: "default" },
  dev: { entry: "platform/start.ts", args: ["--dev"], platform: true, ports: "default" },
  platform: { entry: "platform/main.ts", platform: true },
  test: { entry: "platform/run-tests.ts", platform: true },
  bench: { entry: "bench/run.ts" },
  build: { entry: "platform/build.ts" },
  setup: {},
  reset: { entry: "platform/reset.ts" },
};

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const say = (line) => process.stdout.write(`${line}\n`);
const interrupted = new AbortController();
let child;

for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(name, () => {
    // A terminal's Ctrl-C reaches the child by itself; asking it twice does no harm.
    if (child) child.kill("SIGTERM");
    else interrupted.abort();
  });
}

function tellChild(message) {
  if (child.connected) child.send(message, () => undefined);
}

async function step(title, work) {
  const startedAt = performance.now();
  const didSomething = await work();
  if (didSomething) say(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${title}`);
}

async function checkPorts(parts, profile) {
  const state = join(root, ".postroom");
  // What a killed start has left running holds our own ports; the next stage ends that and checks then.
  const pids = join(state, "pids");
  if (existsSync(pids) && readdirSync(pids).length > 0) return;
  const uses = Object.values(parts.ports).map((use) => ({ port: parsePort(use.variable, process.env[use.variable], use[profile]), use }));
  await requireFreePorts(uses);
}

/** Starts all set-up; `dependencies` and `distributions` settle on their own, so that work can go on side by side. */
async function setUp(command) {
  const parts = await readParts();
  const logs = join(root, ".postroom", "logs");
  const { signal } = interrupted;
  const paths = distributionPaths(root, parts.versions);
  const isCold = !existsSync(join(root, "node_modules", ".postroom-lock")) || !existsSync(paths.keycloak);
  await requireDisk(root, isCold ? coldGibibytes : warmGibibytes);
  if (command.ports) await checkPorts(parts, command.ports);
  if (command.platform) await requireJava(say);
  const dependencies = step("Dependencies are installed", () => ensureDependencies(root, logs, signal)).then(() =>
    step("Prisma client is made", () => ensurePrismaClient(root, logs, signal)),
  );
  const distributions = command.platform
    ? step("Keycloak and Artemis are unpacked", () => unpackDistributions(root, parts.versions, logs, signal, say)).then(() =>
        step("Keycloak is built", () => buildKeycloak(root, parts.versions, logs, signal)),
      )
    : Promise.resolve();
  distributions.catch(() => undefined);
  // Waiting for npm while Maven has failed already would only make the message late.
  await Promise.race([dependencies, Promise.all([dependencies, distributions])]);
  // In an object, because an async function would wait for a bare promise.
  return { distributions };
}

/** Goes on in TypeScript; answers its exit code. The child asks over the channel when it needs Keycloak and Artemis. */
async function goOn(command, args, distributions) {
  child = spawn(
    pinnedNode(root),
    ["--disable-warning=ExperimentalWarning", join(root, command.entry), ...(command.args ?? []), ...args],
    { cwd: root, stdio: ["inherit", "inherit", "inherit", "ipc"], env: { ...process.env, POSTROOM_LAUNCHED_AT: String(launchedAt) } },
  );
  child.once("message", () => {
    distributions.then(
      () => tellChild({ distributions: "ready" }),
      (error) => tellChild({ distributions: "failed", reason: error.message }),
    );
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, name) => resolve(code ?? (name === "SIGTERM" || name === "SIGINT" ? 0 : 1)));
  });
}

const launchedAt = Date.now() - Math.round(performance.now());

async function main() {
  const [name = "start", ...args] = process.argv.slice(2);
  const command = commands[name];
  if (!command) throw new LaunchError(`There is no command "${name}"; take one of ${Object.keys(commands).join(", ")}.`);
  if (Number(process.versions.node.split(".")[0]) < minimumNode) throw new LaunchError(nodeMessage(process.versions.node));
  const { distributions } = await setUp(command);
  if (!command.entry) return 0;
  if (interrupted.signal.aborted) return 0;
  const code = await goOn(command, args, distributions);
  interrupted.abort();
  return code;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!interrupted.signal.aborted) {
    process.stderr.write(error instanceof LaunchError ? `${error.message}\n` : `${error.stack}\n`);
    process.exitCode = 1;
    interrupted.abort();
  }
}
