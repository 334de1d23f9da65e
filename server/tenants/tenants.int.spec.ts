import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { acme, failureOf, startTestConsole, type TestClient, type TestConsole } from "../testing/test-console.ts";

let app: TestConsole;
let admin: TestClient;
let support: TestClient;
let owner: TestClient;
let dev: TestClient;
let nobody: TestClient;

beforeAll(async () => {
  app = await startTestConsole();
  [admin, support, owner, dev, nobody] = await Promise.all([
    app.client("admin@postroom.test"), app.client("support@postroom.test"), app.client("owner@acme.test"), app.client("dev@acme.test"), app.client(null),
  ]);
});
afterAll(() => app?.[Symbol.asyncDispose]());

const initech = { slug: "initech", name: "Initech", maxSpaces: 2, spacePlanId: "team", admin: { email: "Bill@Initech.test", name: "Bill Lumbergh" } };
const entries = async (action: string) => (await app.admin.query("SELECT tenant_slug, object_name, actor_email, before, after FROM audit_entry WHERE action = $1 AND outcome = 'accepted'", [action])).rows;

const generation = async (): Promise<number> => (await app.admin.query("SELECT s.generation FROM address_space s JOIN tenant t ON t.id = s.tenant_id WHERE t.slug = 'acme'")).rows[0].generation;

describe("tenants.create", () => {
  it("makes a tenant with a first space and an invited first admin, recorded in that tenant's audit trail", async () => {
    const { tenant, link } = await admin.tenants.create.mutate(initech);
    expect(tenant).toMatchObject({ slug: "initech", name: "Initech", closure: null, maxSpaces: 2, spacePlanId: "team", spaces: [{ slug: "default", name: "Default" }], addresses: 0 });
    expect(await nobody.invitations.open.mutate({ token: link!.split("#")[1]! })).toMatchObject({ tenant: "initech", email: "bill@initech.test", role: "tenant-admin" });
    expect(await entries("tenant:create")).toMatchObject([{ tenant_slug: "initech", object_name: "initech", actor_email: "admin@postroom.test", after: { admin: "bill@initech.test" } }]);
    expect(JSON.stringify(await entries("tenant:create")) + app.logLines.join("")).not.toContain(link!.split("#")[1]);
  });

  it("refuses what is taken or not valid, at its field", async () => {
    expect(await failureOf(admin.tenants.create.mutate(initech))).toMatchObject({ code: "already-exists", field: "slug" });
    expect(await failureOf(admin.tenants.create.mutate({ ...initech, slug: "Not A Slug" }))).toMatchObject({ code: "invalid-input", field: "slug" });
    expect(await failureOf(admin.tenants.create.mutate({ ...initech, slug: "other", spacePlanId: "nothing" }))).toMatchObject({ code: "invalid-input", field: "spacePlanId" });
    expect((await app.admin.query("SELECT 1 FROM tenant WHERE slug = 'other'")).rowCount).toBe(0);
  });

  it("is for platform-admins", async () => {
    expect((await failureOf(nobody.tenants.create.mutate(initech))).code).toBe("unauthenticated");
    for (const client of [owner, support]) expect((await failureOf(client.tenants.create.mutate(initech))).code).toBe("forbidden");
  });
});

describe("tenants.list", () => {
  it("finds tenants for platform roles, and shows them to nobody else", async () => {
    expect((await support.tenants.list.query({})).tenants.map(({ slug }) => slug)).toEqual(["acme", "globex", "initech"]);
    expect(await support.tenants.list.query({ search: "GLOB" })).toMatchObject({ total: 1, tenants: [{ slug: "globex" }] });
    expect((await support.tenants.list.query({ search: "100%" })).total).toBe(0);
    expect((await failureOf(owner.tenants.list.query({}))).code).toBe("forbidden");
  });
});

