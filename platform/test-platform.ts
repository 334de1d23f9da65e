import { createHash, randomBytes } from "node:crypto";
import { Client, escapeIdentifier } from "pg";
import { makeDemoTenants } from "#prisma/demo.ts";
import { applyMigrations, readMigrations } from "#prisma/migrate.ts";
import { seedPlans, shippedAddressPlans, shippedSpacePlans } from "#prisma/seed.ts";
import { logInPerson as requestLogin, type PersonLogin } from "./person-token.ts";
import { readPlatformFile, type PlatformFile } from "./platform-file.ts";
import { withClient } from "./postgres.ts";
import { resolveProfile } from "./profile.ts";

const profile = resolveProfile("test", process.env);

/**
 * Where the test platform's PostgreSQL, Keycloak and Artemis are, with the environment of each process.
 * @throws Error saying how to start it when it does not run.
 */
export async function loadPlatform(): Promise<PlatformFile> {
  const platform = await readPlatformFile(profile.stateDirectory);
  if (platform) {
    const client = new Client({ connectionString: platform.adminDatabaseUrl, connectionTimeoutMillis: 5000 });
    const reachable = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => undefined);
    if (reachable) return platform;
  }
  throw new Error("The test platform does not run; start it with npm run platform -- --profile test, or run npm test.");
}

/** A database of a test's own. */
export interface TestDatabase extends AsyncDisposable {
  readonly name: string;
  /** Role `postroom_console`: row level security applies. */
  readonly consoleUrl: string;
  /** Role `postroom_provisioner`. */
  readonly provisionerUrl: string;
  /** The owner, which may change the schema but, as row level security is forced, sees no tenant's rows. */
  readonly ownerUrl: string;
  /** The superuser: sees everything. */
  readonly adminUrl: string;
}

/**
 * A fresh database with the newest migrations and the shipped plans, cloned from a template (some 50 ms); the first call
 * after a change of migrations or plans makes the template. Dropped on disposal, open connections or not.
 * @param options.demo also makes the tenants acme and globex with their spaces and memberships.
 */
export async function createTestDatabase(options: { demo?: boolean } = {}): Promise<TestDatabase> {
  const platform = await loadPlatform();
  const template = await ensureTemplate(platform);
  const name = `test_${randomBytes(8).toString("hex")}`;
  await withClient(platform.adminDatabaseUrl, (client) =>
    client.query(`CREATE DATABASE ${escapeIdentifier(name)} TEMPLATE ${escapeIdentifier(template)} OWNER postroom_owner STRATEGY FILE_COPY`),
  );
  const provisionerUrl = inDatabase(platform.env.provisioner.DATABASE_URL!, name);
  if (options.demo) await makeDemoTenants(provisionerUrl);
  return {
    name,
    consoleUrl: inDatabase(platform.env.console.DATABASE_URL!, name),
    provisionerUrl,
    ownerUrl: inDatabase(platform.ownerDatabaseUrl, name),
    adminUrl: inDatabase(platform.adminDatabaseUrl, name),
    [Symbol.asyncDispose]: async () => {
      await withClient(platform.adminDatabaseUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`));
    },
  };
}

/**
 * An access token of a person of the realm as the console gets it (`azp` console): the real authorization-code flow with
 * PKCE through Keycloak's login page. Valid for 5 minutes.
 * @param email for example `dev@acme.test`; see prisma/demo-people.ts.
 */
export async function personToken(email: string, password?: string): Promise<string> {
  return (await logInPerson(email, password)).accessToken;
}

/** Both tokens of such a login. */
export async function logInPerson(email: string, password?: string): Promise<PersonLogin> {
  return requestLogin(await loadPlatform(), email, password);
}

function inDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

const templateLock = 7_238_117;

// The name says what is inside, so a template is never stale; it appears under that name only when it is complete.
async function ensureTemplate(platform: PlatformFile): Promise<string> {
  const content = JSON.stringify([await readMigrations(), shippedAddressPlans, shippedSpacePlans], (_key, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
  const template = `template_${createHash("sha256").update(content).digest("hex").slice(0, 16)}`;
  await withClient(platform.adminDatabaseUrl, async (client) => {
    const isThere = async (): Promise<boolean> =>
      (await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [template])).rowCount === 1;
    if (await isThere()) return;
    await client.query("SELECT pg_advisory_lock($1)", [templateLock]);
    if (await isThere()) return;
    const work = escapeIdentifier(`${template}_unfinished`);
    await client.query(`DROP DATABASE IF EXISTS ${work} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${work} OWNER postroom_owner`);
    await applyMigrations(inDatabase(platform.ownerDatabaseUrl, `${template}_unfinished`));
    await seedPlans(inDatabase(platform.env.provisioner.DATABASE_URL!, `${template}_unfinished`));
    await client.query(`ALTER DATABASE ${work} RENAME TO ${escapeIdentifier(template)}`);
  });
  return template;
}
