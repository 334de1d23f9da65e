import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noOptions } from "#contracts/addresses/address-options.ts";
import type { AddressSelection } from "#contracts/addresses/many-addresses.ts";
import { acme, failureOf, startTestConsole, type TestClient, type TestConsole } from "../testing/test-console.ts";

const mebibyte = 1024 * 1024;
let app: TestConsole;
let dev: TestClient;
let stranger: TestClient;

beforeAll(async () => {
  app = await startTestConsole();
  [dev, stranger] = await Promise.all([app.client("dev@acme.test"), app.client("dev@globex.test")]);
});
afterAll(() => app?.[Symbol.asyncDispose]());
beforeEach(async () => {
  await app.admin.query("DELETE FROM address");
  await app.admin.query("UPDATE space_plan SET max_addresses = 1000, max_stored_bytes = $1 WHERE id = 'team'", [100_000 * mebibyte]);
});

const queues = (count: number, prefix = "queue-") => Array.from({ length: count }, (_, index) => ({ name: `${prefix}${index}`, type: "queue", planId: "queue-small" }));
const make = (rows: Record<string, unknown>[]) => dev.addresses.createMany.mutate({ ...acme, rows, checkOnly: false });
const inSpace = async (): Promise<number> => (await dev.addresses.list.query(acme)).total;

describe("addresses.createMany", () => {
  it("makes all rows in one go, each audited, with plans by id or by name", async () => {
    const rows = [...queues(3), { name: "news", type: "topic", planId: "Medium", options: { deliveryAttempts: 2 } }];
    expect(await make(rows)).toEqual({ problems: [], quotaRefusal: null, created: 4 });
    expect(await dev.addresses.get.query({ ...acme, name: "news" })).toMatchObject({ planId: "topic-medium", phase: "Pending", options: { ...noOptions, deliveryAttempts: 2 } });
    const { rows: entries } = await app.admin.query("SELECT object_name FROM audit_entry WHERE action = 'address:create' ORDER BY object_name");
    expect(entries.map((entry) => entry.object_name)).toEqual(expect.arrayContaining(["default/news", "default/queue-0", "default/queue-1", "default/queue-2"]));
  });

  it("tells every problem by its row and makes nothing, not even the good rows", async () => {
    await dev.addresses.create.mutate({ ...acme, type: "queue", name: "there/already", planId: "queue-small" });
    const rows = [
      { name: "good", type: "queue", planId: "queue-small" },
      { name: "bad name", type: "queue", planId: "queue-small" },
      { name: "there.already", type: "queue", planId: "queue-small" },
      { name: "twice", type: "queue", planId: "queue-small" },
      { name: "twice", type: "topic", planId: "topic-small" },
      { name: "no-plan", type: "queue", planId: "queue-enormous" },
      { name: "wide", type: "queue", planId: "queue-small", options: { consumers: 100_000 } },
      { type: "pile", planId: "queue-small" },
    ];
    const report = await make(rows);
    expect(report.created).toBe(0);
    expect(report.problems.map(({ row, field }) => [row, field])).toEqual([
      [1, "name"], [2, "name"], [4, "name"], [5, "planId"], [6, "options.consumers"], [7, "type"], [7, "name"],
    ].sort((one, other) => Number(one[0]) - Number(other[0])));
    expect(report.problems.find(({ row }) => row === 2)?.message).toContain("there/already");
    expect(report.problems.find(({ row }) => row === 4)?.message).toContain("Row 4");
    expect(await inSpace()).toBe(1);
  });

  it("checks without making, and refuses what does not fit the quota as a whole", async () => {
    await app.admin.query("UPDATE space_plan SET max_addresses = 5 WHERE id = 'team'");
    expect(await dev.addresses.createMany.mutate({ ...acme, rows: queues(5), checkOnly: true })).toEqual({ problems: [], quotaRefusal: null, created: 0 });
    const report = await make(queues(6));
    expect(report).toMatchObject({ created: 0, problems: [] });
    expect(report.quotaRefusal).toContain("5 addresses");
    expect(await inSpace()).toBe(0);
  });

  it("never passes the quota together with others at the same time", async () => {
    await app.admin.query("UPDATE space_plan SET max_addresses = 25 WHERE id = 'team'");
    const reports = await Promise.all(Array.from({ length: 6 }, (_, index) => make(queues(10, `part-${index}-`))));
    expect(reports.filter(({ created }) => created === 10)).toHaveLength(2);
    expect(await inSpace()).toBe(20);
  });
});

