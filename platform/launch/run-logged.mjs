import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { LaunchError } from "./requirements.mjs";

const killAfterMilliseconds = 5000;

/**
 * Runs a command with its output in a log file, which is begun anew. Its whole process group ends when the signal aborts
 * or the time is over.
 * @throws LaunchError from `explain(log, reason)` when it fails.
 */
export async function runLogged(command, args, { logPath, signal, timeoutSeconds, explain, env = process.env, cwd }) {
  mkdirSync(dirname(logPath), { recursive: true });
  const log = openSync(logPath, "w", 0o600);
  signal.throwIfAborted();
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", log, log], detached: true });
  closeSync(log);
  const end = (name) => {
    try {
      process.kill(-child.pid, name);
    } catch {
      // Gone already.
    }
  };
  let killTimer;
  const stop = () => {
    end("SIGTERM");
    killTimer ??= setTimeout(() => end("SIGKILL"), killAfterMilliseconds);
  };
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    stop();
  }, timeoutSeconds * 1000);
  signal.addEventListener("abort", stop, { once: true });
  try {
    const reason = await new Promise((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", (code, name) => resolve(code === 0 ? undefined : `it ended with ${name ?? `code ${code}`}`));
    });
    signal.throwIfAborted();
    if (reason !== undefined || isLate) {
      throw new LaunchError(explain(readFileSync(logPath, "utf8"), isLate ? `it took longer than ${timeoutSeconds} s` : reason));
    }
  } finally {
    clearTimeout(timer);
    clearTimeout(killTimer);
    signal.removeEventListener("abort", stop);
  }
}
