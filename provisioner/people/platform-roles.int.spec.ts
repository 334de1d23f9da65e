import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PlatformRole } from "#contracts/permissions.ts";
import { openDatabase, type Database } from "../database.ts";
import { KeycloakAdmin } from "../drivers/keycloak/keycloak-admin.ts";
import { KeycloakPeople } from "../drivers/keycloak-people/keycloak-people.ts";
import { limits } from "../limits.ts";
import { createLog } from "../log.ts";
import { PartAwayError } from "../part-away-error.ts";
import { createTestBed, type TestBed } from "../testing/test-bed.ts";
import { openWorkWindow } from "../work-window.ts";
import { PlatformRoles } from "./platform-roles.ts";

let bed: TestBed;
let database: Database;
let admin: KeycloakAdmin;
let people: KeycloakPeople;
const made: string[] = [];
const window = () => openWorkWindow(20_000);
// Reads who holds a role in each pass, and passes only when it is told to.
const eager = { ...limits, platformRoles: { ...limits.platformRoles, readMs: 0, intervalMs: 3_600_000 } };
const roles = (changes: Partial<KeycloakPeople> = {}): PlatformRoles =>
  new PlatformRoles({ database, people: { findPerson: people.findPerson.bind(people), holdersOf: people.holdersOf.bind(people), setPlatformRoles: people.setPlatformRoles.bind(people), ...changes }, limits: eager, log: createLog("silent") });

beforeAll(async () => {
  bed = await createTestBed();
  const env = bed.env();
  database = openDatabase(env.DATABASE_URL, limits.database, () => undefined);
  admin = new KeycloakAdmin({ url: env.KEYCLOAK_URL, realm: env.KEYCLOAK_REALM, clientId: env.KEYCLOAK_CLIENT_ID, clientSecret: env.KEYCLOAK_CLIENT_SECRET }, limits);
  people = new KeycloakPeople(admin);
});
afterAll(async () => {
  for (const userId of made) await admin.request("DELETE", `/users/${userId}`, undefined, window());
  await database?.end();
  await bed?.[Symbol.asyncDispose]();
});

async function newPerson(): Promise<{ email: string; userId: string }> {
  const email = `nina-${randomUUID()}@people.test`;
  const { userId } = await people.createPerson({ email, name: "Nina New", oneTimePassword: randomUUID() }, window());
  made.push(userId);
  return { email, userId };
}

/** As the console stores it. */
async function wish(email: string, wanted: readonly PlatformRole[]): Promise<void> {
  await bed.sql.query(
    `INSERT INTO platform_person (email, wanted_roles, phase) VALUES ($1, $2, 'Pending')
     ON CONFLICT (email) DO UPDATE SET wanted_roles = excluded.wanted_roles, phase = 'Pending', reason = NULL, attempts = 0, next_attempt_at = now()`,
    [email, wanted],
  );
}

async function rowOf(email: string): Promise<Record<string, unknown> | undefined> {
  return (await bed.sql.query("SELECT name, roles, wanted_roles, phase, reason FROM platform_person WHERE email = $1", [email])).rows[0];
}

async function heldBy(userId: string): Promise<string[]> {
  return (await people.realmRolesOf(userId, window())).filter((role) => role === "support" || role === "platform-admin").toSorted();
}

describe("roles across tenants in the real Keycloak", () => {
  it("are given, changed and taken away as asked for, with an entry of the audit trail each, and no row is left of nobody", async () => {
    const { email, userId } = await newPerson();
    const pass = roles();
    for (const wanted of [["support"], ["platform-admin", "support"], ["platform-admin"]] as const) {
      await wish(email, wanted);
      await pass.run();
      expect(await heldBy(userId)).toEqual([...wanted]);
      expect(await rowOf(email)).toEqual({ name: "Nina New", roles: [...wanted], wanted_roles: null, phase: "Active", reason: null });
    }
    await wish(email, []);
    await pass.run();
    expect(await heldBy(userId)).toEqual([]);
    expect(await rowOf(email)).toBeUndefined();
    const { rows } = await bed.sql.query("SELECT outcome, after FROM audit_entry WHERE object_name = $1 ORDER BY id", [email]);
    expect(rows.map(({ outcome, after }) => [outcome, after.roles])).toEqual([["done", ["support"]], ["done", ["platform-admin", "support"]], ["done", ["platform-admin"]], ["done", []]]);
  });

  it("that somebody gave or took in Keycloak itself are shown, and who is there from the start", async () => {
    const { email, userId } = await newPerson();
    await people.setPlatformRoles(userId, ["support"], window());
    const pass = roles();
    await pass.run();
    expect(await rowOf(email)).toMatchObject({ roles: ["support"], wanted_roles: null, phase: "Active" });
    expect(await rowOf("admin@postroom.test")).toMatchObject({ roles: ["platform-admin"] });
    await people.setPlatformRoles(userId, [], window());
    await pass.run();
    expect(await rowOf(email)).toBeUndefined();
  });

  it("are refused in words for somebody without an account", async () => {
    const email = `nobody-${randomUUID()}@people.test`;
    await wish(email, ["support"]);
    await roles().run();
    expect(await rowOf(email)).toMatchObject({ phase: "Failed", roles: [], reason: expect.stringContaining(`There is no account for ${email}`) });
    await wish(email, []);
    await roles().run();
    expect(await rowOf(email)).toBeUndefined();
  });

  it("wait with the reason while Keycloak is away, and a wish that is newer than the work is not lost", async () => {
    const { email, userId } = await newPerson();
    await wish(email, ["support"]);
    await roles({ findPerson: () => Promise.reject(new PartAwayError("Keycloak", "does not answer")) }).run();
    expect(await rowOf(email)).toMatchObject({ phase: "Pending", wanted_roles: ["support"], reason: "Waiting for Keycloak, which does not answer." });
    await wish(email, ["support"]);
    const late = roles({
      setPlatformRoles: async (id, wanted, within) => {
        await people.setPlatformRoles(id, wanted, within);
        await wish(email, ["platform-admin"]);
      },
    });
    await late.run();
    expect(await rowOf(email)).toMatchObject({ phase: "Pending", wanted_roles: ["platform-admin"], roles: ["support"] });
    await Promise.all([roles().run(), roles().run()]);
    expect(await heldBy(userId)).toEqual(["platform-admin"]);
    expect(await rowOf(email)).toMatchObject({ phase: "Active", roles: ["platform-admin"] });
    expect((await bed.sql.query("SELECT 1 FROM audit_entry WHERE object_name = $1 AND outcome = 'done'", [email])).rowCount).toBe(1);
  });
});
