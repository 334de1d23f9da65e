import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
// Debian's Python, which has Debian's Proton; another one may come first on the path.
const python = "/usr/bin/python3";
const script = join(import.meta.dirname, "proton_traffic.py");
const trafficMs = 90_000;

/** Makes known traffic with Qpid Proton. @param steps as `proton_traffic.py` takes them @returns how many of each outcome it saw */
export async function makeProtonTraffic({ url, login, secret }: { url: string; login: string; secret: string }, steps: readonly object[]): Promise<Record<string, number>> {
  await run(python, ["-c", "import proton"]).catch(() => {
    throw new Error("Qpid Proton for Python is missing; install Debian's python3-qpid-proton.");
  });
  const { stdout } = await run(python, [script, url, login, secret, JSON.stringify(steps)], { timeout: trafficMs });
  return JSON.parse(stdout) as Record<string, number>;
}
