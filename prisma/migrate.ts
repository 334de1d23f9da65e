import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import { SchemaEngine, type MigrationList } from "@prisma/schema-engine-wasm";

const migrationsDirectory = join(import.meta.dirname, "migrations");

/** The migrations in order: name and SQL. */
export async function readMigrations(): Promise<{ name: string; sql: string }[]> {
  const entries = await readdir(migrationsDirectory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
  return Promise.all(
    names.map(async (name) => ({ name, sql: await readFile(join(migrationsDirectory, name, "migration.sql"), "utf8") })),
  );
}

/**
 * Applies the migrations that the database lacks, with Prisma's own engine (as WebAssembly, so that nothing is
 * downloaded) and its `_prisma_migrations` table: `prisma migrate deploy` can go on where this ended.
 * @param ownerDatabaseUrl URL of the database's owner.
 * @returns the names of the migrations that were applied now.
 * @throws Error with the engine's words when a migration fails; it is then recorded as failed in the table.
 */
export async function applyMigrations(ownerDatabaseUrl: string): Promise<string[]> {
  const migrations = await readMigrations();
  const migrationsList: MigrationList = {
    baseDir: migrationsDirectory,
    lockfile: { path: "migration_lock.toml", content: 'provider = "postgresql"\n' },
    shadowDbInitScript: "",
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: "migration.sql", content: { tag: "ok", value: sql } },
    })),
  };
  const schema = await readFile(join(import.meta.dirname, "schema.prisma"), "utf8");
  const database = new WholeScriptPrismaPg({ connectionString: ownerDatabaseUrl, max: 1 });
  const engine = await SchemaEngine.new(
    { datamodels: [["schema.prisma", schema]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(database),
  );
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList,
      filters: { externalTables: [], externalEnums: [] },
    });
    return appliedMigrationNames;
  } finally {
    engine.free();
    await database.disconnect();
  }
}

/**
 * PrismaPg cuts scripts at every semicolon, also inside functions, strings and comments. Here a script goes to the
 * server as it is, which runs it in one transaction, as Prisma's native engine does.
 */
class WholeScriptPrismaPg extends PrismaPg {
  readonly #adapters: Awaited<ReturnType<PrismaPg["connect"]>>[] = [];

  override async connect(): ReturnType<PrismaPg["connect"]> {
    const adapter = await super.connect();
    this.#adapters.push(adapter);
    adapter.executeScript = async (script: string): Promise<void> => {
      await adapter.underlyingDriver().query(script);
    };
    return adapter;
  }

  /** The engine leaves its connections open, and with them its advisory lock. */
  async disconnect(): Promise<void> {
    await Promise.all(this.#adapters.map((adapter) => adapter.dispose()));
  }
}
