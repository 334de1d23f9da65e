import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const autogroupSwitch = "/proc/sys/kernel/sched_autogroup_enabled";

/** `chrt` with these arguments starts a program on what nobody else wants of the cores. By niceness alone it keeps its core for some ms when another wakes up. */
export const idleScheduling = ["--idle", "0"] as const;

/** Gives all processes of a process group what nobody else wants of the cores. */
export async function makeGroupIdle(processGroup: number): Promise<void> {
  const { stdout } = await run("pgrep", ["-g", String(processGroup)]);
  for (const pid of stdout.trim().split("\n")) await makeIdle(Number(pid));
}

export async function makeIdle(pid: number): Promise<void> {
  await run("chrt", ["--all-tasks", "--idle", "--pid", "0", String(pid)]);
}

/**
 * Until it is disposed of, what is started shares the cores with all processes and not first with those of its session: with autogroups
 * (sched(7)) an idle process that leads a session, as a broker here does, has as much of a core as all others together.
 *
 * @throws Error when the machine has autogroups and does not let us turn them off
 */
export async function withoutAutogroups(): Promise<AsyncDisposable> {
  const before = await readFile(autogroupSwitch, "utf8").catch(() => "0");
  if (before.trim() !== "0") {
    await writeFile(autogroupSwitch, "0").catch((cause: unknown) => {
      throw new Error("The scheduler gives each session a share of the cores, so that nothing could be said of an attack. Run as root, or turn that off: sysctl kernel.sched_autogroup_enabled=0", { cause });
    });
  }
  return { [Symbol.asyncDispose]: () => (before.trim() === "0" ? Promise.resolve() : writeFile(autogroupSwitch, before)) };
}

/** For how long other machines of the same host have had our cores, since the start, over all of them (proc_stat(5), `steal`). */
export async function stolenMilliseconds(): Promise<number> {
  return Number((await readFile("/proc/stat", "utf8")).split(/\s+/, 9)[8]) * 10;
}
