import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { permissions, type Permission } from "#contracts/permissions.ts";
import { declaredProcedures } from "../testing/procedure-access.ts";
import { makeThings, procedureInputs } from "../testing/procedure-inputs.ts";
import { acme, startTestConsole, tokenOf, type TestConsole } from "../testing/test-console.ts";
import { appRouter } from "../trpc/app-router.ts";

let app: TestConsole;
let spaceId: string;

beforeAll(async () => {
  app = await startTestConsole();
  // The first request of each person notes the login, or the visit.
  for (const email of ["owner@acme.test", "admin@postroom.test"]) await (await app.client(email)).spaces.get.query(acme);
  spaceId = (await app.admin.query("SELECT s.id FROM address_space s JOIN tenant t ON t.id = s.tenant_id WHERE t.slug = 'acme'")).rows[0].id;
  await app.admin.query("UPDATE space_plan SET max_credentials = 1000");
  await app.admin.query(`
    CREATE FUNCTION refuse_audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the audit trail is full'; END $$;
    CREATE TRIGGER refuse_audit BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION refuse_audit()`);
});
afterAll(() => app?.[Symbol.asyncDispose]());

/** All rows of all tables. */
async function everything(): Promise<string> {
  const { rows } = await app.admin.query<{ name: string }>("SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1");
  const contents: unknown[] = [];
  for (const { name } of rows) contents.push(name, (await app.admin.query(`SELECT to_jsonb(t) AS row FROM "${name}" t ORDER BY 1`)).rows);
  return JSON.stringify(contents);
}

/** Somebody who may. */
function holderOf(permission: Permission): string {
  const holders: readonly string[] = permissions[permission];
  return holders.includes("tenant-admin") ? "owner@acme.test" : "admin@postroom.test";
}

describe("a change whose audit entry cannot be written", () => {
  const mutations = declaredProcedures(appRouter).filter(({ type, access }) => type === "mutation" && access !== undefined && "permission" in access);

  it.each(mutations)("does not happen: $path", async ({ path, access }) => {
    const things = await makeThings(app.admin, spaceId, "thing");
    const before = await everything();
    const email = access !== undefined && "permission" in access ? holderOf(access.permission) : "owner@acme.test";
    const response = await app.request(path, {
      method: "POST",
      headers: { authorization: `Bearer ${await tokenOf(email)}`, "content-type": "application/json" },
      body: JSON.stringify(procedureInputs[path]!(acme, things)),
    });
    const text = await response.text();
    expect(response.status, text).toBe(500);
    expect(text, "the answer says nothing of the database").not.toMatch(/audit|full|prisma|relation|postgres/i);
    expect(await everything()).toBe(before);
  });
});
