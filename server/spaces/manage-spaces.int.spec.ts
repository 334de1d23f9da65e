import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { acme, failureOf, startTestConsole, type TestClient, type TestConsole } from "../testing/test-console.ts";

let app: TestConsole;
let owner: TestClient;
let dev: TestClient;
let stranger: TestClient;
let nobody: TestClient;
const { tenant } = acme;

beforeAll(async () => {
  app = await startTestConsole();
  await app.admin.query("UPDATE tenant SET max_spaces = 3");
  [owner, dev, stranger, nobody] = await Promise.all([app.client("owner@acme.test"), app.client("dev@acme.test"), app.client("owner@globex.test"), app.client(null)]);
});
afterAll(() => app?.[Symbol.asyncDispose]());

describe("spaces.create", () => {
  it("makes a space on the tenant's plan, up to the tenant's limit, also when many ask at once", async () => {
    expect(await owner.spaces.create.mutate({ tenant, slug: "orders", name: "Orders" })).toMatchObject({ slug: "orders", name: "Orders", phase: "Pending", planName: "Team", addresses: 0 });
    const asked = await Promise.allSettled(["a", "b", "c"].map((slug) => owner.spaces.create.mutate({ tenant, slug, name: slug })));
    expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await failureOf(owner.spaces.create.mutate({ tenant, slug: "more", name: "More" }))).toMatchObject({ code: "quota-exceeded", limit: { name: "spaces", value: 3, used: 3, asked: 1 } });
    const listed = await dev.spaces.list.query({ tenant });
    expect(listed).toMatchObject({ maxSpaces: 3, planName: "Team" });
    expect(listed.spaces.map(({ slug }) => slug)).toEqual(expect.arrayContaining(["default", "orders"]));
    expect((await app.admin.query("SELECT object_name FROM audit_entry WHERE action = 'space:create' AND outcome = 'accepted'")).rowCount).toBe(2);
  });

  it("refuses what is taken or not valid, and who may not", async () => {
    await app.admin.query("UPDATE tenant SET max_spaces = 10");
    expect(await failureOf(owner.spaces.create.mutate({ tenant, slug: "orders", name: "Orders" }))).toMatchObject({ code: "already-exists", field: "slug" });
    expect(await failureOf(owner.spaces.create.mutate({ tenant, slug: "No Slug", name: "x" }))).toMatchObject({ code: "invalid-input", field: "slug" });
    expect((await failureOf(nobody.spaces.create.mutate({ tenant, slug: "n", name: "n" }))).code).toBe("unauthenticated");
    expect((await failureOf(dev.spaces.create.mutate({ tenant, slug: "n", name: "n" }))).code).toBe("forbidden");
    expect((await failureOf(stranger.spaces.create.mutate({ tenant, slug: "n", name: "n" }))).code).toBe("not-found");
  });
});

describe("spaces.delete", () => {
  it("wants the name typed, asks for the end once, and says what goes in the audit trail", async () => {
    const input = { tenant, space: "orders", typedSlug: "orders" };
    expect(await failureOf(owner.spaces.delete.mutate({ ...input, typedSlug: "order" }))).toMatchObject({ code: "invalid-input", field: "typedSlug" });
    expect((await failureOf(dev.spaces.delete.mutate(input))).code).toBe("forbidden");
    expect((await failureOf(stranger.spaces.delete.mutate(input))).code).toBe("not-found");
    expect(await owner.spaces.delete.mutate(input)).toMatchObject({ phase: "Terminating" });
    expect((await failureOf(owner.spaces.delete.mutate(input))).code).toBe("phase-forbids");
    expect((await failureOf(owner.addresses.create.mutate({ tenant, space: "orders", type: "queue", name: "x", planId: "queue-small" }))).code).toBe("phase-forbids");
    expect((await app.admin.query("SELECT before FROM audit_entry WHERE action = 'space:delete' AND outcome = 'accepted'")).rows).toEqual([{ before: { name: "Orders", addresses: 0, credentials: 0 } }]);
  });
});

describe("spaces.retry", () => {
  it("has a space that waits on its way out tried again at once, with an audit entry, and refuses where nothing is to be done and who may not", async () => {
    const input = { tenant, space: "orders" };
    await app.admin.query("UPDATE address_space SET reason = 'Waiting.', attempts = 9, next_attempt_at = now() + interval '1 hour' WHERE slug = 'orders'");
    expect(await owner.spaces.retry.mutate(input)).toMatchObject({ phase: "Terminating", reason: null });
    expect((await app.admin.query("SELECT attempts, next_attempt_at <= now() AS due FROM address_space WHERE slug = 'orders'")).rows).toEqual([{ attempts: 0, due: true }]);
    expect((await app.admin.query("SELECT before FROM audit_entry WHERE action = 'space:retry'")).rows).toEqual([{ before: { phase: "Terminating", reason: "Waiting." } }]);
    await app.admin.query("UPDATE address_space SET phase = 'Active', observed_generation = generation WHERE slug = 'default'");
    expect((await failureOf(owner.spaces.retry.mutate(acme))).code).toBe("phase-forbids");
    expect((await failureOf(nobody.spaces.retry.mutate(input))).code).toBe("unauthenticated");
    expect((await failureOf(dev.spaces.retry.mutate(input))).code).toBe("forbidden");
    expect((await failureOf(stranger.spaces.retry.mutate(input))).code).toBe("not-found");
  });
});
