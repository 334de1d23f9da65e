import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "#platform/test-platform.ts";
import { createLog } from "../log.ts";
import { openDatabase, type Database } from "./database.ts";
import { isDatabaseUnavailable } from "./database-errors.ts";
import { Client } from "pg";

const poolSize = 5;
let testDatabase: TestDatabase;
let database: Database;
let admin: Client;
let tenants: { id: string; slug: string }[];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.consoleUrl, poolSize, log: createLog("silent") });
  admin = new Client({ connectionString: testDatabase.adminUrl });
  await admin.connect();
  await admin.query("INSERT INTO tenant (id, slug, name) SELECT gen_random_uuid(), 'tenant-' || n, 'Tenant' FROM generate_series(1, 50) AS n");
  await admin.query("INSERT INTO membership (tenant_id, user_id, email, role) SELECT id, 'person-' || slug, 'x@y.test', 'developer' FROM tenant");
  await admin.query(
    "INSERT INTO address_space (id, tenant_id, slug, name, plan_id, created_by) SELECT gen_random_uuid(), id, 'default', 'Default', 'team', 'test' FROM tenant",
  );
  await admin.query(
    `INSERT INTO address (id, tenant_id, space_id, name, name_key, type, plan_id, created_by)
     SELECT gen_random_uuid(), tenant_id, id, 'orders', 'orders', 'queue', 'queue-small', 'test' FROM address_space`,
  );
  ({ rows: tenants } = await admin.query("SELECT id, slug FROM tenant ORDER BY slug"));
});
afterAll(async () => {
  await database?.close();
  await admin?.end();
  await testDatabase?.[Symbol.asyncDispose]();
});

class Abandoned extends Error {}

describe("a pooled connection", () => {
  it("never carries one request's tenant into the next: 10,000 requests of 50 tenants over a pool of 5, a third of them failing", async () => {
    const requests = 10_000;
    const parallel = 100;
    let next = 0;
    let abandoned = 0;
    let refusedBySql = 0;
    // A busy machine may let some wait too long for the pool; they must not leak either.
    let unavailable = 0;
    const strays: string[] = [];
    const run = async (): Promise<void> => {
      while (next < requests) {
        const number = next;
        next += 1;
        const tenant = tenants[number % tenants.length]!;
        try {
          if (number % 5 === 4) {
            // Somebody without a tenant, right behind somebody with one.
            const seen = await database.withPerson("nobody", { readsAllTenants: false }, (client) => client.address.findMany({ select: { tenantId: true } }));
            if (seen.length > 0) strays.push(`request ${number}: nobody saw ${seen.length} rows`);
            continue;
          }
          await database.withTenant(tenant.id, `person-${tenant.slug}`, async (client) => {
            const seen = await client.address.findMany({ select: { tenantId: true } });
            if (seen.length !== 1 || seen[0]?.tenantId !== tenant.id) strays.push(`request ${number}: ${JSON.stringify(seen)}`);
            if (number % 3 === 1) throw new Abandoned();
            if (number % 30 === 3) await client.$executeRaw`SELECT 1 / 0`;
          });
        } catch (error) {
          if (error instanceof Abandoned) abandoned += 1;
          else if (error instanceof Error && error.message.includes("division by zero")) refusedBySql += 1;
          else if (isDatabaseUnavailable(error)) unavailable += 1;
          else throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: parallel }, run));
    expect(strays).toEqual([]);
    expect(abandoned).toBeGreaterThan(2_000);
    expect(refusedBySql).toBeGreaterThan(100);
    expect(unavailable).toBeLessThan(requests / 10);
    const { rows } = await admin.query("SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = $1 AND application_name = 'postroom-console'", [testDatabase.name]);
    expect(rows[0].count).toBeLessThanOrEqual(poolSize);
  }, 120_000);

  it("shows nothing to a query that has escaped from its transaction", async () => {
    let escaped: { address: { findMany(): Promise<unknown[]> } } | undefined;
    await database.withTenant(tenants[0]!.id, "x", async (client) => {
      escaped = client;
    });
    await expect(escaped!.address.findMany()).rejects.toThrow(/[Tt]ransaction/);
  });

  it("is given back after a transaction that takes too long, and the request ends with `unavailable`", async () => {
    await using holder = await held();
    const blocked = database.withTenant(tenants[1]!.id, "x", (client) => client.$executeRaw`SELECT pg_advisory_xact_lock(${holder.key})`);
    const error: unknown = await blocked.catch((cause: unknown) => cause);
    expect(isDatabaseUnavailable(error), String(error)).toBe(true);
    const seen = await database.withTenant(tenants[2]!.id, "x", (client) => client.address.count());
    expect(seen).toBe(1);
  }, 30_000);
});

