import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A running `proton_client.py`, with Debian's Proton. */
export interface ProtonClient extends AsyncDisposable {
  /** What it has told so far. */
  readonly told: readonly { readonly what: string; readonly [key: string]: unknown }[];
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

export function startProtonClient(options: { url: string; user: string; password: string; container: string; address: string; tried: string }): ProtonClient {
  const { url, user, password, container, address, tried } = options;
  // Debian's Python, which has Debian's Proton; another one may come first on the path.
  const child = spawn("/usr/bin/python3", [join(import.meta.dirname, "proton_client.py"), url, user, password, container, address, tried], { stdio: ["ignore", "pipe", "inherit"] });
  const told: { what: string }[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => void told.push(JSON.parse(line) as { what: string }));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return {
    told,
    ended,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
