import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { readFileIfPresent, writeFileAtomically } from "./secret-files.ts";

const shortestPollMilliseconds = 100;
const longestPollMilliseconds = 1000;
const stopSeconds = 20;
const maxLogBytes = 20 * 1024 * 1024;
const maxRestartDelayMilliseconds = 30_000;
/** A part that ran this long is healthy: the next crash starts from the shortest back-off again. */
const steadyMilliseconds = 60_000;

/** How one part of the installation is run. */
export interface PartCommand {
  /** One word, used in messages, log and pid files. */
  readonly name: string;
  /** What a person calls it, for example `Keycloak`. */
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The signal that ends it in order. */
  readonly stopSignal: NodeJS.Signals;
  /** True once it does its work; called again and again while it starts. */
  readonly isReady: (signal: AbortSignal) => Promise<boolean>;
  readonly readySeconds: number;
  /** `inherit` shows its output to the person as well (development). */
  readonly output?: "log" | "inherit";
}

/** A process that is kept running: restarted with back-off when it ends by itself, stopped as a whole process group. */
export class SupervisedPart {
  readonly command: PartCommand;
  readonly logPath: string;
  readonly #pidPath: string;
  readonly #notice: (line: string) => void;
  readonly #stopping = new AbortController();
  #child: ChildProcess | undefined;
  #crashes = 0;
  #restart: Promise<void> | undefined;