async function held(): Promise<AsyncDisposable & { key: number }> {
  const key = 4711;
  await admin.query("SELECT pg_advisory_lock($1)", [key]);
  return { key, [Symbol.asyncDispose]: async () => void (await admin.query("SELECT pg_advisory_unlock($1)", [key])) };
}

describe("transactions that lock each other out", () => {
  it("are both done: the one that Postgres ends is run again, and nothing of its first run stays", async () => {
    const tenant = tenants[3]!;
    await admin.query(
      "INSERT INTO address (id, tenant_id, space_id, name, name_key, type, plan_id, created_by) SELECT gen_random_uuid(), tenant_id, id, 'invoices', 'invoices', 'queue', 'queue-small', 'test' FROM address_space WHERE tenant_id = $1",
      [tenant.id],
    );
    const runs: string[] = [];
    const { promise: barrier, resolve: bothHoldOne } = Promise.withResolvers<void>();
    const lockBoth = (mark: string, [one, other]: readonly [string, string]) =>
      database.withTenant(tenant.id, "x", async (client) => {
        runs.push(mark);
        await client.address.updateMany({ where: { name: one }, data: { reason: mark } });
        if (new Set(runs).size === 2 && runs.length === 2) bothHoldOne();
        await barrier;
        await client.address.updateMany({ where: { name: other }, data: { reason: mark } });
      });
    await Promise.all([lockBoth("first", ["orders", "invoices"]), lockBoth("second", ["invoices", "orders"])]);
    expect(runs).toHaveLength(3);
    const { rows } = await admin.query("SELECT DISTINCT reason FROM address WHERE tenant_id = $1", [tenant.id]);
    expect(rows).toEqual([{ reason: runs[2] }]);
  }, 30_000);
});

describe("a database that does not answer", () => {
  it("is told apart from a request at fault", async () => {
    const nowhere = openDatabase({ url: "postgresql://postroom_console:wrong@127.0.0.1:9/postroom", poolSize: 1, log: createLog("silent") });
    const unreachable: unknown = await nowhere.withTenant(tenants[0]!.id, "x", (client) => client.address.count()).catch((cause: unknown) => cause);
    expect(isDatabaseUnavailable(unreachable), String(unreachable)).toBe(true);
    await expect(nowhere.ping()).rejects.toThrow();
    await nowhere.close();
    const atFault: unknown = await database.withTenant(tenants[0]!.id, "x", (client) => client.$executeRaw`SELECT 1 / 0`).catch((cause: unknown) => cause);
    expect(isDatabaseUnavailable(atFault)).toBe(false);
  });

  it("is served again by itself after its connections were cut", async () => {
    await database.withTenant(tenants[0]!.id, "x", (client) => client.address.count());
    await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND application_name = 'postroom-console'", [testDatabase.name]);
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => database.withTenant(tenants[0]!.id, "x", (client) => client.address.count())));
    for (const outcome of outcomes) if (outcome.status === "rejected") expect(isDatabaseUnavailable(outcome.reason), String(outcome.reason)).toBe(true);
    await expect.poll(() => database.withTenant(tenants[0]!.id, "x", (client) => client.address.count()).catch(() => 0), { timeout: 10_000 }).toBe(1);
  });
});
