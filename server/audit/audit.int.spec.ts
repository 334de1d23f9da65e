import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuditEntry } from "#contracts/audit/audit.ts";
import { acme, failureOf, globex, startTestConsole, tokenOf, type TestClient, type TestConsole } from "../testing/test-console.ts";

let app: TestConsole;
let owner: TestClient;
let admin: TestClient;
const permissions = [{ operations: ["send" as const], pattern: "*" }];

beforeAll(async () => {
  app = await startTestConsole();
  [owner, admin] = await Promise.all([app.client("owner@acme.test"), app.client("admin@postroom.test")]);
  const dev = await app.client("dev@acme.test");
  await dev.addresses.create.mutate({ ...acme, type: "queue", name: "Orders/new", planId: "queue-small" });
  await owner.credentials.create.mutate({ ...acme, name: "shop", permissions });
  await failureOf(dev.credentials.create.mutate({ ...acme, name: "not-mine", permissions }));
  await (await app.client("owner@globex.test")).credentials.create.mutate({ ...globex, name: "formula", permissions });
});
afterAll(() => app?.[Symbol.asyncDispose]());

const names = (items: readonly AuditEntry[]): string[] => items.map(({ action, objectName, outcome }) => `${action} ${objectName} ${outcome}`);

describe("audit.search", () => {
  it("tells who did what to which object, with what came of it, the newest first", async () => {
    const { items } = await owner.audit.search.query({ tenant: "acme" });
    expect(names(items)).toContain("address:create default/Orders/new accepted");
    expect(items.map(({ at }) => at)).toEqual(items.map(({ at }) => at).toSorted().toReversed());
    expect(items.find(({ objectName }) => objectName === "default/shop")).toMatchObject({
      tenant: "acme", actor: "owner@acme.test", source: "console", action: "credential:create", objectType: "credential", before: null,
      after: { login: "acme.default.shop", permissions },
    });
  });

  it("tells where a request came from", async () => {
    const headers = { authorization: `Bearer ${await tokenOf("dev@acme.test")}`, "content-type": "application/json", "x-forwarded-for": "192.0.2.44" };
    await app.request("addresses.create", { method: "POST", headers, body: JSON.stringify({ ...acme, type: "queue", name: "from-afar", planId: "queue-small" }) });
    expect((await owner.audit.search.query({ tenant: "acme", object: "from-afar" })).items).toMatchObject([{ address: "192.0.2.44" }]);
  });

  it("shows who tried what they may not", async () => {
    const { items } = await owner.audit.search.query({ tenant: "acme", outcome: "refused" });
    expect(items).toMatchObject([{ actor: "dev@acme.test", action: "credential:create", objectType: "space", objectName: "default" }]);
  });

  it.each([
    [{ object: "orders" }, "address:create default/Orders/new accepted"],
    [{ object: "ORDERS/N" }, "address:create default/Orders/new accepted"],
    [{ actor: "Owner@" }, "credential:create default/shop accepted"],
    [{ action: "credential:create", outcome: "accepted" as const }, "credential:create default/shop accepted"],
    [{ objectType: "credential" as const }, "credential:create default/shop accepted"],
  ])("finds by %j", async (filters, expected) => {
    expect(names((await owner.audit.search.query({ tenant: "acme", ...filters })).items)).toEqual([expected]);
  });

  it.each([{ object: "rders" }, { object: "%" }, { object: "orders_" }, { actor: "nobody" }, { from: "2099-01-01T00:00:00Z" }, { until: "2020-01-01T00:00:00Z" }])("finds nothing by %j", async (filters) => {
    expect((await owner.audit.search.query({ tenant: "acme", ...filters })).items).toEqual([]);
  });

  it("gives every entry once over its pages, in one order", async () => {
    const all = (await owner.audit.search.query({ tenant: "acme" })).items;
    const paged: AuditEntry[] = [];
    let cursor: string | undefined;
    do {
      const page = await owner.audit.search.query({ tenant: "acme", limit: 1, cursor });
      paged.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(paged).toEqual(all);
    expect((await failureOf(owner.audit.search.query({ tenant: "acme", cursor: "x' OR 1=1" }))).field).toBe("cursor");
  });

  it("shows a tenant-admin the own tenant only, a platform-admin all, and nobody else anything", async () => {
    expect(JSON.stringify(await owner.audit.search.query({ tenant: "acme" }))).not.toMatch(/globex|formula/);
    const all = await admin.audit.searchAll.query({});
    expect(new Set(all.items.map(({ tenant }) => tenant))).toEqual(new Set(["acme", "globex"]));
    expect(new Set((await admin.audit.searchAll.query({ tenantSlug: "globex" })).items.map(({ tenant }) => tenant))).toEqual(new Set(["globex"]));
    expect((await failureOf(owner.audit.searchAll.query({}))).code).toBe("forbidden");
    for (const email of ["dev@acme.test", "viewer@acme.test", "support@postroom.test"]) {
      expect((await failureOf((await app.client(email)).audit.search.query({ tenant: "acme" }))).code, email).toBe("forbidden");
    }
    expect((await failureOf((await app.client("owner@globex.test")).audit.search.query({ tenant: "acme" }))).code).toBe("not-found");
  });
});

describe("the audit trail in the database", () => {
  it("is added to by the console and nothing else: no change, no removal, no other tenant's name", async () => {
    const tenantId = (await app.admin.query("SELECT id FROM tenant WHERE slug = 'acme'")).rows[0].id as string;
    const role = new Client({ connectionString: app.database.consoleUrl });
    await role.connect();
    const tries = ["UPDATE audit_entry SET action = 'x:y'", "DELETE FROM audit_entry", "TRUNCATE audit_entry", "ALTER TABLE audit_entry DISABLE TRIGGER ALL", "DROP TABLE audit_entry"];
    try {
      for (const setting of ["postroom.tenant_id", "postroom.acts_on_platform"]) {
        for (const sql of tries) {
          await role.query("BEGIN");
          await role.query("SELECT set_config($1, $2, true)", [setting, setting === "postroom.tenant_id" ? tenantId : "on"]);
          await expect(role.query(sql), `${setting}: ${sql}`).rejects.toThrow(/permission denied|must be owner/);
          await role.query("ROLLBACK");
        }
      }
      await role.query("BEGIN");
      await role.query("SELECT set_config('postroom.tenant_id', $1, true)", [tenantId]);
      await role.query(
        "INSERT INTO audit_entry (id, tenant_id, tenant_slug, actor_id, actor_email, source, action, object_type, object_name) VALUES (gen_random_uuid(), $1, 'globex', 'x', 'x', 'console', 'a:b', 'tenant', 'named')",
        [tenantId],
      );
      expect((await role.query("SELECT tenant_slug FROM audit_entry WHERE object_name = 'named'")).rows).toEqual([{ tenant_slug: "acme" }]);
    } finally {
      await role.end();
    }
  });

  it("lets the provisioner take away what is older than thirty days, and nothing younger", async () => {
    await app.admin.query(`INSERT INTO audit_entry (id, at, actor_id, actor_email, source, action, object_type, object_name)
      VALUES (gen_random_uuid(), now() - interval '31 days', 'x', 'x', 'console', 'a:b', 'tenant', 'old'), (gen_random_uuid(), now() - interval '29 days', 'x', 'x', 'console', 'a:b', 'tenant', 'young')`);
    const role = new Client({ connectionString: app.database.provisionerUrl });
    await role.connect();
    try {
      expect((await role.query("DELETE FROM audit_entry")).rowCount).toBe(1);
      expect((await app.admin.query("SELECT object_name FROM audit_entry WHERE source = 'console' AND action = 'a:b' ORDER BY 1")).rows).toEqual([{ object_name: "young" }]);
      await expect(role.query("UPDATE audit_entry SET action = 'x:y'")).rejects.toThrow("permission denied");
    } finally {
      await role.end();
    }
  });
});
