import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SaveAddressPlan } from "#contracts/plans/manage-plans.ts";
import { acme, failureOf, globex, startTestConsole, type TestClient, type TestConsole } from "../testing/test-console.ts";

const mebibyte = 1024 * 1024;
let app: TestConsole;
let admin: TestClient;
let dev: TestClient;
let owner: TestClient;

beforeAll(async () => {
  app = await startTestConsole();
  [admin, dev, owner] = await Promise.all([app.client("admin@postroom.test"), app.client("dev@acme.test"), app.client("owner@globex.test")]);
});
afterAll(() => app?.[Symbol.asyncDispose]());

async function planOf(id: string) {
  const { addressPlans } = await admin.plans.listManaged.query();
  return addressPlans.find((plan) => plan.id === id)!;
}

async function saving(id: string, change: Partial<SaveAddressPlan>): Promise<SaveAddressPlan> {
  const { users: _users, behind: _behind, isRetired: _retired, defaultTimeToLiveMs: _default, ...plan } = await planOf(id);
  return { ...plan, checkOnly: false, ...change };
}

async function generations(name: string): Promise<number[]> {
  return (await app.admin.query("SELECT generation FROM address WHERE name = $1 ORDER BY tenant_id", [name])).rows.map((row) => row.generation);
}

describe("a change of an address plan", () => {
  it("is shown before it is saved, then rolled out to the addresses of all tenants and to no other", async () => {
    await dev.addresses.create.mutate({ ...acme, type: "queue", name: "mine", planId: "queue-small" });
    await owner.addresses.create.mutate({ ...globex, type: "queue", name: "mine", planId: "queue-small" });
    await dev.addresses.create.mutate({ ...acme, type: "queue", name: "other", planId: "queue-medium" });
    await app.admin.query("UPDATE space_plan SET max_stored_bytes = $1 WHERE id = 'team'", [150 * mebibyte]);
    const change = await saving("queue-small", { storedBytes: 60 * mebibyte, checkOnly: true });
    const shown = await admin.plans.saveAddressPlan.mutate(change);
    expect(shown.users).toBe(2);
    expect(shown.spaces).toEqual([
      { tenant: "acme", space: "default", users: 1, problem: expect.stringContaining("160 MiB of 150 MiB") },
      { tenant: "globex", space: "default", users: 1, problem: null },
    ]);
    expect(await planOf("queue-small")).toMatchObject({ version: 1, storedBytes: 10 * mebibyte });
    expect(await generations("mine")).toEqual([1, 1]);

    await admin.plans.saveAddressPlan.mutate({ ...change, checkOnly: false });
    expect(await planOf("queue-small")).toMatchObject({ version: 2, storedBytes: 60 * mebibyte, users: 2, behind: 0 });
    expect(await generations("mine")).toEqual([2, 2]);
    expect(await generations("other")).toEqual([1]);
    const { rows } = await app.admin.query("SELECT tenant_id, actor_email FROM audit_entry WHERE action = 'plan:update' AND object_name = 'queue-small'");
    expect(rows).toEqual([{ tenant_id: null, actor_email: "admin@postroom.test" }]);
    await app.admin.query("UPDATE space_plan SET max_stored_bytes = $1 WHERE id = 'team'", [5_000 * mebibyte]);
  });

  it("that was cut off in its roll-out says who is behind, and is finished by rolling out again, once", async () => {
    await app.admin.query("UPDATE address SET plan_version = 1 WHERE name = 'mine'");
    const before = await generations("mine");
    expect((await planOf("queue-small")).behind).toBe(2);
    for (let round = 0; round < 2; round += 1) await admin.plans.rollOut.mutate({ kind: "address-plan", id: "queue-small" });
    expect((await planOf("queue-small")).behind).toBe(0);
    expect(await generations("mine")).toEqual(before.map((generation) => generation + 1));
  });

  it("is refused on an older version, with another type, and with limits that the type cannot have", async () => {
    expect((await failureOf(admin.plans.saveAddressPlan.mutate({ ...(await saving("queue-small", {})), version: 1 }))).code).toBe("conflict");
    expect(await failureOf(admin.plans.saveAddressPlan.mutate(await saving("queue-small", { type: "topic" })))).toMatchObject({ code: "invalid-input", field: "type" });
    expect(await failureOf(admin.plans.saveAddressPlan.mutate(await saving("queue-small", { storedBytes: null })))).toMatchObject({ code: "invalid-input", field: "storedBytes" });
    expect((await failureOf(admin.plans.saveAddressPlan.mutate(await saving("queue-small", { version: null })))).code).toBe("already-exists");
  });
});

