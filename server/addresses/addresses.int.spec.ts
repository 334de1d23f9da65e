import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { acme, failureOf, globex, startTestConsole, type TestClient, type TestConsole } from "../testing/test-console.ts";

let app: TestConsole;
let dev: TestClient;
let viewer: TestClient;
let stranger: TestClient;
let nobody: TestClient;

beforeAll(async () => {
  app = await startTestConsole();
  [dev, viewer, stranger, nobody] = await Promise.all([
    app.client("dev@acme.test"),
    app.client("viewer@acme.test"),
    app.client("dev@globex.test"),
    app.client(null),
  ]);
});
afterAll(() => app?.[Symbol.asyncDispose]());

async function setPhase(name: string, phase: string): Promise<void> {
  await app.admin.query("UPDATE address SET phase = $2 WHERE name = $1", [name, phase]);
}

async function auditOf(objectName: string) {
  const { rows } = await app.admin.query("SELECT action, actor_email, source, before, after FROM audit_entry WHERE object_name = $1 ORDER BY at", [objectName]);
  return rows;
}

describe("addresses.create", () => {
  it("stores the address as Pending together with its audit entry, and answers it", async () => {
    const created = await dev.addresses.create.mutate({ ...acme, type: "queue", name: "orders/new", planId: "queue-small" });
    expect(created).toMatchObject({ name: "orders/new", type: "queue", planName: "Small", phase: "Pending", generation: 1, observedGeneration: 0, createdBy: "dev@acme.test" });
    expect(await auditOf("default/orders/new")).toEqual([
      { action: "address:create", actor_email: "dev@acme.test", source: "console", before: null, after: { type: "queue", planId: "queue-small" } },
    ]);
  });

  it.each([
    ["", "name"], ["a".repeat(254), "name"], ["a#b", "name"], ["*", "name"], ["a+", "name"], ["$management", "name"], ["$cbs", "name"],
    ["a\0b", "name"], ["a\u202Eb", "name"], ["a\u200Bb", "name"], ["../b", "name"], ["a::b", "name"], ["a b", "name"], ["cafe\u0301", "name"],
  ])("refuses the name %j at its field", async (name, field) => {
    expect(await failureOf(dev.addresses.create.mutate({ ...acme, type: "queue", name, planId: "queue-small" }))).toMatchObject({ code: "invalid-input", field });
  });

  it("refuses an unknown type, an unknown plan and a plan of another type at their fields", async () => {
    const wrongType = dev.addresses.create.mutate({ ...acme, type: "pile" as "queue", name: "x", planId: "queue-small" });
    expect(await failureOf(wrongType)).toMatchObject({ code: "invalid-input", field: "type", message: "Choose queue, topic, subscription, anycast or multicast." });
    for (const planId of ["nothing", "topic-small", "queue-large"]) {
      const error = await failureOf(dev.addresses.create.mutate({ ...acme, type: "queue", name: "x", planId }));
      expect(error).toMatchObject({ code: "invalid-input", field: "planId" });
      expect(error.message).toContain("Small, Medium");
    }
  });

  it("refuses a taken name, also when only / and . differ, and says so kindly while the holder is being deleted", async () => {
    await dev.addresses.create.mutate({ ...acme, type: "topic", name: "news/all", planId: "topic-small" });
    const again = { ...acme, type: "queue", planId: "queue-small" } as const;
    expect(await failureOf(dev.addresses.create.mutate({ ...again, name: "news/all" }))).toMatchObject({ code: "already-exists", field: "name" });
    expect((await failureOf(dev.addresses.create.mutate({ ...again, name: "news.all" }))).message).toContain("“news/all”");
    await setPhase("news/all", "Terminating");
    expect((await failureOf(dev.addresses.create.mutate({ ...again, name: "news/all" }))).message).toContain("being deleted");
  });

  it("keeps the same name of two tenants apart", async () => {
    await dev.addresses.create.mutate({ ...acme, type: "queue", name: "shared", planId: "queue-small" });
    await stranger.addresses.create.mutate({ ...globex, type: "topic", name: "shared", planId: "topic-small" });
    expect((await dev.addresses.get.query({ ...acme, name: "shared" })).type).toBe("queue");
    expect((await stranger.addresses.get.query({ ...globex, name: "shared" })).type).toBe("topic");
  });

  it("refuses who has not logged in, who lacks the right, and answers strangers as if the tenant did not exist", async () => {
    const input = { ...acme, type: "queue", name: "refused", planId: "queue-small" } as const;
    expect(await failureOf(nobody.addresses.create.mutate(input))).toMatchObject({ code: "unauthenticated" });
    expect((await failureOf(viewer.addresses.create.mutate(input))).code).toBe("forbidden");
    const foreign = await failureOf(stranger.addresses.create.mutate(input));
    const unknown = await failureOf(stranger.addresses.create.mutate({ ...input, tenant: "nowhere" }));
    expect(foreign.code).toBe("not-found");
    expect(foreign).toEqual({ ...unknown, message: unknown.message.replace("nowhere", "acme") });
    const { rows } = await app.admin.query("SELECT 1 FROM address WHERE name = 'refused'");
    expect(rows).toEqual([]);
  });

  it("adds nothing to a space that is being deleted", async () => {
    await app.admin.query("UPDATE address_space SET phase = 'Terminating' WHERE slug = 'default' AND tenant_id = (SELECT id FROM tenant WHERE slug = 'globex')");
    const error = await failureOf(stranger.addresses.create.mutate({ ...globex, type: "queue", name: "late", planId: "queue-small" }));
    expect(error.code).toBe("phase-forbids");
    await app.admin.query("UPDATE address_space SET phase = 'Active' WHERE phase = 'Terminating'");
  });
});

