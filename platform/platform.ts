import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { applyMigrations } from "#prisma/migrate.ts";
import { makeDemoTenants } from "#prisma/demo.ts";
import { seedPlans } from "#prisma/seed.ts";
import { prepareArtemis } from "./artemis.ts";
import { ensureRealm, prepareKeycloak } from "./keycloak.ts";
import { ensureKeys } from "./keys.ts";
import { requireFreePorts } from "./launch/requirements.mjs";
import { distributionsReady } from "./launcher-channel.ts";
import { describePlatform, writePlatformFile, type PlatformFile } from "./platform-file.ts";
import { ensureRolesAndDatabases, preparePostgres } from "./postgres.ts";
import { recordPid, runningPid, stopLeftovers, SupervisedPart, type PartCommand } from "./processes.ts";
import { platformPortNames, portUses, type PortName, type Profile } from "./profile.ts";
import type { Progress } from "./progress.ts";
import { loadSecrets } from "./secret-files.ts";

/** The running parts of one state folder. */
export class RunningPlatform {
  readonly profile: Profile;
  readonly description: PlatformFile;
  readonly #progress: Progress;
  readonly #parts: SupervisedPart[];

  constructor(profile: Profile, description: PlatformFile, progress: Progress, parts: SupervisedPart[]) {
    this.profile = profile;
    this.description = description;
    this.#progress = progress;
    this.#parts = parts;
  }

  /** Starts one more process under this platform's supervision; resolves when it is ready. */
  async startPart(command: PartCommand, signal: AbortSignal): Promise<SupervisedPart> {
    const part = new SupervisedPart(command, this.profile.stateDirectory, (line) => this.#progress.say(line));
    this.#parts.push(part);
    await this.#progress.step(`${command.title} is ready`, () => part.start(signal));
    return part;
  }

  /**
   * Ends all parts that were started through this object, PostgreSQL last, and gives the state folder free.
   * @param options.keepLock the folder belongs to another process, which goes on.
   */
  async stop(options: { keepLock?: boolean } = {}): Promise<void> {
    const database = this.#parts.filter((part) => part.command.name === "postgres");
    await Promise.allSettled(this.#parts.filter((part) => !database.includes(part)).map((part) => part.stop()));
    await Promise.allSettled(database.map((part) => part.stop()));
    if (!options.keepLock) await rm(lockPath(this.profile.stateDirectory), { force: true });
  }
}

function lockPath(stateDirectory: string): string {
  return join(stateDirectory, "launcher.json");
}

/** The process that runs the platform of this state folder now, if there is one. */
export function lockHolder(stateDirectory: string): Promise<number | undefined> {
  return runningPid(lockPath(stateDirectory));
}

/**
 * Brings up PostgreSQL, Keycloak and Artemis with realm, schema, plans and demo tenants, as much as possible at the same
 * time, and writes `platform.json`. A first run makes everything; a later one finds it. When a step fails, what was
 * started is stopped.
 * @param alongside started as soon as the database's schema and the description are there, while Keycloak still boots;
 *   the platform counts as started when it is done as well.
 * @throws Error with a sentence for a person.
 */
export async function startPlatform(
  profile: Profile,
  progress: Progress,
  signal: AbortSignal,
  alongside?: (platform: RunningPlatform) => Promise<void>,
): Promise<RunningPlatform> {
  const { stateDirectory } = profile;
  await mkdir(stateDirectory, { recursive: true });
  const holder = await lockHolder(stateDirectory);
  if (holder !== undefined && holder !== process.pid) {
    throw new Error(`Postroom already runs from ${stateDirectory} (process ${holder}); stop it with Ctrl-C where it was started.`);
  }
  await recordPid(lockPath(stateDirectory), process.pid);
  const leftovers = await stopLeftovers(stateDirectory);
  if (leftovers.length > 0) progress.say(`Stopped what an earlier, killed start had left running: ${leftovers.join(", ")}.`);
  const portNames = alongside ? (Object.keys(portUses) as PortName[]) : platformPortNames;
  await requireFreePorts(portNames.map((name) => ({ port: profile.ports[name], use: portUses[name] })));

  const secrets = await loadSecrets(stateDirectory);
  const keys = await ensureKeys(stateDirectory);
  const description = describePlatform(profile, secrets, keys, profile.name === "test" ? "debug" : "info");
  const platform = new RunningPlatform(profile, description, progress, []);
  const failed = new AbortController();
  const stopped = AbortSignal.any([signal, failed.signal]);
  const distributions = distributionsReady(stopped);

  const database = async (): Promise<void> => {
    await platform.startPart(await preparePostgres(profile, secrets), stopped);
    await ensureRolesAndDatabases(profile, secrets);
  };
  const schema = async (): Promise<void> => {
    await applyMigrations(description.ownerDatabaseUrl);
    await seedPlans(description.env.provisioner.DATABASE_URL!);
    await makeDemoTenants(description.env.provisioner.DATABASE_URL!);
    await writePlatformFile(stateDirectory, description);
  };
  const schemaAndAlongside = async (): Promise<void> => {
    await progress.step("Database schema, plans and demo tenants are set up", schema);
    await alongside?.(platform);
  };
  const identity = async (): Promise<void> => {
    await distributions;
    await platform.startPart(prepareKeycloak(profile, secrets), stopped);
    await progress.step("Realm postroom is set up", () => ensureRealm(profile, secrets, stopped));
  };
  const broker = async (): Promise<void> => {
    await distributions;
    await platform.startPart(await prepareArtemis(profile, secrets), stopped);
  };
  const work = [
    database().then(() => Promise.all([schemaAndAlongside(), identity()])),
    broker(),
  ];
  try {
    await Promise.all(work);
  } catch (error) {
    failed.abort();
    await Promise.allSettled([...work, distributions]);
    await platform.stop();
    throw error;
  }
  return platform;
}
