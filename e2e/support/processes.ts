import { spawn, type ChildProcess } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { PartCommand } from "#platform/processes.ts";

const pollMs = 50;
const maxOutputCharacters = 200_000;
const firstPort = 29_000;
const lastPort = 32_000;

/** How a process ended, and all that it wrote. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly errorOutput: string;
}

/** One of Postroom's processes, run by a test that stops, kills and starts it. Nothing restarts it by itself. */
export class TestProcess implements AsyncDisposable {
  readonly #command: PartCommand;
  readonly #logFile: number | undefined;
  #child: ChildProcess | undefined;
  #ended: Promise<Ending> | undefined;
  #output = "";

  /** @param logFile descriptor of the file that takes its standard output, which is then not in {@link output} */
  constructor(command: PartCommand, logFile?: number) {
    this.#command = command;
    this.#logFile = logFile;
  }

  /** What it has written since its last start, both streams, its last 200,000 characters. */
  get output(): string {
    return this.#output;
  }

  /** Whether it has neither ended nor been killed. */
  get isRunning(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  /** Starts it without waiting for anything. */
  launch(): void {
    const { command, args, cwd, env } = this.#command;
    const child = spawn(command, args, { cwd, env: env as NodeJS.ProcessEnv, stdio: ["ignore", this.#logFile ?? "pipe", "pipe"] });
    this.#child = child;
    this.#output = "";
    let errorOutput = "";
    child.stdout?.on("data", (bytes: Buffer) => (this.#output = (this.#output + bytes.toString()).slice(-maxOutputCharacters)));
    child.stderr?.on("data", (bytes: Buffer) => {
      this.#output = (this.#output + bytes.toString()).slice(-maxOutputCharacters);
      errorOutput = (errorOutput + bytes.toString()).slice(-maxOutputCharacters);
    });
    this.#ended = once(child, "close").then(() => ({ code: child.exitCode, signal: child.signalCode, output: this.#output, errorOutput }));
  }

  /**
   * Starts it and waits until it is ready.
   * @throws Error with its output when it ends before, or is not ready within the command's time
   */
  async start(): Promise<void> {
    this.launch();
    const { title, readySeconds, isReady } = this.#command;
    const deadline = performance.now() + readySeconds * 1000;
    for (;;) {
      if (!this.isRunning) throw new Error(`${title} ended while starting: ${this.#output.slice(-2000)}`);
      if (performance.now() > deadline) throw new Error(`${title} was not ready within ${readySeconds} s: ${this.#output.slice(-2000)}`);
      if (await isReady(AbortSignal.timeout(2000)).catch(() => false)) return;
      await delay(pollMs);
    }
  }

  /** Resolves when the process has ended by itself. @throws Error, after killing it, when it has not within `timeoutMs` */
  async ending(timeoutMs: number): Promise<Ending> {
    const late = new AbortController();
    const ending = await Promise.race([this.#ended, delay(timeoutMs, undefined, { signal: late.signal })]);
    late.abort();
    if (ending !== undefined) return ending;
    await this.kill();
    throw new Error(`${this.#command.title} still ran after ${timeoutMs} ms: ${this.#output.slice(-2000)}`);
  }

  /** kill -9; resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.isRunning) this.#child?.kill("SIGKILL");
    await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

/**
 * Different ports on which nobody listened a moment ago. They lie below those that the system gives to outgoing connections
 * (from 32768 on Linux), so that none of these takes one before the process that it is meant for does.
 */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = randomInt(firstPort, lastPort);
    const isFree = await new Promise<boolean>((resolve) => {
      const server = createServer().once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
    if (isFree) found.add(port);
  }
  return [...found];
}
