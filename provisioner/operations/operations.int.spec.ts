import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Operation } from "#contracts/operations/operation.ts";
import { loadPlatform } from "#platform/test-platform.ts";
import { openDatabase as openTenantDatabase, type Database as TenantDatabase } from "#server/db/database.ts";
import { acme, failureOf, globex, startTestConsole, type TestClient, type TestConsole } from "#server/testing/test-console.ts";
import { openDatabase, type Database } from "../database.ts";
import { limits } from "../limits.ts";
import { createLog } from "../log.ts";
import { eventually } from "../testing/eventually.ts";
import { startProvisionerProcess } from "../testing/own-process.ts";
import { doAddressPart, type AddressOperationKind } from "./address-operations.ts";
import { OperationLoop } from "./operation-loop.ts";
import { claimOperations, type ClaimedOperation } from "./queries.ts";

const mebibyte = 1024 * 1024;
const claimMs = 60_000;
let app: TestConsole;
let dev: TestClient;
let database: Database;
let tenantDatabase: TenantDatabase;
let loop: OperationLoop | undefined;

beforeAll(async () => {
  app = await startTestConsole();
  dev = await app.client("dev@acme.test");
  database = openDatabase(app.database.provisionerUrl, limits.database, () => undefined);
  tenantDatabase = openTenantDatabase({ url: app.database.provisionerUrl, poolSize: 2, log: createLog("silent") });
});
afterAll(async () => {
  await tenantDatabase?.close();
  await database?.end();
  await app?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await app.admin.query("DELETE FROM operation");
  await app.admin.query("DELETE FROM address");
  await app.admin.query("UPDATE space_plan SET max_addresses = 5000, max_stored_bytes = $1 WHERE id = 'team'", [100_000 * mebibyte]);
});
afterEach(async () => {
  await loop?.stop();
  loop = undefined;
});

const part = (operation: ClaimedOperation) => doAddressPart(tenantDatabase, operation as typeof operation & { kind: AddressOperationKind }, claimMs);

/** A provisioner's share of the work, in this process. */
function startLoop(): void {
  loop = new OperationLoop({
    database,
    tenantDatabase,
    work: { "create-addresses": part, "delete-addresses": part, "change-plan": part },
    claimedBy: "test",
    limits: { ...limits, reconcile: { ...limits.reconcile, pollMs: 50 } },
    log: createLog("silent"),
  });
  loop.start();
}

const direct = (count: number, prefix = "direct-") => Array.from({ length: count }, (_, index) => ({ name: `${prefix}${index}`, type: "anycast", planId: "anycast-small" }));
const queues = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `queue-${index}`, type: "queue", planId: "queue-small" }));

async function begin(rows: Record<string, unknown>[]): Promise<Operation> {
  const { operation, problems, quotaRefusal } = await dev.addresses.createMany.mutate({ ...acme, rows, checkOnly: false });
  if (operation === null) throw new Error(JSON.stringify({ problems, quotaRefusal }));
  return operation;
}
const ended = ({ id }: Pick<Operation, "id">) => eventually(() => dev.operations.get.query({ ...acme, id }), ({ endedAt }) => endedAt !== null);
const made = async (rows: Record<string, unknown>[]): Promise<Operation> => ended(await begin(rows));
const inSpace = async (): Promise<number> => (await dev.addresses.list.query(acme)).total;

async function entries(action: string): Promise<{ name: string; by: string; times: number }[]> {
  const { rows } = await app.admin.query("SELECT object_name AS name, min(actor_email) AS by, count(*)::int AS times FROM audit_entry WHERE action = $1 GROUP BY 1", [action]);
  return rows;
}

/** The claim of a provisioner that was killed has run out. */
const claimsRunOut = () => app.admin.query("UPDATE operation SET claimed_until = now() - interval '1 second' WHERE ended_at IS NULL AND claimed_by IS NOT NULL");

