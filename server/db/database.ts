import { PrismaPg } from "@prisma/adapter-pg";
import { Pool } from "pg";
import { Prisma, PrismaClient } from "#prisma/generated/client.ts";
import type { Log } from "../log.ts";
import { isRetryableConflict } from "./database-errors.ts";

/** How long and how many: a request must end, whatever the database does. */
const limits = {
  connectTimeoutMs: 3_000,
  idleTimeoutMs: 30_000,
  statementTimeoutMs: 8_000,
  lockTimeoutMs: 6_000,
  idleInTransactionTimeoutMs: 10_000,
  /** Wait for a free connection of the pool. */
  maxWaitMs: 5_000,
  /** One transaction from begin to commit. */
  transactionTimeoutMs: 10_000,
  pingTimeoutMs: 2_000,
  /** Deadlocks and serialization failures are run again this often, then refused. */
  conflictRetries: 2,
} as const;

declare const tenantBrand: unique symbol;
declare const personBrand: unique symbol;
declare const platformBrand: unique symbol;
declare const supportBrand: unique symbol;

type Transaction = Omit<Prisma.TransactionClient, "$executeRawUnsafe" | "$queryRawUnsafe">;

/** A transaction that sees one tenant's rows. Made by {@link Database.withTenant} only, so no query runs outside of it. */
export type TenantClient = Transaction & { readonly [tenantBrand]: true };

/** A transaction that sees a person's memberships and the tenants and spaces they lead to, and nothing inside of these. */
export type PersonClient = Transaction & { readonly [personBrand]: true };

/** A transaction of a platform role: sees plans, tenants, spaces and the whole audit trail, and nothing inside of a space. */
export type PlatformClient = Transaction & { readonly [platformBrand]: true };

/** A transaction of the support desk: reads names, numbers and clients of all tenants, and changes nothing. */
export type SupportClient = Transaction & { readonly [supportBrand]: true };

/** The console's only way to Postgres. */
export interface Database {
  /**
   * Runs `work` in one transaction with the tenant set for row level security. `work` may run again after a deadlock or
   * serialization failure, so it does nothing that outlives a rolled-back transaction.
   */
  withTenant<T>(tenantId: string, userId: string, work: (client: TenantClient) => Promise<T>): Promise<T>;
  /** As {@link withTenant}, before a tenant is chosen. `readsAllTenants` is for platform roles. */
  withPerson<T>(userId: string, options: { readsAllTenants: boolean }, work: (client: PersonClient) => Promise<T>): Promise<T>;
  /** As {@link withPerson}, for somebody who is nobody yet and holds an invitation: sees that invitation and its tenant's name. */
  withInvitation<T>(hash: Buffer, work: (client: PersonClient) => Promise<T>): Promise<T>;
  /** As {@link withTenant}, for what belongs to no tenant. For platform roles whose permission has been checked. */
  withPlatform<T>(userId: string, work: (client: PlatformClient) => Promise<T>): Promise<T>;
  /** As {@link withPlatform}, for whoever's permission `platform-statistics:read` has been checked. */
  withSupport<T>(userId: string, work: (client: SupportClient) => Promise<T>): Promise<T>;
  /** As {@link withTenant} and {@link withPlatform} at once: a platform role that acts on one tenant as a whole. */
  withPlatformTenant<T>(tenantId: string, userId: string, work: (client: TenantClient) => Promise<T>): Promise<T>;
  /** Held at the moment, and calls that wait for one. */
  readonly connections: { readonly total: number; readonly idle: number; readonly waiting: number };
  /** Resolves when Postgres answers within two seconds. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Most connections held at once. */
  readonly poolSize: number;
  readonly log: Log;
}

/** Opens a bounded pool as the console's database role; the first query connects. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new Pool({
    connectionString: options.url,
    max: options.poolSize,
    application_name: "postroom-console",
    connectionTimeoutMillis: limits.connectTimeoutMs,
    idleTimeoutMillis: limits.idleTimeoutMs,
    statement_timeout: limits.statementTimeoutMs,
    lock_timeout: limits.lockTimeoutMs,
    idle_in_transaction_session_timeout: limits.idleInTransactionTimeoutMs,
    // A server that has gone silent answers no statement time-out either.
    query_timeout: limits.statementTimeoutMs + 2_000,
    keepAlive: true,
  });
  // The pool's own listener, for the adapter's goes with the adapter while connections are still being closed.
  pool.on("error", (error) => options.log.warn({ err: error }, "A database connection was lost."));
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool, {
      onConnectionError: (error) => options.log.warn({ err: error }, "A database connection failed."),
    }),
    errorFormat: "minimal",
    // The console's role may not read these columns; Postgres would refuse the whole query.
    omit: {
      credential: { sealedSecret: true, secretHash: true, previousSecretHash: true, useNotedAt: true, claimedBy: true, claimedUntil: true, claimEpoch: true },
      memberOperation: { sealedSecret: true, claimedBy: true, claimedUntil: true, claimEpoch: true },
    },
  });

  async function transaction<T>(settings: Record<string, string>, work: (client: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await prisma.$transaction(
          async (client) => {
            const calls = Object.entries(settings).map(([name, value]) => Prisma.sql`set_config(${name}, ${value}, true)`);
            await client.$queryRaw`SELECT ${Prisma.join(calls)}`;
            return work(client);
          },
          { maxWait: limits.maxWaitMs, timeout: limits.transactionTimeoutMs },
        );
      } catch (error) {
        if (attempt >= limits.conflictRetries || !isRetryableConflict(error)) throw error;
      }
    }
  }

  return {
    withTenant: (tenantId, userId, work) =>
      transaction({ "postroom.tenant_id": tenantId, "postroom.user_id": userId }, (client) => work(client as TenantClient)),
    withPerson: (userId, { readsAllTenants }, work) =>
      transaction(
        { "postroom.user_id": userId, "postroom.reads_all_tenants": readsAllTenants ? "on" : "off" },
        (client) => work(client as PersonClient),
      ),
    withInvitation: (hash, work) => transaction({ "postroom.invitation_hash": hash.toString("hex") }, (client) => work(client as PersonClient)),
    withPlatform: (userId, work) =>
      transaction(
        { "postroom.user_id": userId, "postroom.reads_all_tenants": "on", "postroom.acts_on_platform": "on" },
        (client) => work(client as PlatformClient),
      ),
    withSupport: (userId, work) =>
      transaction({ "postroom.user_id": userId, "postroom.reads_all_tenants": "on", "postroom.reads_statistics": "on" }, (client) => work(client as SupportClient)),
    withPlatformTenant: (tenantId, userId, work) =>
      transaction(
        { "postroom.tenant_id": tenantId, "postroom.user_id": userId, "postroom.acts_on_platform": "on" },
        (client) => work(client as TenantClient),
      ),
    get connections() {
      return { total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount };
    },
    ping: () => ping(pool),
    async close() {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

async function ping(pool: Pool): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limits.pingTimeoutMs} ms`)), limits.pingTimeoutMs);
  });
  try {
    await Promise.race([pool.query("SELECT 1"), late]);
  } finally {
    clearTimeout(timer);
  }
}