describe("changes of many", () => {
  const all = { search: "", type: [], phase: [], plan: [] };

  it("delete all that match and were there, part by part, and leave others and later ones alone", async () => {
    await make([...queues(250), ...queues(3, "other-")]);
    await dev.addresses.create.mutate({ ...acme, type: "queue", name: "queue-late", planId: "queue-small" });
    await app.admin.query("UPDATE address SET created_at = now() + interval '1 hour' WHERE name = 'queue-late'");
    const selection = { kind: "matching", filters: { ...all, search: "queue-" } } as const;
    const first = await dev.addresses.deleteMany.mutate({ ...acme, selection });
    expect(first).toMatchObject({ changed: 200, remaining: 50, refusal: null });
    const rest = { ...selection, createdUntil: first.createdUntil };
    expect(await dev.addresses.deleteMany.mutate({ ...acme, selection: rest })).toMatchObject({ changed: 50, remaining: 0, refusal: null });
    expect(await dev.addresses.deleteMany.mutate({ ...acme, selection: rest })).toMatchObject({ changed: 0, remaining: 0, refusal: null });
    const left = await dev.addresses.list.query({ ...acme, phase: ["Pending"] });
    expect(left.items.map(({ name }) => name)).toEqual(["other-0", "other-1", "other-2", "queue-late"]);
  });

  it("move the selected of the plan's type to it, as far as the quota goes, and say why no further", async () => {
    await make([...queues(4), { name: "direct", type: "anycast", planId: "anycast-small" }]);
    await app.admin.query("UPDATE space_plan SET max_stored_bytes = $1 WHERE id = 'team'", [(2 * 100 + 2 * 10 + 50) * mebibyte]);
    const selection = { kind: "names", names: ["queue-0", "queue-1", "queue-2", "direct"] } satisfies AddressSelection;
    const moved = await dev.addresses.changePlanOfMany.mutate({ ...acme, selection, planId: "queue-medium" });
    expect(moved).toMatchObject({ changed: 2, remaining: 1, refusal: expect.stringContaining("Delete an address that is no longer needed") });
    const { items } = await dev.addresses.list.query({ ...acme, sort: "plan" });
    expect(items.map(({ name, planId, generation }) => [name, planId, generation])).toEqual([
      ["queue-0", "queue-medium", 2], ["queue-1", "queue-medium", 2], ["direct", "anycast-small", 1], ["queue-2", "queue-small", 1], ["queue-3", "queue-small", 1],
    ]);
    const { rows } = await app.admin.query("SELECT broker_class_id, had_own_limits FROM address WHERE name = 'queue-0'");
    expect(rows, "keeps the class of its name on the broker").toEqual([{ broker_class_id: "qs", had_own_limits: true }]);
    expect((await failureOf(dev.addresses.changePlanOfMany.mutate({ ...acme, selection, planId: "queue-large" }))).code).toBe("invalid-input");
  });

  it("touch nothing of another tenant that has the same names", async () => {
    await make(queues(2));
    await stranger.addresses.create.mutate({ tenant: "globex", space: "default", type: "queue", name: "queue-0", planId: "queue-small" });
    await dev.addresses.deleteMany.mutate({ ...acme, selection: { kind: "names", names: ["queue-0", "queue-1"] } });
    expect(await stranger.addresses.get.query({ tenant: "globex", space: "default", name: "queue-0" })).toMatchObject({ phase: "Pending", generation: 1 });
  });
});

