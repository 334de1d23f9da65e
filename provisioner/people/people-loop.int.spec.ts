import { constants, createPublicKey, publicEncrypt, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { personToken } from "#platform/test-platform.ts";
import { openDatabase, type Database } from "../database.ts";
import { Mailer } from "../drivers/mail/mailer.ts";
import { KeycloakAdmin } from "../drivers/keycloak/keycloak-admin.ts";
import { KeycloakPeople } from "../drivers/keycloak-people/keycloak-people.ts";
import { limits } from "../limits.ts";
import { createLog } from "../log.ts";
import { eventually } from "../testing/eventually.ts";
import { createTestBed, type TestBed } from "../testing/test-bed.ts";
import { openWorkWindow } from "../work-window.ts";
import { auditEntriesOf, idempotencyKeys, RowRetention } from "../row-retention.ts";
import { PeopleLoop } from "./people-loop.ts";

let bed: TestBed;
let database: Database;
let admin: KeycloakAdmin;
let loop: PeopleLoop;
let otherTenantId: string;
const closed: string[] = [];
const made: string[] = [];
const window = () => openWorkWindow(20_000);

beforeAll(async () => {
  bed = await createTestBed();
  const env = bed.env();
  database = openDatabase(env.DATABASE_URL, limits.database, () => undefined);
  admin = new KeycloakAdmin({ url: env.KEYCLOAK_URL, realm: env.KEYCLOAK_REALM, clientId: env.KEYCLOAK_CLIENT_ID, clientSecret: env.KEYCLOAK_CLIENT_SECRET }, limits);
  otherTenantId = (await bed.sql.query("INSERT INTO tenant (id, slug, name) VALUES (uuidv7(), 'other', 'Other') RETURNING id")).rows[0].id;
  loop = new PeopleLoop({
    database,
    people: new KeycloakPeople(admin),
    mailer: new Mailer(env, limits.mail),
    sealingKey: env.SEALING_PRIVATE_KEY_FILE,
    closeTestSessions: async (tenant, email) => void closed.push(`${tenant} ${email}`),
    claimedBy: "test",
    limits: { ...limits, reconcile: { ...limits.reconcile, pollMs: 100 } },
    log: createLog("silent"),
  });
  loop.start();
});
afterAll(async () => {
  await loop?.stop(1_000);
  for (const userId of made) await admin.request("DELETE", `/users/${userId}`, undefined, window());
  await database?.end();
  await bed?.[Symbol.asyncDispose]();
});

const seal = (text: string): Buffer =>
  publicEncrypt({ key: createPublicKey(bed.env().SEALING_PRIVATE_KEY_FILE), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }, Buffer.from(text));

interface Wish {
  readonly memberId: string;
  readonly email: string;
  readonly tenantId?: string;
  readonly userId?: string | null;
  readonly secret?: string;
  readonly detail?: object;
}

async function tenantIdOf(slug: string): Promise<string> {
  return (await bed.sql.query("SELECT id FROM tenant WHERE slug = $1", [slug])).rows[0].id;
}

async function addMember(email: string, tenantId?: string, userId: string | null = null): Promise<string> {
  const { rows } = await bed.sql.query("INSERT INTO membership (tenant_id, user_id, email, name, role, state) VALUES ($1, $2, $3, 'Nina New', 'developer', $4) RETURNING id", [
    tenantId ?? (await tenantIdOf(bed.tenant)), userId, email, userId === null ? "invited" : "active",
  ]);
  return rows[0].id;
}

/** Asks as the console does, and waits for the end. */
async function ask(kind: string, { memberId, email, tenantId, userId = null, secret, detail = {} }: Wish): Promise<{ phase: string; reason: string | null; sealed_secret: Buffer | null }> {
  const { rows } = await bed.sql.query(
    "INSERT INTO member_operation (tenant_id, member_id, user_id, email, name, kind, detail, sealed_secret) VALUES ($1, $2, $3, $4, 'Nina New', $5, $6, $7) RETURNING id",
    [tenantId ?? (await tenantIdOf(bed.tenant)), memberId, userId, email, kind, JSON.stringify(detail), secret === undefined ? null : seal(secret)],
  );
  return eventually(
    async () => (await bed.sql.query("SELECT phase, reason, sealed_secret FROM member_operation WHERE id = $1", [rows[0].id])).rows[0],
    ({ phase }) => phase !== "Pending",
  );
}

async function userOf(userId: string): Promise<{ enabled: boolean; requiredActions: string[] }> {
  return JSON.parse((await admin.request("GET", `/users/${userId}`, undefined, window())).body);
}

async function newPerson(): Promise<{ email: string; memberId: string; userId: string; password: string }> {
  const email = `nina-${randomUUID()}@people.test`;
  const password = randomUUID();
  const memberId = await addMember(email);
  expect(await ask("create-account", { memberId, email, secret: password })).toMatchObject({ phase: "Done", sealed_secret: null });
  const { user_id: userId, state } = (await bed.sql.query("SELECT user_id, state FROM membership WHERE id = $1", [memberId])).rows[0];
  expect(state).toBe("active");
  made.push(userId);
  return { email, memberId, userId, password };
}

describe("work for members in the real Keycloak", () => {
  it("makes an account whose one-time password has to be changed at the first login", async () => {
    const { email, password, userId } = await newPerson();
    expect((await userOf(userId)).requiredActions).toContain("UPDATE_PASSWORD");
    // The password is right, and Keycloak wants another one before it gives a token.
    await expect(personToken(email, password)).rejects.toThrow(/status 302/);
    await expect(personToken(email, "not it")).rejects.toThrow(/Invalid/);
    expect((await bed.sql.query("SELECT outcome FROM audit_entry WHERE object_name = $1", [email])).rows).toEqual([{ outcome: "done" }]);
  });

  it("takes nobody's account: an address that has one is refused, and its password stays", async () => {
    const memberId = await addMember("dev@acme.test");
    const outcome = await ask("create-account", { memberId, email: "dev@acme.test", secret: "stolen-password" });
    expect(outcome).toMatchObject({ phase: "Failed", sealed_secret: null });
    expect(outcome.reason).toContain("There is an account for dev@acme.test already");
    expect((await bed.sql.query("SELECT user_id, state FROM membership WHERE id = $1", [memberId])).rows).toEqual([{ user_id: null, state: "invited" }]);
    await expect(personToken("dev@acme.test")).resolves.toMatch(/^ey/);
  });

  it("goes on with its own account after a crash between Keycloak and the database", async () => {
    const { email, memberId, userId } = await newPerson();
    await bed.sql.query("UPDATE membership SET user_id = NULL, state = 'invited' WHERE id = $1", [memberId]);
    await bed.sql.query("UPDATE member_operation SET phase = 'Pending', sealed_secret = $2 WHERE member_id = $1", [memberId, seal("another-password")]);
    await eventually(async () => (await bed.sql.query("SELECT user_id, state FROM membership WHERE id = $1", [memberId])).rows[0], ({ user_id }) => user_id !== null);
    expect((await bed.sql.query("SELECT user_id, state FROM membership WHERE id = $1", [memberId])).rows).toEqual([{ user_id: userId, state: "active" }]);
    await expect(personToken(email, "another-password")).rejects.toThrow(/status 302/);
  });

  it("disables the account of somebody who is active nowhere, ends what is open in the test client, and enables it again", async () => {
    const { email, memberId, userId } = await newPerson();
    await bed.sql.query("UPDATE membership SET state = 'disabled' WHERE id = $1", [memberId]);
    await ask("match-access", { memberId, email, userId });
    expect((await userOf(userId)).enabled).toBe(false);
    expect(closed).toContain(`${bed.tenant} ${email}`);
    await bed.sql.query("UPDATE membership SET state = 'active' WHERE id = $1", [memberId]);
    await ask("match-access", { memberId, email, userId });
    expect((await userOf(userId)).enabled).toBe(true);
  });

  it("leaves the account of somebody alone who is active in another tenant: its login, its password", async () => {
    const { email, memberId, userId } = await newPerson();
    await addMember(email, otherTenantId, userId);
    await bed.sql.query("DELETE FROM membership WHERE id = $1", [memberId]);
    await ask("match-access", { memberId, email, userId });
    expect((await userOf(userId)).enabled).toBe(true);
    const outcome = await ask("reset-password", { memberId, email, userId, secret: "taken-over" });
    expect(outcome).toMatchObject({ phase: "Failed" });
    expect(outcome.reason).toContain("not this tenant's alone");
    expect(await ask("reset-second-factor", { memberId, email, userId })).toMatchObject({ phase: "Failed", reason: outcome.reason });
  });

  it("resets a password, wants a second factor and ends all sessions", async () => {
    const { email, memberId, userId } = await newPerson();
    expect(await ask("reset-password", { memberId, email, userId, secret: "one-time-2" })).toMatchObject({ phase: "Done" });
    await expect(personToken(email, "one-time-2")).rejects.toThrow(/status 302/);
    expect(await ask("require-action", { memberId, email, userId, detail: { action: "second-factor" } })).toMatchObject({ phase: "Done" });
    expect((await userOf(userId)).requiredActions.toSorted()).toEqual(["CONFIGURE_TOTP", "UPDATE_PASSWORD"]);
    expect(await ask("sign-out", { memberId, email, userId })).toMatchObject({ phase: "Done" });
    const outcome = await ask("reset-password", { memberId, email, userId, secret: "short" });
    expect(outcome, "the realm's rule for passwords").toMatchObject({ phase: "Failed", reason: expect.stringContaining("minimum length 8") });
  });

  it("never sets the password of a platform role, whoever asks", async () => {
    const userId = "0195c000-0000-7000-8000-000000000001";
    const memberId = await addMember("admin@postroom.test", undefined, userId);
    expect(await ask("reset-password", { memberId, email: "admin@postroom.test", userId, secret: "taken-over" })).toMatchObject({ phase: "Failed" });
    await expect(personToken("admin@postroom.test")).resolves.toMatch(/^ey/);
  });
});

describe("the retention of rows", () => {
  it("removes what is older than configured, in batches, and keeps the rest", async () => {
    await bed.sql.query(`INSERT INTO audit_entry (id, at, actor_id, actor_email, source, action, object_type, object_name)
      SELECT uuidv7(), now() - n * interval '1 day', 'x', 'x', 'console', 'age:test', 'tenant', n::text FROM generate_series(0, 99) AS n`);
    const retention = new RowRetention(database, auditEntriesOf(60), { intervalMs: 3_600_000, batchRows: 7 }, createLog("silent"));
    expect(await retention.sweep()).toBe(40);
    expect((await bed.sql.query("SELECT max(object_name::int) AS oldest FROM audit_entry WHERE action = 'age:test'")).rows).toEqual([{ oldest: 59 }]);
    expect(await retention.sweep()).toBe(0);
    await retention.close();
  });

  it("forgets after a day what requests were answered", async () => {
    await bed.sql.query(`INSERT INTO idempotency_key (tenant_id, user_id, key, procedure, input_hash, created_at)
      SELECT tenant_id, 'somebody', gen_random_uuid(), 'addresses.create', '', now() - n * interval '1 hour' FROM address_space, generate_series(20, 29) AS n WHERE slug = 'main'`);
    const retention = new RowRetention(database, idempotencyKeys, { intervalMs: 3_600_000, batchRows: 2 }, createLog("silent"));
    expect(await retention.sweep()).toBe(6);
    expect(await retention.sweep()).toBe(0);
    await retention.close();
  });
});
