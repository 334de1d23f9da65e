import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const run = promisify(execFile);
const sources = join(import.meta.dirname, "load");
const cache = join(import.meta.dirname, "..", "..", "node_modules", ".cache", "postroom");
const headers = "/usr/include/proton/proactor.h";
/** PLAIN comes with the modules. */
const packages = ["gcc", "libc6-dev", "libqpid-proton11-dev", "libsasl2-modules"];
/** Beyond its own time, for connecting and for the last outcomes. */
const graceSeconds = 30;

/**
 * Compiles the load client (C, on Qpid Proton's library) unless that was done for these very sources; installs the library on
 * Debian as root when it is missing.
 * @returns path of the program
 * @throws Error saying what to install
 */
export async function buildLoadClient(): Promise<string> {
  const names = (await readdir(sources)).sort();
  const hash = createHash("sha256");
  for (const name of names) hash.update(await readFile(join(sources, name)));
  const program = join(cache, `load-${hash.digest("hex").slice(0, 16)}`);
  if (existsSync(program)) return program;
  if (!existsSync(headers)) await installLibrary();
  await mkdir(cache, { recursive: true });
  const unfinished = `${program}.${process.pid}`;
  const files = names.filter((name) => name.endsWith(".c")).map((name) => join(sources, name));
  await run("gcc", ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-o", unfinished, ...files, "-lqpid-proton", "-lpthread"], { timeout: 120_000 });
  await rename(unfinished, program);
  return program;
}

async function installLibrary(): Promise<void> {
  const byHand = `apt-get install ${packages.join(" ")}`;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    throw new Error(`The load client needs Qpid Proton's C library; install it (on Debian: ${byHand}) and start again.`);
  }
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update", "-qq"], { env, timeout: 300_000 });
  await run("apt-get", ["install", "-y", "-qq", ...packages], { env, timeout: 600_000 }).catch((error: Error) => {
    throw new Error(`Qpid Proton's C library could not be installed; try ${byHand}: ${error.message}`, { cause: error });
  });
}

export type LoadMode = "send" | "receive" | "request" | "reply" | "crowd" | "login";

/** Where a load client connects to, and as whom. */
export interface LoadPeer {
  readonly host: string;
  readonly user?: string;
  readonly password?: string;
}

export interface LoadOptions {
  readonly address?: string;
  readonly listen?: string;
  readonly seconds?: number;
  readonly rate?: number;
  readonly count?: number;
  readonly size?: number;
  readonly window?: number;
  readonly connections?: number;
  readonly links?: number;
  readonly addresses?: number;
  readonly logins?: string;
  readonly latencies?: string;
  readonly raw?: boolean;
}

/** One running load client. It prints one JSON object a line: `{ready: true}` first where it waits, its figures at the end. */
export class LoadClient implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ready = Promise.withResolvers<Readonly<Record<string, number>>>();
  readonly #figures = Promise.withResolvers<Readonly<Record<string, number>>>();
  readonly #ended: Promise<void>;

  constructor(program: string, mode: LoadMode, peer: LoadPeer | undefined, options: LoadOptions) {
    const args: string[] = [mode];
    if (peer) args.push("--peer", peer.host);
    if (peer?.user) args.push("--user", peer.user);
    for (const [name, value] of Object.entries(options)) {
      if (value === true) args.push(`--${name}`);
      else if (value !== undefined && value !== false) args.push(`--${name}`, String(value));
    }
    this.#child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, LOAD_PASSWORD: peer?.password ?? "" } });
    this.#ready.promise.catch(() => undefined);
    this.#figures.promise.catch(() => undefined);
    let complaint = "";
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => (complaint = (complaint + text).slice(-2000)));
    createInterface({ input: this.#child.stdout! }).on("line", (line) => {
      const object = JSON.parse(line) as Record<string, number>;
      (Object.hasOwn(object, "ready") ? this.#ready : this.#figures).resolve(object);
    });
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), ((options.seconds ?? 600) + graceSeconds) * 1000);
    this.#ended = new Promise((resolve) => {
      this.#child.once("close", (status, signal) => {
        clearTimeout(timer);
        const error = new Error(`The load client (${args.join(" ")}) ended with ${signal ?? status}: ${complaint.trim() || "no reason given"}`);
        this.#ready.reject(error);
        this.#figures.reject(error);
        resolve();
      });
    });
  }

  /** Resolves when it is attached or listens. */
  ready(): Promise<Readonly<Record<string, number>>> {
    return this.#ready.promise;
  }

  /** Its figures, when it has ended by itself. */
  async figures(): Promise<Readonly<Record<string, number>>> {
    const figures = await this.#figures.promise;
    await this.#ended;
    return figures;
  }

  /** Asks it to end, and answers its figures. */
  stop(): Promise<Readonly<Record<string, number>>> {
    this.#child.kill("SIGTERM");
    return this.figures();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill("SIGKILL");
    await this.#ended;
  }
}
