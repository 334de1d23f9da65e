import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { failureOf, startTestConsole, type TestConsole } from "../testing/test-console.ts";

let app: TestConsole;
let admin: Awaited<ReturnType<TestConsole["client"]>>;
const adminEmail = "admin@postroom.test";

beforeAll(async () => {
  app = await startTestConsole();
  admin = await app.client(adminEmail);
});
afterAll(() => app?.[Symbol.asyncDispose]());
beforeEach(async () => {
  await app.admin.query("DELETE FROM platform_person");
  // As the provisioner has read it from Keycloak.
  await app.admin.query("INSERT INTO platform_person (email, roles) VALUES ($1, '{platform-admin}'), ('support@postroom.test', '{support}')", [adminEmail]);
});

describe("roles across tenants", () => {
  it("are listed by person, and are wishes until the provisioner has made them so", async () => {
    await admin.platformRoles.set.mutate({ email: " Dana@People.test ", roles: ["support", "support"] });
    const list = await admin.platformRoles.list.query();
    expect(list.map(({ email, roles, wantedRoles, phase, isYou }) => ({ email, roles, wantedRoles, phase, isYou }))).toEqual([
      { email: adminEmail, roles: ["platform-admin"], wantedRoles: null, phase: "Active", isYou: true },
      { email: "dana@people.test", roles: [], wantedRoles: ["support"], phase: "Pending", isYou: false },
      { email: "support@postroom.test", roles: ["support"], wantedRoles: null, phase: "Active", isYou: false },
    ]);
  });

  it("stand in the audit trail with what was before, in the same transaction", async () => {
    await admin.platformRoles.set.mutate({ email: "support@postroom.test", roles: [] });
    const { items } = await admin.audit.searchAll.query({ action: "platform-role:update" });
    expect(items[0]).toMatchObject({ actor: adminEmail, tenant: null, objectType: "platform-role", objectName: "support@postroom.test", before: { roles: ["support"] }, after: { roles: [] }, outcome: "accepted" });
  });

  it("are said whole: asked twice they are the same, and a new wish takes the place of one that failed", async () => {
    const wish = { email: "dana@people.test", roles: ["support" as const] };
    const [first, second] = [await admin.platformRoles.set.mutate(wish), await admin.platformRoles.set.mutate(wish)];
    expect(second).toEqual(first);
    await app.admin.query("UPDATE platform_person SET phase = 'Failed', reason = 'no account', attempts = 3 WHERE email = $1", [wish.email]);
    expect(await admin.platformRoles.set.mutate({ ...wish, roles: ["platform-admin"] })).toMatchObject({ phase: "Pending", reason: null, wantedRoles: ["platform-admin"] });
    expect((await app.admin.query("SELECT attempts FROM platform_person WHERE email = $1", [wish.email])).rows).toEqual([{ attempts: 0 }]);
  });

  it("leave one platform-admin: not even two who take it from each other at once leave none", async () => {
    expect(await failureOf(admin.platformRoles.set.mutate({ email: adminEmail, roles: ["support"] }))).toMatchObject({ code: "conflict", message: expect.stringContaining("last platform-admin") });
    await app.admin.query("INSERT INTO platform_person (email, roles) VALUES ('other@postroom.test', '{platform-admin}')");
    const outcomes = await Promise.allSettled([adminEmail, "other@postroom.test"].map((email) => admin.platformRoles.set.mutate({ email, roles: [] })));
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  it("are known ones for real addresses, of at most 500 people", async () => {
    expect(await failureOf(admin.platformRoles.set.mutate({ email: "nobody", roles: ["support"] }))).toMatchObject({ code: "invalid-input", field: "email" });
    expect(await failureOf(admin.platformRoles.set.mutate({ email: "dana@people.test", roles: ["root" as "support"] }))).toMatchObject({ code: "invalid-input", field: "roles.0" });
    await app.admin.query("INSERT INTO platform_person (email, roles) SELECT n || '@people.test', '{support}' FROM generate_series(3, 500) AS n");
    expect((await failureOf(admin.platformRoles.set.mutate({ email: "dana@people.test", roles: ["support"] }))).code).toBe("quota-exceeded");
  });

  it("are neither seen nor given by support", async () => {
    const support = await app.client("support@postroom.test");
    expect((await failureOf(support.platformRoles.list.query())).code).toBe("forbidden");
    expect((await failureOf(support.platformRoles.set.mutate({ email: "support@postroom.test", roles: ["platform-admin"] }))).code).toBe("forbidden");
    expect((await app.admin.query("SELECT 1 FROM platform_person WHERE wanted_roles IS NOT NULL")).rowCount).toBe(0);
  });
});
