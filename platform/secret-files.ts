import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A new random secret: 24 bytes, base64url, so that it needs no escaping in URLs, XML or properties files. */
export function newSecret(): string {
  return randomBytes(24).toString("base64url");
}

/**
 * Writes a file as a whole or not at all (temporary file, fsync, rename).
 * @param mode permission bits of the file.
 */
export async function writeFileAtomically(path: string, content: string, mode = 0o600): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = join(dirname(path), `.${process.pid}-${randomBytes(6).toString("hex")}.tmp`);
  const file = await open(temporary, "wx", mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/** Content of a text file, or undefined when there is none. */
export async function readFileIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

const secretNames = [
  "postgresPassword",
  "ownerPassword",
  "consoleDatabasePassword",
  "provisionerDatabasePassword",
  "keycloakDatabasePassword",
  "keycloakAdminPassword",
  "provisionerClientSecret",
  "gatewayBrokerPassword",
  "provisionerBrokerPassword",
  "managementPassword",
] as const;

export type Secrets = Readonly<Record<(typeof secretNames)[number], string>>;

/**
 * The installation's passwords: made at random at the first start, kept in `secrets.json` (mode 0600) ever after.
 * A name added by a newer version gets its secret at the next start.
 */
export async function loadSecrets(stateDirectory: string): Promise<Secrets> {
  const path = join(stateDirectory, "secrets.json");
  const kept = JSON.parse((await readFileIfPresent(path)) ?? "{}") as Partial<Secrets>;
  const secrets = Object.fromEntries(secretNames.map((name) => [name, kept[name] ?? newSecret()])) as unknown as Secrets;
  if (secretNames.some((name) => kept[name] === undefined)) {
    await writeFileAtomically(path, `${JSON.stringify(secrets, undefined, 2)}\n`);
  }
  return secrets;
}
