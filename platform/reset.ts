import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { lockHolder } from "./platform.ts";
import { stopLeftovers } from "./processes.ts";
import { resolveProfile } from "./profile.ts";

// `npm run platform:reset`: removes all data of the local installation; the unpacked programs stay.
const { stateDirectory } = resolveProfile("default", {});
const holder = await lockHolder(stateDirectory);
if (holder === undefined) {
  await stopLeftovers(stateDirectory);
  const entries = await readdir(stateDirectory).catch(() => []);
  for (const entry of entries) {
    if (entry !== "dist") await rm(join(stateDirectory, entry), { recursive: true, force: true });
  }
  process.stdout.write(`All local data in ${stateDirectory} is removed; npm start begins anew.\n`);
} else {
  process.stderr.write(`Postroom runs from ${stateDirectory} (process ${holder}); stop it with Ctrl-C there before a reset.\n`);
  process.exitCode = 1;
}