describe("tenants.update", () => {
  it("changes name and quotas, and refuses plans that are not offered", async () => {
    const change = { slug: "initech", name: "Initech Ltd.", maxSpaces: 3, spacePlanId: "business" };
    expect(await admin.tenants.update.mutate(change)).toMatchObject(change);
    expect(await entries("tenant:update")).toMatchObject([{ tenant_slug: "initech", before: { name: "Initech", maxSpaces: 2, spacePlanId: "team" } }]);
    expect(await failureOf(admin.tenants.update.mutate({ ...change, spacePlanId: "nothing" }))).toMatchObject({ code: "invalid-input", field: "spacePlanId" });
    expect((await failureOf(admin.tenants.update.mutate({ ...change, slug: "nothing" }))).code).toBe("not-found");
    expect((await failureOf(support.tenants.update.mutate(change))).code).toBe("forbidden");
  });
});

describe("a suspended tenant", () => {
  it("refuses changes with the reason, shows what it has, tells its spaces' gateways, and opens again", async () => {
    const before = await generation();
    expect((await admin.tenants.suspend.mutate({ slug: "acme", reason: "Unpaid." })).closure).toEqual({ kind: "suspended", reason: "Unpaid.", deleteAt: null });
    expect(await generation()).toBe(before + 1);
    const refusal = await failureOf(dev.addresses.create.mutate({ ...acme, type: "queue", name: "x", planId: "queue-small" }));
    expect(refusal).toMatchObject({ code: "phase-forbids", message: expect.stringContaining("Acme is suspended: Unpaid. Programs cannot connect") });
    expect((await dev.spaces.get.query(acme)).slug).toBe("default");
    expect((await dev.session.get.query()).tenants[0]?.closure?.kind).toBe("suspended");
    expect((await failureOf(admin.tenants.suspend.mutate({ slug: "acme", reason: "" }))).code).toBe("conflict");
    expect((await failureOf(owner.tenants.resume.mutate({ slug: "acme" }))).code).toBe("forbidden");
    expect((await admin.tenants.resume.mutate({ slug: "acme" })).closure).toBeNull();
    expect((await failureOf(admin.tenants.resume.mutate({ slug: "acme" }))).code).toBe("conflict");
    await dev.addresses.create.mutate({ ...acme, type: "queue", name: "x", planId: "queue-small" });
  });
});

describe("tenants.delete", () => {
  it("says what goes, wants the name typed, closes at once, and can be taken back until the day", async () => {
    expect(await admin.tenants.getLoss.query({ slug: "acme" })).toMatchObject({ spaces: 1, addresses: 1, credentials: 0 });
    expect(await failureOf(admin.tenants.delete.mutate({ slug: "acme", typedSlug: "acm" }))).toMatchObject({ code: "invalid-input", field: "typedSlug" });
    expect((await failureOf(owner.tenants.delete.mutate({ slug: "acme", typedSlug: "acme" }))).code).toBe("forbidden");
    const { closure } = await admin.tenants.delete.mutate({ slug: "acme", typedSlug: "acme" });
    expect(closure?.kind).toBe("deleting");
    expect(Date.parse(closure!.deleteAt!)).toBeGreaterThan(Date.now() + 13 * 86_400_000);
    expect((await failureOf(dev.addresses.delete.mutate({ ...acme, name: "x" }))).message).toContain("will be deleted with everything in it");
    expect((await admin.tenants.restore.mutate({ slug: "acme" })).closure).toBeNull();
    expect((await failureOf(admin.tenants.restore.mutate({ slug: "acme" }))).code).toBe("conflict");
    expect((await entries("tenant:delete")).length + (await entries("tenant:restore")).length).toBe(2);
  });
});

describe("the console's database role", () => {
  it("changes no tenant outside of a platform role's transaction on that tenant", async () => {
    const ids = (await app.admin.query<{ id: string; slug: string }>("SELECT id, slug FROM tenant WHERE slug IN ('acme', 'globex')")).rows;
    const acmeId = ids.find(({ slug }) => slug === "acme")!.id;
    const globexId = ids.find(({ slug }) => slug === "globex")!.id;
    const rename = { where: { id: globexId }, data: { name: "Taken over" } };
    expect(await app.services.database.withTenant(globexId, "", (client) => client.tenant.updateMany(rename))).toEqual({ count: 0 });
    expect(await app.services.database.withPlatform("", (client) => client.tenant.updateMany(rename))).toEqual({ count: 0 });
    expect(await app.services.database.withPlatformTenant(acmeId, "", (client) => client.tenant.updateMany(rename))).toEqual({ count: 0 });
  });
});
