import { afterAll, beforeAll, expect, it } from "vitest";
import { openDatabase, type Database } from "../database.ts";
import { limits } from "../limits.ts";
import { createLog } from "../log.ts";
import { createTestBed, type TestBed } from "../testing/test-bed.ts";
import { CredentialExpiry } from "./credential-expiry.ts";

let bed: TestBed;
let database: Database;

beforeAll(async () => {
  bed = await createTestBed();
  database = openDatabase(bed.env().DATABASE_URL, limits.database, () => undefined);
});
afterAll(async () => {
  await database?.end();
  await bed?.[Symbol.asyncDispose]();
});

it("ends a credential whose time has come, once and with an entry of the audit trail, and no other", async () => {
  for (const name of ["expired", "lasting", "endless"]) await bed.createCredential(name, "secret");
  await bed.sql.query("UPDATE credential SET phase = 'Active', expires_at = now() + CASE name WHEN 'expired' THEN interval '-1 second' ELSE interval '1 day' END WHERE name <> 'endless'");
  await bed.sql.query("UPDATE credential SET phase = 'Active' WHERE name = 'endless'");
  let told = 0;
  const expiry = new CredentialExpiry(database, limits.credentialExpiry, createLog("silent"), () => (told += 1));
  expect(await expiry.sweep()).toBe(1);
  expect(await expiry.sweep()).toBe(0);
  expect(told).toBe(1);
  const { rows } = await bed.sql.query("SELECT name, phase, generation, sealed_secret IS NULL AS forgotten FROM credential ORDER BY name");
  expect(rows).toEqual([
    { name: "endless", phase: "Active", generation: 1, forgotten: false },
    { name: "expired", phase: "Terminating", generation: 2, forgotten: true },
    { name: "lasting", phase: "Active", generation: 1, forgotten: false },
  ]);
  expect((await bed.sql.query("SELECT action, object_name, source FROM audit_entry")).rows).toEqual([{ action: "credential:expire", object_name: "main/expired", source: "provisioner" }]);
});
