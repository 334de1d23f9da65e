import { applyMigrations } from "./migrate.ts";
import { seedPlans } from "./seed.ts";

// `npm run migrate`: brings an operator's own database to this version's schema and plans.
const ownerDatabaseUrl = process.env.OWNER_DATABASE_URL;
try {
  if (!ownerDatabaseUrl) throw new Error("OWNER_DATABASE_URL is missing; set it to the URL of the database with its owner's login.");
  const applied = await applyMigrations(ownerDatabaseUrl);
  await seedPlans(ownerDatabaseUrl);
  process.stdout.write(`${applied.length === 0 ? "The schema was up to date" : `Applied ${applied.join(", ")}`}; the shipped plans are in place.\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
