import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noOptions } from "#contracts/addresses/address-options.ts";
import { maxOperationsUnderWay } from "#contracts/operations/operation.ts";
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

describe("addresses.createMany", () => {
  it("begins an operation that knows every row, and says who asked", async () => {
    const rows = [...queues(3), { name: "news", type: "topic", planId: "Medium", options: { deliveryAttempts: 2 } }];
    const { operation } = await make(rows);
    expect(operation).toMatchObject({ kind: "create-addresses", phase: "Pending", total: 4, done: 0, requestedBy: "dev@acme.test" });
    const { rows: stored } = await app.admin.query("SELECT parameters FROM operation WHERE id = $1", [operation?.id]);
    expect(stored[0].parameters.rows[3]).toEqual({ name: "news", type: "topic", topic: "", planId: "topic-medium", options: { ...noOptions, deliveryAttempts: 2 } });
    expect(await dev.operations.get.query({ ...acme, id: operation!.id })).toEqual(operation);
  });

  it("tells every problem by its row and begins nothing", async () => {
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
    expect(report.operation).toBeNull();
    expect(report.problems.map(({ row, field }) => [row, field])).toEqual([
      [1, "name"], [2, "name"], [4, "name"], [5, "planId"], [6, "options.consumers"], [7, "type"], [7, "name"],
    ].sort((one, other) => Number(one[0]) - Number(other[0])));
    expect(report.problems.find(({ row }) => row === 2)?.message).toContain("there/already");
    expect(report.problems.find(({ row }) => row === 4)?.message).toContain("Row 4");
  });

  it("checks without beginning, and refuses what does not fit the quota as a whole", async () => {
    await app.admin.query("UPDATE space_plan SET max_addresses = 5 WHERE id = 'team'");
    expect(await dev.addresses.createMany.mutate({ ...acme, rows: queues(5), checkOnly: true })).toEqual({ problems: [], quotaRefusal: null, operation: null });
    const report = await make(queues(6));
    expect(report).toMatchObject({ operation: null, problems: [] });
    expect(report.quotaRefusal).toContain("5 addresses");
  });

  it("takes ten thousand in one request", async () => {
    await app.admin.query("UPDATE space_plan SET max_addresses = 20000, max_stored_bytes = 9000000000000 WHERE id = 'team'");
    expect((await make(queues(10_000, "an-ordinary-name-for-an-address/"))).operation).toMatchObject({ total: 10_000 });
  });

  it("lets so many operations of one space be under way and no more, and others of other spaces", async () => {
    await app.admin.query("DELETE FROM operation");
    for (let index = 0; index < maxOperationsUnderWay; index += 1) await make(queues(1, `op-${index}-`));
    expect((await failureOf(make(queues(1, "op-more-")))).code).toBe("rate-limited");
    const selection = { kind: "names" as const, names: ["queue-0"] };
    expect(await stranger.addresses.deleteMany.mutate({ tenant: "globex", space: "default", selection })).toMatchObject({ total: 1 });
    await app.admin.query("DELETE FROM operation");
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