describe("a new plan", () => {
  it("can be used as soon as a space plan offers it, and under a class of its own", async () => {
    await admin.plans.saveAddressPlan.mutate(await saving("queue-small", { id: "queue-tiny", name: "Tiny", storedBytes: mebibyte, version: null }));
    const { spacePlans } = await admin.plans.listManaged.query();
    const { users: _users, behind: _behind, isRetired: _retired, ...team } = spacePlans.find(({ id }) => id === "team")!;
    const before = (await app.admin.query("SELECT generation FROM address_space WHERE plan_id = 'team' ORDER BY id")).rows;
    await admin.plans.saveSpacePlan.mutate({ ...team, addressPlanIds: [...team.addressPlanIds, "queue-tiny"], checkOnly: false });
    expect((await app.admin.query("SELECT generation FROM address_space WHERE plan_id = 'team' ORDER BY id")).rows).toEqual(before.map(({ generation }) => ({ generation: generation + 1 })));
    expect(await dev.addresses.create.mutate({ ...acme, type: "queue", name: "tiny", planId: "queue-tiny" })).toMatchObject({ planName: "Tiny" });
    const { rows } = await app.admin.query("SELECT count(DISTINCT class_id)::int AS classes, count(*)::int AS plans FROM address_plan");
    expect(rows[0].classes).toBe(rows[0].plans);
  });

  it("retired is offered to nothing new, while what is on it stays and follows its changes", async () => {
    await admin.plans.retire.mutate({ kind: "address-plan", id: "queue-tiny", isRetired: true });
    expect((await dev.plans.list.query(acme)).map(({ id }) => id)).not.toContain("queue-tiny");
    expect((await failureOf(dev.addresses.create.mutate({ ...acme, type: "queue", name: "tiny-2", planId: "queue-tiny" }))).field).toBe("planId");
    await admin.plans.saveAddressPlan.mutate(await saving("queue-tiny", { maxConsumers: 3 }));
    expect(await dev.addresses.get.query({ ...acme, name: "tiny" })).toMatchObject({ generation: 2, plan: { maxConsumers: 3 } });
    await admin.plans.retire.mutate({ kind: "address-plan", id: "queue-tiny", isRetired: false });
    expect((await dev.plans.list.query(acme)).map(({ id }) => id)).toContain("queue-tiny");
  });
});

describe("a space", () => {
  it("moves to another plan, and is refused with the resources that do not fit", async () => {
    const refused = await failureOf(admin.spaces.changePlan.mutate({ ...acme, planId: "starter" }));
    expect(refused).toMatchObject({ code: "quota-exceeded", field: "planId" });
    expect(refused.message).toContain("other");
    expect(refused.message).toContain("tiny");
    const choices = await admin.spaces.listPlanChoices.query(acme);
    expect(choices.map(({ id, isCurrent }) => [id, isCurrent])).toEqual([["starter", false], ["team", true], ["business", false]]);
    expect(choices.find(({ id }) => id === "starter")?.refusals.join()).toBe(/: (.*)\. Delete/.exec(refused.message)?.[1]?.replaceAll("; ", ","));
    await dev.addresses.delete.mutate({ ...acme, name: "tiny" });
    await app.admin.query("DELETE FROM address WHERE name = 'tiny'");
    await admin.spaces.changePlan.mutate({ ...acme, planId: "business" });
    expect((await dev.spaces.get.query(acme)).planName).toBe("Business");
    expect((await dev.plans.list.query(acme)).map(({ id }) => id)).toContain("queue-large");
  });

  it("is moved by platform administrators only, and plans are theirs alone, in the database too", async () => {
    expect((await failureOf(dev.spaces.changePlan.mutate({ ...acme, planId: "team" }))).code).toBe("forbidden");
    expect((await failureOf(owner.plans.retire.mutate({ kind: "address-plan", id: "queue-small", isRetired: true }))).code).toBe("forbidden");
    const tenantId = (await app.admin.query("SELECT id FROM tenant WHERE slug = 'acme'")).rows[0].id;
    const write = app.services.database.withTenant(tenantId, "someone", (client) => client.addressPlan.updateMany({ data: { maxConsumers: 1 } }));
    await expect(write).rejects.toThrow();
  });
});
