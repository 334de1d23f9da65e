// Fetches Keycloak and Artemis with Maven, unpacks them into .postroom/dist, and builds Keycloak for PostgreSQL.
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requireMaven } from "./requirements.mjs";
import { runLogged } from "./run-logged.mjs";

/** Options that Keycloak bakes into its build: a change of this line builds it anew. */
const keycloakBuildOptions = ["--db=postgres", "--health-enabled=false", "--metrics-enabled=false", "--features=client-secret-rotation"];

/** The unpacked folders. Shared by all profiles, kept by platform:reset. */
export function distributionPaths(root, versions) {
  const directory = join(root, ".postroom", "dist");
  return {
    directory,
    keycloak: join(directory, `keycloak-${versions.keycloak}`),
    artemis: join(directory, `apache-artemis-${versions.artemis}`),
  };
}

/** Unpacks both unless they are there; an interrupted run leaves nothing that looks whole. @returns whether it did. */
export async function unpackDistributions(root, versions, logDirectory, signal, say) {
  const paths = distributionPaths(root, versions);
  if (existsSync(paths.keycloak) && existsSync(paths.artemis)) return false;
  await requireMaven(say);
  mkdirSync(paths.directory, { recursive: true });
  for (const leftover of readdirSync(paths.directory)) {
    if (leftover.startsWith("unpack-")) rmSync(join(paths.directory, leftover), { recursive: true, force: true });
  }
  const work = join(paths.directory, `unpack-${process.pid}`);
  const logPath = join(logDirectory, "maven.log");
  try {
    await runLogged(
      "mvn",
      [
        "--batch-mode", "--no-transfer-progress", "--file", join(root, "platform", "pom.xml"),
        `-Dunpack.directory=${work}`, `-Dkeycloak.version=${versions.keycloak}`, `-Dartemis.version=${versions.artemis}`,
        "generate-resources",
      ],
      {
        logPath,
        signal,
        timeoutSeconds: 900,
        explain: (log, reason) => {
          if (/No space left on device/.test(log)) return "The disk is full, so Keycloak and Artemis could not be unpacked; free some space and start again.";
          if (/UnknownHost|Unknown host|Connection refused|timed out|Network is unreachable|offline mode/i.test(log)) {
            return "Maven could not reach Maven Central to fetch Keycloak and Artemis; check the network, or a mirror in ~/.m2/settings.xml, and start again.";
          }
          return `Maven could not fetch Keycloak and Artemis (${reason}); ${logPath} says why.`;
        },
      },
    );
    for (const folder of [paths.keycloak, paths.artemis]) {
      const unpacked = join(work, folder.slice(paths.directory.length + 1));
      const programs = join(unpacked, "bin");
      for (const file of readdirSync(programs)) if (file.endsWith(".sh")) chmodSync(join(programs, file), 0o755);
      if (!existsSync(folder)) renameSync(unpacked, folder);
    }
    return true;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Builds Keycloak for PostgreSQL, which makes every later start fast. @returns whether it did. */
export async function buildKeycloak(root, versions, logDirectory, signal) {
  const { keycloak } = distributionPaths(root, versions);
  const marker = join(keycloak, `built${keycloakBuildOptions.join("").replaceAll(/[^a-z]/g, "")}`);
  if (existsSync(marker)) return false;
  const logPath = join(logDirectory, "keycloak-build.log");
  await runLogged(join(keycloak, "bin", "kc.sh"), ["build", ...keycloakBuildOptions], {
    logPath,
    signal,
    timeoutSeconds: 300,
    explain: (_log, reason) => `Keycloak could not be built (${reason}); ${logPath} says why.`,
  });
  writeFileSync(marker, "");
  return true;
}
