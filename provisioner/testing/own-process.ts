import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { gatewayProgram } from "#platform/gateway-program.ts";
import { projectDirectory } from "#platform/profile.ts";
import { inheritedEnvironment } from "./env.ts";

/** A process of ours, to be killed. */
export interface OwnProcess extends AsyncDisposable {
  readonly pid: number;
  readonly isRunning: boolean;
  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code and how long it took in milliseconds. */
  terminate(): Promise<{ code: number | null; ms: number }>;
  pause(): void;
  resume(): void;
  /** What it has logged so far. */
  readonly output: string;
}

const startMs = 30_000;
const keptOutputCharacters = 200_000;
const provisionerProgram = join(projectDirectory, "provisioner/main.ts");

/** Starts `provisioner/main.ts` and resolves when it runs. @throws Error with its output when it ends before */
export function startProvisionerProcess(variables: Record<string, string>): Promise<OwnProcess> {
  return startNode([provisionerProgram], variables, "provisioner started");
}

/** Starts `provisioner/main.ts` with its log in this file; how it does is to be seen by what it does. */
export function startProvisionerLoggingTo(file: number, variables: Record<string, string>): OwnProcess {
  return ownProcess(spawnNode([provisionerProgram], variables, file));
}

/** As {@link startProvisionerProcess} with a program of a test's own in its place, which logs the same when it runs. */
export function startProvisionerLike(script: string, args: readonly string[], variables: Record<string, string>): Promise<OwnProcess> {
  return startNode([join(projectDirectory, script), ...args], variables, "provisioner started");
}

/** Starts a gateway and resolves when it can be managed. @throws Error with its output when it ends before */
export function startGatewayProcess(variables: Record<string, string>): Promise<OwnProcess> {
  return startNode(gatewayProgram, variables, "waiting for the provisioner");
}

function spawnNode(program: readonly string[], variables: Record<string, string>, logFile?: number): ChildProcess {
  return spawn(process.execPath, program, {
    env: { ...inheritedEnvironment, ...variables, LOG_LEVEL: "debug" },
    stdio: ["ignore", logFile ?? "pipe", "pipe"],
  });
}

async function startNode(program: readonly string[], variables: Record<string, string>, ready: string): Promise<OwnProcess> {
  const child = spawnNode(program, variables);
  const started = ownProcess(child);
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${program.at(-1)} does not say within ${startMs / 1000} s that it runs: ${started.output}`)), startMs);
    const read = () => {
      if (!started.output.includes(ready)) return;
      clearTimeout(late);
      resolve();
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", () => reject(new Error(`${program.at(-1)} ended before it ran: ${started.output}`)));
  });
  return started;
}

function ownProcess(child: ChildProcess): OwnProcess {
  let output = "";
  const exited = once(child, "exit");
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (output = (output + chunk.toString()).slice(-keptOutputCharacters)));
  const kill = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await exited;
  };
  return {
    pid: child.pid as number,
    get isRunning() {
      return child.exitCode === null && child.signalCode === null;
    },
    kill,
    terminate: async () => {
      const startedAt = performance.now();
      child.kill("SIGTERM");
      await exited;
      return { code: child.exitCode, ms: performance.now() - startedAt };
    },
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    get output() {
      return output;
    },
    [Symbol.asyncDispose]: kill,
  };
}
