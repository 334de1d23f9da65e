import { constants, createHash, createPublicKey, publicEncrypt } from "node:crypto";
import { Client } from "pg";
import { addressNameKey } from "#contracts/addresses/address-name-key.ts";
import { credentialLogin } from "#contracts/naming.ts";
import type { Phase } from "#contracts/phases.ts";
import { createTestDatabase, loadPlatform, type TestDatabase } from "#platform/test-platform.ts";
import type { PlatformFile } from "#platform/platform-file.ts";
import { parseEnv, type Env } from "../env.ts";
import { testLogLevel } from "./env.ts";

export interface TestRow {
  readonly id: string;
  readonly name: string;
  readonly phase: Phase;
  readonly reason: string | null;
  readonly generation: number;
  readonly observed_generation: number;
  readonly attempts: number;
  readonly claim_epoch: string;
  readonly broker: string | null;
}

/**
 * A database of its own, and a tenant with one space whose slug is random, so that tests can share the real broker and
 * Keycloak without meeting.
 */
export interface TestBed extends AsyncDisposable {
  readonly platform: PlatformFile;
  readonly database: TestDatabase;
  /** Sees everything. */
  readonly sql: Client;
  readonly tenant: string;
  /** `<tenant>.main` */
  readonly space: string;
  readonly spaceRowId: string;
  /** Variables of a provisioner on the test platform and this database; the health port is free for choice. */
  readonly variables: Record<string, string>;
  env(changes?: Record<string, string>): Env;
  createAddresses(names: readonly string[], plan?: string): Promise<void>;
  /** Subscriptions of a topic that is there. */
  createSubscriptions(topic: string, names: readonly string[], plan?: string): Promise<void>;
  deleteAddresses(names: readonly string[]): Promise<void>;
  createCredential(name: string, secret: string): Promise<string>;
  rotateCredential(name: string, secret: string, overlapSeconds: number): Promise<void>;
  rows(table?: "address" | "credential" | "address_space"): Promise<TestRow[]>;
  row(name: string, table?: "address" | "credential" | "address_space"): Promise<TestRow | undefined>;
}

let counter = 0;

const hash = (secret: string) => createHash("sha256").update(secret).digest();

export async function createTestBed(): Promise<TestBed> {
  const platform = await loadPlatform();
  const database = await createTestDatabase();
  const sql = new Client({ connectionString: database.adminUrl });
  await sql.connect();
  const tenant = `t${process.pid.toString(36)}${Date.now().toString(36).slice(-5)}${(counter++).toString(36)}`;
  const tenantId = (await sql.query<{ id: string }>("INSERT INTO tenant (id, slug, name) VALUES (uuidv7(), $1, $1) RETURNING id", [tenant])).rows[0]!.id;
  const spaceRowId = (
    await sql.query<{ id: string }>(
      "INSERT INTO address_space (id, tenant_id, slug, name, plan_id, created_by) VALUES (uuidv7(), $1, 'main', 'Main', 'business', 'test') RETURNING id",
      [tenantId],
    )
  ).rows[0]!.id;
  const variables: Record<string, string> = { ...(platform.env.provisioner as Record<string, string>), DATABASE_URL: database.provisionerUrl, HEALTH_PORT: "0", LOG_LEVEL: testLogLevel };
  const sealingKey = createPublicKey(parseEnv(variables).SEALING_PRIVATE_KEY_FILE);
  const seal = (secret: string) => publicEncrypt({ key: sealingKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }, Buffer.from(secret));
  return {
    platform,
    database,
    sql,
    tenant,
    space: `${tenant}.main`,
    spaceRowId,
    variables,
    env: (changes = {}) => parseEnv({ ...variables, ...changes }),
    createAddresses: async (names, plan = "queue-small") => {
      await sql.query(
        `INSERT INTO address (id, tenant_id, space_id, name, name_key, type, plan_id, created_by)
         SELECT uuidv7(), $1, $2, each.name, each.key, p.type, p.id, 'test' FROM unnest($3::text[], $4::text[]) AS each (name, key), address_plan p WHERE p.id = $5`,
        [tenantId, spaceRowId, names, names.map(addressNameKey), plan],
      );
    },
    createSubscriptions: async (topic, names, plan = "subscription-small") => {
      await sql.query(
        `INSERT INTO address (id, tenant_id, space_id, name, name_key, type, topic_id, plan_id, created_by)
         SELECT uuidv7(), $1, $2, each.name, each.key, 'subscription', t.id, $5, 'test'
         FROM unnest($3::text[], $4::text[]) AS each (name, key), address t WHERE t.name = $6 AND t.space_id = $2`,
        [tenantId, spaceRowId, names, names.map(addressNameKey), plan, topic],
      );
    },
    deleteAddresses: async (names) => {
      await sql.query(
        `UPDATE address SET phase = 'Terminating', reason = NULL, generation = generation + 1, attempts = 0, next_attempt_at = now()
         WHERE name = ANY ($1) AND phase <> 'Terminating'`,
        [names],
      );
    },
    createCredential: async (name, secret) => {
      const login = credentialLogin(tenant, "main", name);
      await sql.query(
        `INSERT INTO credential (id, tenant_id, space_id, name, login, permissions, sealed_secret, secret_hash, created_by)
         VALUES (uuidv7(), $1, $2, $3, $4, $5, $6, $7, 'test')`,
        [tenantId, spaceRowId, name, login, JSON.stringify([{ operations: ["send", "recv"], pattern: "*" }]), seal(secret), hash(secret)],
      );
      return login;
    },
    rotateCredential: async (name, secret, overlapSeconds) => {
      await sql.query(
        `UPDATE credential SET sealed_secret = $2, secret_hash = $3, previous_secret_until = now() + $4 * interval '1 second', generation = generation + 1, next_attempt_at = now()
         WHERE name = $1`,
        [name, seal(secret), hash(secret), overlapSeconds],
      );
    },
    rows: async (table = "address") => (await sql.query<TestRow>(`SELECT * FROM ${table} ORDER BY id`)).rows,
    row: async (name, table = "address") => (await sql.query<TestRow>(`SELECT * FROM ${table} WHERE name = $1`, [name])).rows[0],
    [Symbol.asyncDispose]: async () => {
      await sql.end();
      await database[Symbol.asyncDispose]();
    },
  };
}
