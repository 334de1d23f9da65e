import { rm } from "node:fs/promises";
import { join } from "node:path";
import { ensureConsoleBuild } from "./console-build.ts";
import { projectDirectory } from "./profile.ts";
import { stopSignal } from "./stop-signal.ts";

// `npm run build`: the console's production build, always anew.
const stop = stopSignal();
try {
  const distDirectory = process.env.NEXT_DIST_DIR || ".next";
  await rm(join(projectDirectory, distDirectory, "built-from"), { force: true });
  await ensureConsoleBuild(distDirectory, join(projectDirectory, ".postroom", "logs"), stop);
  process.stdout.write(`The console is built in ${distDirectory}/; npm run console starts it.\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
