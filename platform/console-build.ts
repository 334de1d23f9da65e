import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runLogged } from "./launch/run-logged.mjs";
import { projectDirectory } from "./profile.ts";
import { readFileIfPresent, writeFileAtomically } from "./secret-files.ts";

const buildSeconds = 300;

/** What the console's build is made from. */
const sources = [
  "app", "components", "contracts", "logging", "server", "public", "instrumentation.ts", "proxy.ts", "next.config.js", "package.json",
  "package-lock.json", "tsconfig.json", join("prisma", "schema.prisma"),
];

const nextProgram = join(projectDirectory, "node_modules", "next", "dist", "bin", "next");

/** What Node is started with to run the console, before Next's command, as `npm run console` does. */
export const consoleProgram = ["--import", pathToFileURL(join(projectDirectory, "logging", "standard-streams.mjs")).href, nextProgram] as const;

/**
 * Builds the console for production unless its sources are the ones of the last build.
 * @param distDirectory relative to the checkout, for example `.next`; each profile has its own.
 * @returns whether it was built.
 * @throws Error naming the log when the build fails.
 */
export async function ensureConsoleBuild(distDirectory: string, logDirectory: string, signal: AbortSignal): Promise<boolean> {
  const marker = join(projectDirectory, distDirectory, "built-from");
  const hash = await hashSources();
  if ((await readFileIfPresent(marker)) === hash) return false;
  const logPath = join(logDirectory, "console-build.log");
  await runLogged(process.execPath, [nextProgram, "build"], {
    cwd: projectDirectory,
    env: { ...process.env, NODE_ENV: "production", NEXT_DIST_DIR: distDirectory, NEXT_TELEMETRY_DISABLED: "1" },
    logPath,
    signal,
    timeoutSeconds: buildSeconds,
    explain: (_log, reason) => `The console could not be built (${reason}); ${logPath} says why.`,
  });
  await writeFileAtomically(marker, hash);
  return true;
}

async function hashSources(): Promise<string> {
  const hash = createHash("sha256");
  for (const source of sources) {
    for (const file of await filesOf(join(projectDirectory, source))) {
      hash.update(file).update("\0").update(await readFile(file)).update("\0");
    }
  }
  return hash.digest("hex");
}

async function filesOf(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true, recursive: true });
    return entries
      .filter((entry) => entry.isFile() && !entry.name.endsWith(".spec.ts"))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOTDIR") return [path];
    if (code === "ENOENT") return [];
    throw error;
  }
}
