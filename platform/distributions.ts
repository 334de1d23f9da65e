import { execFile } from "node:child_process";
import { chmod, mkdir, readdir, rename, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { distributionDirectory, projectDirectory } from "./profile.ts";
import { writeFileAtomically } from "./secret-files.ts";

const run = promisify(execFile);

/** Versions of platform/pom.xml. */
export const keycloakDirectory = join(distributionDirectory, "keycloak-26.7.3");
export const artemisDirectory = join(distributionDirectory, "apache-artemis-2.56.0");

/** Options that Keycloak bakes into its build; a change of this line builds it anew. */
const keycloakBuildOptions = ["--db=postgres", "--health-enabled=false", "--metrics-enabled=false"];

/**
 * Unpacks Keycloak and Artemis from Maven Central (or Maven's cache) unless they are there, and builds Keycloak for
 * PostgreSQL, which makes every later start fast. An interrupted run leaves nothing that looks complete.
 * @throws Error with Maven's own reason when the download fails.
 */
export async function ensureDistributions(signal: AbortSignal): Promise<void> {
  await unpack(signal);
  await buildKeycloak(signal);
}

async function unpack(signal: AbortSignal): Promise<void> {
  if (existsSync(keycloakDirectory) && existsSync(artemisDirectory)) return;
  const work = join(distributionDirectory, `unpack-${process.pid}`);
  await mkdir(work, { recursive: true });
  try {
    await run(
      "mvn",
      ["--batch-mode", "--quiet", "--file", join(projectDirectory, "platform", "pom.xml"), `-Dunpack.directory=${work}`, "generate-resources"],
      { signal, timeout: 900_000, maxBuffer: 16 * 1024 * 1024 },
    );
    for (const folder of [keycloakDirectory, artemisDirectory]) {
      const unpacked = join(work, folder.slice(distributionDirectory.length + 1));
      const bin = join(unpacked, "bin");
      for (const file of await readdir(bin)) if (file.endsWith(".sh")) await chmod(join(bin, file), 0o755);
      if (!existsSync(folder)) await rename(unpacked, folder);
    }
  } catch (error) {
    signal.throwIfAborted();
    const { stdout = "", message } = error as { stdout?: string; message: string };
    const reason = /\[ERROR\] (.*)/.exec(stdout)?.[1] ?? message;
    throw new Error(
      `Maven could not fetch Keycloak and Artemis: ${reason} Check that this machine reaches Maven Central (or set a mirror in ~/.m2/settings.xml) and start again.`,
      { cause: error },
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function buildKeycloak(signal: AbortSignal): Promise<void> {
  const marker = join(keycloakDirectory, `built-${keycloakBuildOptions.join("").replaceAll(/[^a-z]/g, "")}`);
  if (existsSync(marker)) return;
  await run(join(keycloakDirectory, "bin", "kc.sh"), ["build", ...keycloakBuildOptions], {
    signal,
    timeout: 300_000,
    maxBuffer: 16 * 1024 * 1024,
  }).catch((error: Error & { stdout?: string }) => {
    signal.throwIfAborted();
    throw new Error(`Keycloak could not be built: ${error.stdout?.trim().split("\n").at(-1) ?? error.message}`, { cause: error });
  });
  await writeFileAtomically(marker, "");
}