  /** @param notice told of crashes and restarts, one line each. */
  constructor(command: PartCommand, stateDirectory: string, notice: (line: string) => void) {
    this.command = command;
    this.logPath = join(stateDirectory, "logs", `${command.name}.log`);
    this.#pidPath = join(stateDirectory, "pids", `${command.name}.json`);
    this.#notice = notice;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Starts the process and waits until it is ready.
   * @throws Error naming the part, the reason and its log when it ends or is not ready in time; nothing is left running.
   */
  async start(signal: AbortSignal): Promise<void> {
    const stopped = AbortSignal.any([signal, this.#stopping.signal]);
    stopped.throwIfAborted();
    const child = await this.#spawn();
    const startedAt = Date.now();
    try {
      await this.#waitUntilReady(child, stopped);
    } catch (error) {
      await stopGroup(child.pid!, this.command.stopSignal);
      await rm(this.#pidPath, { force: true });
      throw error;
    }
    const crashed = (): void => {
      if (this.#stopping.signal.aborted) return;
      if (Date.now() - startedAt > steadyMilliseconds) this.#crashes = 0;
      this.#restart = this.#restartLater(exitReason(child));
    };
    if (child.exitCode !== null || child.signalCode !== null) crashed();
    else child.once("exit", crashed);
  }

  /** Ends the process and all its children; kills them after 20 s. Never fails when it is gone already. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#restart;
    if (this.#child?.pid !== undefined) await stopGroup(this.#child.pid, this.command.stopSignal);
    await rm(this.#pidPath, { force: true });
  }

  async #spawn(): Promise<ChildProcess> {
    const { command } = this;
    const log = await openLog(this.logPath);
    try {
      const output = command.output === "inherit" ? "inherit" : log.fd;
      const child = spawn(command.command, command.args, {
        cwd: command.cwd,
        env: command.env as NodeJS.ProcessEnv,
        stdio: ["ignore", output, output],
        detached: true,
      });
      await new Promise<void>((resolve, reject) => {
        child.once("spawn", resolve);
        child.once("error", (cause) => reject(new Error(`${command.title} cannot be started: ${cause.message}.`, { cause })));
      });
      this.#child = child;
      await recordPid(this.#pidPath, child.pid!);
      return child;
    } finally {
      await log.close();
    }
  }

  async #waitUntilReady(child: ChildProcess, signal: AbortSignal): Promise<void> {
    const startedAt = Date.now();
    const deadline = startedAt + this.command.readySeconds * 1000;
    for (;;) {
      signal.throwIfAborted();
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`${this.command.title} ended while starting (${exitReason(child)}). ${await this.#lastWords()}`);
      }
      if (Date.now() > deadline) {
        throw new Error(
          `${this.command.title} was not ready within ${this.command.readySeconds} s. ${await this.#lastWords()}`,
        );
      }
      if (await this.command.isReady(AbortSignal.any([signal, AbortSignal.timeout(5000)])).catch(() => false)) return;
      // What takes long is asked more rarely, so that asking does not slow it down.
      const pause = Math.min(longestPollMilliseconds, Math.max(shortestPollMilliseconds, (Date.now() - startedAt) / 20));
      await delay(pause, undefined, { signal });
    }
  }

  async #restartLater(reason: string): Promise<void> {
    let why = reason;
    while (!this.#stopping.signal.aborted) {
      const waitMilliseconds = Math.min(maxRestartDelayMilliseconds, 1000 * 2 ** this.#crashes);
      this.#crashes += 1;
      this.#notice(
        `${this.command.title} stopped by itself (${why}); starting it again in ${waitMilliseconds / 1000} s. Its log: ${this.logPath}`,
      );
      try {
        await delay(waitMilliseconds, undefined, { signal: this.#stopping.signal });
        // What the dead leader's group left behind would hold ports and locks.
        if (this.#child?.pid !== undefined) await stopGroup(this.#child.pid, this.command.stopSignal);
        await this.start(this.#stopping.signal);
        this.#notice(`${this.command.title} runs again.`);
        return;
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        why = (error as Error).message;
      }
    }
  }

  async #lastWords(): Promise<string> {
    const lines = ((await readFileIfPresent(this.logPath)) ?? "").trimEnd().split("\n").slice(-3);
    return `Its log, ${this.logPath}, ends with: ${lines.join(" | ")}`;
  }
}

async function openLog(path: string): Promise<Awaited<ReturnType<typeof open>>> {
  await mkdir(join(path, ".."), { recursive: true, mode: 0o700 });
  const size = await stat(path).then((found) => found.size, () => 0);
  if (size > maxLogBytes) await rename(path, `${path}.1`);
  return open(path, "a", 0o600);
}

function exitReason(child: ChildProcess): string {
  return child.signalCode === null ? `exit code ${child.exitCode}` : `signal ${child.signalCode}`;
}

/** Remembers a process so that a later start can end it; its start time tells it from another one with the same pid. */
export async function recordPid(path: string, pid: number): Promise<void> {
  const started = await startTimeOf(pid);
  if (started !== undefined) await writeFileAtomically(path, JSON.stringify({ pid, started }));
}

/** The pid recorded in the file if that very process still runs. */
export async function runningPid(path: string): Promise<number | undefined> {
  const text = await readFileIfPresent(path);
  if (text === undefined) return undefined;
  const { pid, started } = JSON.parse(text) as { pid: number; started: string };
  return (await startTimeOf(pid)) === started ? pid : undefined;
}

/** Ends what a former launcher that was killed has left running; answers the names. */
export async function stopLeftovers(stateDirectory: string): Promise<string[]> {
  const directory = join(stateDirectory, "pids");
  const files = await readdir(directory).catch(() => []);
  const stopped = await Promise.all(
    files
      .filter((file) => file.endsWith(".json"))
      .map(async (file) => {
        const path = join(directory, file);
        const pid = await runningPid(path);
        // SIGINT is a fast, orderly stop for PostgreSQL, the JVM and Node alike.
        if (pid !== undefined) await stopGroup(pid, "SIGINT");
        await rm(path, { force: true });
        return pid === undefined ? undefined : file.replace(/\.json$/, "");
      }),
  );
  return stopped.filter((name) => name !== undefined);
}

/** Signals a process group, waits for it to be gone, and kills it after 20 s. */
async function stopGroup(pid: number, signal: NodeJS.Signals): Promise<void> {
  const deadline = Date.now() + stopSeconds * 1000;
  let next: NodeJS.Signals | 0 = signal;
  for (;;) {
    try {
      process.kill(-pid, next);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ESRCH" || (code === "EPERM" && (await isZombie(pid)))) return;
      if (code !== "EPERM") throw error;
    }
    if (await isZombie(pid)) return;
    next = Date.now() > deadline ? "SIGKILL" : 0;
    await delay(50);
  }
}

async function isZombie(pid: number): Promise<boolean> {
  const fields = await procStatFields(pid);
  return fields !== undefined && fields[0] === "Z";
}

// Fields after the command's closing parenthesis: state is the first, start time (in ticks since boot) the twentieth.
async function procStatFields(pid: number): Promise<string[] | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  return text?.slice(text.lastIndexOf(")") + 2).split(" ");
}

async function startTimeOf(pid: number): Promise<string | undefined> {
  if (process.platform === "linux") {
    const fields = await procStatFields(pid);
    return fields === undefined || fields[0] === "Z" ? undefined : fields[19];
  }
  const answer = await promisify(execFile)("ps", ["-o", "lstart=", "-p", String(pid)]).catch(() => undefined);
  return answer?.stdout.trim() || undefined;
}
