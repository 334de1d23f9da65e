import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { portUses, projectDirectory } from "#platform/profile.ts";

const startSeconds = 600;
const stopSeconds = 60;

/** A copy of this checkout in a temporary folder, without node_modules or state: what a person has after `git clone`. */
export class Installation implements AsyncDisposable {
  readonly directory: string;
  readonly #environment: Readonly<Record<string, string>>;
  #npm: ChildProcess | undefined;

  private constructor(directory: string, environment: Readonly<Record<string, string>>) {
    this.directory = directory;
    this.#environment = environment;
  }

  static async make(): Promise<Installation> {
    const directory = await mkdtemp(join(tmpdir(), "postroom-start-"));
    const { stdout } = await promisify(execFile)("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
      cwd: projectDirectory,
      maxBuffer: 64 * 1024 * 1024,
    });
    for (const file of stdout.split("\0")) {
      if (file === "") continue;
      await cp(join(projectDirectory, file), join(directory, file), { recursive: true }).catch((error: NodeJS.ErrnoException) => {
        // Deleted in the working tree, but not yet in the index.
        if (error.code !== "ENOENT") throw error;
      });
    }
    return new Installation(directory, await freePortVariables());
  }

  /** Runs `npm start`. @returns seconds until it says that Postroom runs and the console answers, with its output. */
  async start(): Promise<{ seconds: number; output: string }> {
    const startedAt = performance.now();
    const npm = spawn("npm", ["start"], {
      cwd: this.directory,
      env: { ...process.env, ...this.#environment },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    this.#npm = npm;
    let output = "";
    const isUp = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`npm start took longer than ${startSeconds} s:\n${output}`)), startSeconds * 1000);
      const read = (chunk: Buffer): void => {
        output += chunk.toString();
        if (!output.includes("Postroom runs")) return;
        clearTimeout(timer);
        resolve();
      };
      npm.stdout.on("data", read);
      npm.stderr.on("data", read);
      npm.once("exit", (code) => {
        clearTimeout(timer);
        reject(new Error(`npm start ended with code ${code}:\n${output}`));
      });
    });
    await isUp;
    const answer = await fetch(`http://localhost:${this.#environment[portUses.console.variable]}/api/health`, { signal: AbortSignal.timeout(10_000) });
    if (!answer.ok) throw new Error(`The console answers ${answer.status}: ${await answer.text()}`);
    return { seconds: (performance.now() - startedAt) / 1000, output };
  }

  /** Ctrl-C. @returns seconds until all is stopped. */
  async stop(): Promise<number> {
    const npm = this.#npm;
    if (!npm?.pid || npm.exitCode !== null || npm.signalCode !== null) return 0;
    const startedAt = performance.now();
    const gone = once(npm, "exit", { signal: AbortSignal.timeout(stopSeconds * 1000) });
    process.kill(-npm.pid, "SIGINT");
    await gone;
    return (performance.now() - startedAt) / 1000;
  }

  /** Resident memory in MiB of one of the three processes with all its children. */
  async residentMebibytes(name: "console" | "provisioner" | "gateway"): Promise<number> {
    const { pid } = JSON.parse(await readFile(join(this.directory, ".postroom", "pids", `${name}.json`), "utf8")) as { pid: number };
    let kibibytes = 0;
    for (const entry of await readdir("/proc")) {
      const status = await readFile(join("/proc", entry, "stat"), "utf8").catch(() => "");
      // The third field after the command's name is the process group, which the supervisor makes one a part.
      if (Number(status.slice(status.lastIndexOf(")") + 2).split(" ")[2]) !== pid) continue;
      const memory = await readFile(join("/proc", entry, "status"), "utf8").catch(() => "");
      kibibytes += Number(/^VmRSS:\s+(\d+)/m.exec(memory)?.[1] ?? 0);
    }
    return kibibytes / 1024;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** A free port for each part, so that nothing that runs on this machine is disturbed. */
async function freePortVariables(): Promise<Record<string, string>> {
  const servers = Object.values(portUses).map((use) => ({ use, server: createServer().listen(0, "127.0.0.1") }));
  const variables: Record<string, string> = {};
  for (const { use, server } of servers) {
    if (!server.listening) await once(server, "listening");
    variables[use.variable] = String((server.address() as AddressInfo).port);
  }
  for (const { server } of servers) server.close();
  return variables;
}