describe("addresses.validate", () => {
  it("checks what create checks, step by step, and keeps nothing", async () => {
    const fields = { ...acme, type: "queue", name: "only-looking" } as const;
    expect(await dev.addresses.validate.query({ ...fields, step: "name" })).toEqual({ plan: null });
    const { plan } = await dev.addresses.validate.query({ ...fields, step: "review", planId: "queue-medium" });
    expect(plan?.name).toBe("Medium");
    const before = plan?.quotaBefore.find((meter) => meter.name === "addresses");
    const after = plan?.quotaAfter.find((meter) => meter.name === "addresses");
    expect(after?.used).toBe((before?.used ?? 0) + 1);
    expect(await failureOf(dev.addresses.validate.query({ ...fields, step: "plan" }))).toMatchObject({ code: "invalid-input", field: "planId" });
    expect((await failureOf(dev.addresses.get.query({ ...acme, name: "only-looking" }))).code).toBe("not-found");
  });

  it("refuses a taken name at the first step", async () => {
    await dev.addresses.create.mutate({ ...acme, type: "queue", name: "taken", planId: "queue-small" });
    expect(await failureOf(dev.addresses.validate.query({ ...acme, type: "topic", name: "taken", step: "name" }))).toMatchObject({ code: "already-exists", field: "name" });
  });

  it("is for those who may create", async () => {
    const input = { ...acme, type: "queue", name: "x", step: "name" } as const;
    expect((await failureOf(nobody.addresses.validate.query(input))).code).toBe("unauthenticated");
    expect((await failureOf(viewer.addresses.validate.query(input))).code).toBe("forbidden");
    expect((await failureOf(stranger.addresses.validate.query(input))).code).toBe("not-found");
  });
});

describe("addresses.get", () => {
  it("answers the address with its plan's limits to every member", async () => {
    await dev.addresses.create.mutate({ ...acme, type: "queue", name: "looked/at", planId: "queue-small" });
    const detail = await viewer.addresses.get.query({ ...acme, name: "looked.at" });
    expect(detail).toMatchObject({ name: "looked/at", plan: { id: "queue-small", storedBytes: 10 * 1024 * 1024, whenFull: "reject" } });
  });

  it("answers equally for an unknown address and one of another tenant's space", async () => {
    await stranger.addresses.create.mutate({ ...globex, type: "queue", name: "theirs", planId: "queue-small" });
    const foreign = await failureOf(dev.addresses.get.query({ ...acme, name: "theirs" }));
    const unknown = await failureOf(dev.addresses.get.query({ ...acme, name: "nothing" }));
    expect(foreign).toEqual({ ...unknown, message: unknown.message.replace("nothing", "theirs") });
    expect((await failureOf(dev.addresses.get.query({ ...globex, name: "theirs" }))).code).toBe("not-found");
    expect((await failureOf(dev.addresses.get.query({ ...acme, space: "elsewhere", name: "theirs" }))).code).toBe("not-found");
    expect(await failureOf(dev.addresses.get.query({ ...acme, name: "a\0b" }))).toMatchObject({ code: "invalid-input", field: "name" });
  });
});