describe("operations on many addresses", () => {
  it("make topics before their subscriptions, over several parts, and delete a topic with all of them", async () => {
    const subscriptions = Array.from({ length: 230 }, (_, index) => ({ name: `reader-${index}`, type: "subscription", topic: "news", planId: "subscription-small" }));
    const operation = await begin([...subscriptions, { name: "news", type: "topic", planId: "topic-small" }]);
    startLoop();
    expect(await ended(operation)).toMatchObject({ phase: "Done", done: 231, failed: 0 });
    expect((await dev.addresses.list.query({ ...acme, topic: "news" })).total).toBe(230);
    const removal = await dev.addresses.deleteMany.mutate({ ...acme, selection: { kind: "names", names: ["news"] } });
    expect(await ended(removal)).toMatchObject({ phase: "Done", done: 1, failed: 0 });
    expect((await dev.addresses.list.query({ ...acme, phase: ["Terminating"] })).total).toBe(231);
    expect(await entries("address:delete")).toHaveLength(231);
  });

  it("make all rows, each audited for who asked, and tell row by row what others took meanwhile", async () => {
    const operation = await begin(direct(450, "made-"));
    await dev.addresses.create.mutate({ ...acme, type: "queue", name: "made-7", planId: "queue-small" });
    startLoop();
    expect(await ended(operation)).toMatchObject({ phase: "Done", total: 450, done: 449, failed: 1, failures: [{ name: "made-7", reason: expect.stringContaining("made-7") }] });
    expect(await inSpace()).toBe(450);
    const audited = (await entries("address:create")).filter(({ name }) => name.startsWith("default/made-"));
    expect(audited).toHaveLength(450);
    expect(new Set(audited.map(({ by, times }) => `${by} ${times}`))).toEqual(new Set(["dev@acme.test 1"]));
    const end = await app.admin.query("SELECT outcome, after FROM audit_entry WHERE source = 'provisioner' AND object_name = $1", [`default/${operation.id}`]);
    expect(end.rows).toEqual([{ outcome: "done", after: { kind: "create-addresses", subject: "", done: 449, failed: 1 } }]);
  });

  it("never pass the quota together", async () => {
    await app.admin.query("UPDATE space_plan SET max_addresses = 25 WHERE id = 'team'");
    const begun = await Promise.all(Array.from({ length: 4 }, (_, index) => begin(direct(10, `part-${index}-`))));
    startLoop();
    const results = await Promise.all(begun.map(ended));
    expect(results.reduce((sum, { done }) => sum + done, 0)).toBe(25);
    expect(results.flatMap(({ failures }) => failures).every(({ reason }) => reason.includes("25 addresses"))).toBe(true);
    expect(await inSpace()).toBe(25);
  });

  it("delete all that match and were there, and leave others and later ones alone", async () => {
    startLoop();
    await made([...direct(250), ...direct(3, "other-")]);
    await dev.addresses.create.mutate({ ...acme, type: "anycast", name: "direct-late", planId: "anycast-small" });
    await app.admin.query("UPDATE address SET created_at = now() + interval '1 hour' WHERE name = 'direct-late'");
    const selection = { kind: "matching" as const, filters: { search: "direct-" } };
    expect(await ended(await dev.addresses.deleteMany.mutate({ ...acme, selection }))).toMatchObject({ phase: "Done", total: 250, done: 250, failed: 0 });
    const left = await dev.addresses.list.query({ ...acme, phase: ["Pending"] });
    expect(left.items.map(({ name }) => name)).toEqual(["direct-late", "other-0", "other-1", "other-2"]);
  });

  it("move the selected of the plan's type to it, and say of each other one why not", async () => {
    startLoop();
    await made([...queues(4), ...direct(1)]);
    await app.admin.query("UPDATE space_plan SET max_stored_bytes = $1 WHERE id = 'team'", [(2 * 100 + 2 * 10 + 50) * mebibyte]);
    const selection = { kind: "names" as const, names: ["queue-0", "queue-1", "queue-2", "direct-0", "nothing"] };
    const moved = await ended(await dev.addresses.changePlanOfMany.mutate({ ...acme, selection, planId: "queue-medium" }));
    expect(moved).toMatchObject({ phase: "Done", subject: "Medium (queue)", done: 2, failed: 3 });
    const reasons = new Map(moved.failures.map(({ name, reason }) => [name, reason]));
    expect(reasons.get("nothing")).toContain("no such address");
    expect(reasons.get("direct-0")).toContain("anycast");
    expect(reasons.get("queue-2")).toContain("Delete an address that is no longer needed");
    const { items } = await dev.addresses.list.query({ ...acme, sort: "name" });
    expect(items.map(({ name, planId }) => [name, planId])).toEqual([
      ["direct-0", "anycast-small"], ["queue-0", "queue-medium"], ["queue-1", "queue-medium"], ["queue-2", "queue-small"], ["queue-3", "queue-small"],
    ]);
    const { rows } = await app.admin.query("SELECT broker_class_id, had_own_limits FROM address WHERE name = 'queue-0'");
    expect(rows, "keeps the class of its name on the broker").toEqual([{ broker_class_id: "qs", had_own_limits: true }]);
    expect((await failureOf(dev.addresses.changePlanOfMany.mutate({ ...acme, selection, planId: "queue-large" }))).code).toBe("invalid-input");
  });

  it("touch nothing of another tenant that has the same names", async () => {
    startLoop();
    await made(direct(2));
    const stranger = await app.client("dev@globex.test");
    await stranger.addresses.create.mutate({ ...globex, type: "anycast", name: "direct-0", planId: "anycast-small" });
    await ended(await dev.addresses.deleteMany.mutate({ ...acme, selection: { kind: "names", names: ["direct-0", "direct-1"] } }));
    expect(await stranger.addresses.get.query({ ...globex, name: "direct-0" })).toMatchObject({ phase: "Pending", generation: 1 });
  });

  it("end between two parts when they are cancelled, once and for good", async () => {
    const operation = await begin(direct(450));
    const [claimed] = await claimOperations(database, { claimedBy: "first", claimMs, limit: 1, kinds: ["create-addresses"] });
    expect(await part(claimed!)).toMatchObject({ hasEnded: false, isCancelRequested: false });
    expect(await dev.operations.cancel.mutate({ ...acme, id: operation.id })).toMatchObject({ phase: "Running", cancelRequestedBy: "dev@acme.test", done: 200 });
    await claimsRunOut();
    startLoop();
    expect(await ended(operation)).toMatchObject({ phase: "Cancelled", done: 200, total: 450 });
    expect(await inSpace()).toBe(200);
    expect((await failureOf(dev.operations.cancel.mutate({ ...acme, id: operation.id }))).code).toBe("phase-forbids");
  });

  it("write nothing for a provisioner that was stopped past its claim", async () => {
    const operation = await begin(direct(450));
    const [first] = await claimOperations(database, { claimedBy: "first", claimMs, limit: 1, kinds: ["create-addresses"] });
    expect(await claimOperations(database, { claimedBy: "second", claimMs, limit: 1, kinds: ["create-addresses"] })).toEqual([]);
    await claimsRunOut();
    const [second] = await claimOperations(database, { claimedBy: "second", claimMs, limit: 1, kinds: ["create-addresses"] });
    expect(await part(first!)).toBeUndefined();
    expect(await inSpace()).toBe(0);
    expect(await part(second!)).toMatchObject({ hasEnded: false });
    expect(await dev.operations.get.query({ ...acme, id: operation.id })).toMatchObject({ phase: "Running", done: 200 });
  });

  it("are finished by the others when provisioners are killed, with nothing lost and nothing done twice", async () => {
    const variables = { ...((await loadPlatform()).env.provisioner as Record<string, string>), DATABASE_URL: app.database.provisionerUrl, HEALTH_PORT: "0" };
    const operation = await begin(direct(3_000, "kept-"));
    const doneOf = async () => (await dev.operations.get.query({ ...acme, id: operation.id })).done;
    for (let kill = 0; kill < 2; kill += 1) {
      const before = await doneOf();
      await using process = await startProvisionerProcess(variables);
      await eventually(doneOf, (done) => done > before || done === 3_000);
      await process.kill();
      await claimsRunOut();
    }
    startLoop();
    expect(await ended(operation)).toMatchObject({ phase: "Done", done: 3_000, failed: 0 });
    expect(await inSpace()).toBe(3_000);
    const audited = (await entries("address:create")).filter(({ name }) => name.startsWith("default/kept-"));
    expect(audited).toHaveLength(3_000);
    expect(audited.filter(({ times }) => times !== 1)).toEqual([]);
  });
});