describe("addresses.update", () => {
  const ask = { ...acme, name: "orders", planId: "queue-small", options: noOptions, generation: 1 };

  beforeEach(async () => {
    await dev.addresses.create.mutate({ ...acme, type: "queue", name: "orders", planId: "queue-small" });
  });

  it("stores plan and options with a new generation and both states in the audit trail", async () => {
    const options = { ...noOptions, timeToLiveMs: 60_000, keepsDeadLetters: false };
    expect(await dev.addresses.update.mutate({ ...ask, planId: "queue-medium", options })).toMatchObject({ planId: "queue-medium", options, generation: 2 });
    const { rows } = await app.admin.query("SELECT before, after FROM audit_entry WHERE action = 'address:update' AND object_name = 'default/orders' ORDER BY at DESC LIMIT 1");
    expect(rows).toEqual([{ before: { planId: "queue-small", options: noOptions }, after: { planId: "queue-medium", options } }]);
  });

  it("refuses what the plan does not allow at its field, a plan not offered, and more than the quota has", async () => {
    expect(await failureOf(dev.addresses.update.mutate({ ...ask, options: { ...noOptions, consumers: 21 } }))).toMatchObject({ code: "invalid-input", field: "options.consumers" });
    expect(await failureOf(dev.addresses.update.mutate({ ...ask, planId: "queue-large" }))).toMatchObject({ code: "invalid-input", field: "planId" });
    await app.admin.query("UPDATE space_plan SET max_stored_bytes = $1 WHERE id = 'team'", [50 * mebibyte]);
    expect(await failureOf(dev.addresses.update.mutate({ ...ask, planId: "queue-medium" }))).toMatchObject({
      code: "quota-exceeded", limit: { name: "storedBytes", value: 50 * mebibyte, used: 10 * mebibyte, asked: 90 * mebibyte },
    });
    expect(await dev.addresses.get.query({ ...acme, name: "orders" })).toMatchObject({ planId: "queue-small", generation: 1 });
  });

  it("refuses a change made on an older state, and one of an address that is being deleted", async () => {
    await dev.addresses.update.mutate({ ...ask, options: { ...noOptions, consumers: 3 } });
    expect((await failureOf(dev.addresses.update.mutate(ask))).code).toBe("conflict");
    await dev.addresses.delete.mutate({ ...acme, name: "orders" });
    expect((await failureOf(dev.addresses.update.mutate({ ...ask, generation: 3 }))).code).toBe("phase-forbids");
  });

  it("lets an address stay on its plan when that is retired, and offers the plan to nothing new", async () => {
    await app.admin.query("UPDATE address_plan SET retired_at = now() WHERE id = 'queue-small'");
    try {
      expect((await dev.addresses.update.mutate({ ...ask, options: { ...noOptions, consumers: 3 } })).generation).toBe(2);
      expect((await failureOf(dev.addresses.create.mutate({ ...acme, type: "queue", name: "new", planId: "queue-small" }))).field).toBe("planId");
    } finally {
      await app.admin.query("UPDATE address_plan SET retired_at = NULL WHERE id = 'queue-small'");
    }
  });
});

describe("addresses.checkName", () => {
  it("says whether a name is free, and refuses what can be no name", async () => {
    await dev.addresses.create.mutate({ ...acme, type: "queue", name: "a/b", planId: "queue-small" });
    expect(await dev.addresses.checkName.query({ ...acme, name: "free" })).toEqual({ refusal: null });
    expect((await dev.addresses.checkName.query({ ...acme, name: "a.b" })).refusal).toContain("“a/b”");
    expect(await failureOf(dev.addresses.checkName.query({ ...acme, name: "a b" }))).toMatchObject({ code: "invalid-input", field: "name" });
  });
});