describe("addresses.delete", () => {
  it("asks for the end once, with a new generation and an audit entry", async () => {
    await dev.addresses.create.mutate({ ...acme, type: "anycast", name: "short", planId: "anycast-small" });
    await setPhase("short", "Active");
    expect(await dev.addresses.delete.mutate({ ...acme, name: "short" })).toMatchObject({ phase: "Terminating", generation: 2 });
    expect(await failureOf(dev.addresses.delete.mutate({ ...acme, name: "short" }))).toEqual({ code: "phase-forbids", message: "The address is already being deleted." });
    expect((await auditOf("default/short")).map((entry) => entry.action)).toEqual(["address:create", "address:delete"]);
  });

  it("refuses who may not, and does not find what is not there", async () => {
    const input = { ...acme, name: "orders/new" };
    expect((await failureOf(nobody.addresses.delete.mutate(input))).code).toBe("unauthenticated");
    expect((await failureOf(viewer.addresses.delete.mutate(input))).code).toBe("forbidden");
    expect((await failureOf(stranger.addresses.delete.mutate(input))).code).toBe("not-found");
    expect((await failureOf(dev.addresses.delete.mutate({ ...acme, name: "nothing" }))).code).toBe("not-found");
    expect((await failureOf(dev.addresses.delete.mutate({ ...acme, name: "" }))).code).toBe("invalid-input");
    expect((await dev.addresses.get.query(input)).phase).toBe("Pending");
  });
});

describe("addresses.retry", () => {
  it("makes a failed address due at once, as if never tried, with an audit entry", async () => {
    await dev.addresses.create.mutate({ ...acme, type: "queue", name: "stuck", planId: "queue-small" });
    await app.admin.query("UPDATE address SET phase = 'Failed', reason = 'Refused.', attempts = 9, next_attempt_at = now() + interval '1 hour' WHERE name = 'stuck'");
    expect(await dev.addresses.retry.mutate({ ...acme, name: "stuck" })).toMatchObject({ phase: "Pending", reason: null, generation: 1 });
    expect((await app.admin.query("SELECT attempts, next_attempt_at <= now() AS due FROM address WHERE name = 'stuck'")).rows).toEqual([{ attempts: 0, due: true }]);
    expect((await auditOf("default/stuck")).at(-1)).toMatchObject({ action: "address:retry", before: { phase: "Failed", reason: "Refused." } });
  });

  it("keeps an address that is being deleted on its way out", async () => {
    await dev.addresses.delete.mutate({ ...acme, name: "stuck" });
    await app.admin.query("UPDATE address SET reason = 'Waiting.', attempts = 9, next_attempt_at = now() + interval '1 hour' WHERE name = 'stuck'");
    expect(await dev.addresses.retry.mutate({ ...acme, name: "stuck" })).toMatchObject({ phase: "Terminating", reason: null });
  });

  it("refuses where nothing is to be done, who may not, and what is not there", async () => {
    await dev.addresses.create.mutate({ ...acme, type: "queue", name: "fine", planId: "queue-small" });
    await app.admin.query("UPDATE address SET phase = 'Active', observed_generation = generation WHERE name = 'fine'");
    const input = { ...acme, name: "fine" };
    expect((await failureOf(dev.addresses.retry.mutate(input))).code).toBe("phase-forbids");
    expect((await failureOf(nobody.addresses.retry.mutate(input))).code).toBe("unauthenticated");
    expect((await failureOf(viewer.addresses.retry.mutate(input))).code).toBe("forbidden");
    expect((await failureOf(stranger.addresses.retry.mutate(input))).code).toBe("not-found");
  });
});
