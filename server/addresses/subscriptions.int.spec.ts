import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noOptions } from "#contracts/addresses/address-options.ts";
import { ticketClaimsSchema } from "#contracts/test-client/ticket.ts";
import { acme, failureOf, globex, startTestConsole, type TestClient, type TestConsole } from "../testing/test-console.ts";

let app: TestConsole;
let dev: TestClient;
let stranger: TestClient;

beforeAll(async () => {
  app = await startTestConsole();
  [dev, stranger] = await Promise.all([app.client("dev@acme.test"), app.client("dev@globex.test")]);
});
afterAll(() => app?.[Symbol.asyncDispose]());
beforeEach(async () => {
  await app.admin.query("DELETE FROM address WHERE type = 'subscription'");
  await app.admin.query("DELETE FROM address");
  await dev.addresses.create.mutate({ ...acme, type: "topic", name: "news/all", planId: "topic-small" });
});

const subscribe = (name: string, topic = "news/all", options: Partial<typeof noOptions> = {}) =>
  dev.addresses.create.mutate({ ...acme, type: "subscription", name, topic, planId: "subscription-small", options: { ...noOptions, ...options } });
const auditOf = async (action: string) =>
  (await app.admin.query("SELECT object_name, before, after FROM audit_entry WHERE action = $1 AND at > now() - interval '1 minute' ORDER BY object_name", [action])).rows;

describe("a subscription", () => {
  it("is made of a topic, which it names in detail, lists and the audit trail, and takes an address but no stored bytes of the quota", async () => {
    const before = (await dev.spaces.get.query(acme)).quota;
    // The topic by the other spelling of its name.
    const made = await subscribe("reader", "news.all");
    expect(made).toMatchObject({ type: "subscription", topic: "news/all", planName: "Small", phase: "Pending" });
    expect(await dev.addresses.get.query({ ...acme, name: "reader" })).toMatchObject({ topic: "news/all", plan: { storedBytes: null, maxConsumers: 20 } });
    expect((await dev.addresses.list.query(acme)).items.map(({ name, topic }) => [name, topic])).toEqual([["news/all", null], ["reader", "news/all"]]);
    const { rows } = await app.admin.query("SELECT after FROM audit_entry WHERE object_name = 'default/reader' ORDER BY at DESC LIMIT 1");
    expect(rows).toEqual([{ after: { type: "subscription", topic: "news/all", planId: "subscription-small" } }]);
    const after = (await dev.spaces.get.query(acme)).quota;
    expect(after.map(({ used }, index) => used - before[index]!.used)).toEqual([1, 0, 0]);
  });

  it.each([
    ["", "Choose the topic"], ["nothing", "There is no topic “nothing”"], ["heap", "“heap” is of the type queue"],
  ])("is refused at its field for the topic %j, by the wizard's first step too", async (topic, message) => {
    await dev.addresses.create.mutate({ ...acme, type: "queue", name: "heap", planId: "queue-small" });
    for (const call of [() => subscribe("reader", topic), () => dev.addresses.validate.query({ ...acme, step: "name", type: "subscription", name: "reader", topic })]) {
      const error = await failureOf(call());
      expect(error).toMatchObject({ code: "invalid-input", field: "topic" });
      expect(error.message).toContain(message);
    }
    expect((await dev.addresses.list.query(acme)).total).toBe(2);
  });

  it("never finds a topic of another tenant, and other types have none", async () => {
    const foreign = stranger.addresses.create.mutate({ ...globex, type: "subscription", name: "reader", topic: "news/all", planId: "subscription-small" });
    expect(await failureOf(foreign)).toMatchObject({ code: "invalid-input", field: "topic" });
    const queue = dev.addresses.create.mutate({ ...acme, type: "queue", name: "heap", topic: "news/all", planId: "queue-small" });
    expect(await failureOf(queue)).toMatchObject({ code: "invalid-input", field: "topic" });
  });

  it("narrows its consumers only, since its topic stores the messages", async () => {
    for (const [option, value] of [["timeToLiveMs", 1000], ["deliveryAttempts", 2], ["keepsDeadLetters", false]] as const) {
      expect(await failureOf(subscribe("reader", "news/all", { [option]: value }))).toMatchObject({ code: "invalid-input", field: `options.${option}` });
    }
    expect((await subscribe("reader", "news/all", { consumers: 2 })).options.consumers).toBe(2);
  });

  it("is found by its topic in lists, in either spelling", async () => {
    await dev.addresses.create.mutate({ ...acme, type: "topic", name: "other", planId: "topic-small" });
    for (const [name, topic] of [["b", "news/all"], ["a", "news/all"], ["c", "other"]] as const) await subscribe(name, topic);
    for (const topic of ["news/all", "news.all"]) {
      for (const sort of ["name", "depth", "phase", "plan"] as const) {
        expect((await dev.addresses.list.query({ ...acme, topic, sort })).items.map(({ name }) => name), `${topic} ${sort}`).toEqual(["a", "b"]);
      }
    }
    expect(await dev.addresses.list.query({ ...acme, topic: "nothing" })).toMatchObject({ items: [], total: 0 });
    expect((await dev.addresses.list.query({ ...acme, type: ["subscription"] })).total).toBe(3);
  });

  it("gets a ticket of the test client with which it can only be received from", async () => {
    await subscribe("reader");
    await app.admin.query("UPDATE address SET phase = 'Active' WHERE name = 'reader'");
    const { ticket } = await dev.testClient.open.mutate({ ...acme, name: "reader" });
    const claims = ticketClaimsSchema.parse(JSON.parse(Buffer.from(ticket.split(".")[1]!, "base64url").toString()));
    expect(claims.permissions).toEqual([{ operations: ["recv"], pattern: "reader" }]);
  });
});

describe("a topic with subscriptions", () => {
  it("takes them along when it is deleted, each with its audit entry, and has none added from then on", async () => {
    await subscribe("one");
    await subscribe("two");
    await dev.addresses.delete.mutate({ ...acme, name: "news/all" });
    const { items } = await dev.addresses.list.query(acme);
    expect(items.map(({ name, phase }) => [name, phase])).toEqual([["news/all", "Terminating"], ["one", "Terminating"], ["two", "Terminating"]]);
    expect((await auditOf("address:delete")).slice(-3)).toEqual([
      expect.objectContaining({ object_name: "default/news/all" }),
      { object_name: "default/one", before: { type: "subscription", topic: "news/all", planId: "subscription-small" }, after: null },
      { object_name: "default/two", before: { type: "subscription", topic: "news/all", planId: "subscription-small" }, after: null },
    ]);
    expect(await failureOf(subscribe("three"))).toMatchObject({ code: "phase-forbids", field: "topic" });
  });

  it("takes them along by force", async () => {
    await subscribe("one");
    const admin = await app.client("owner@acme.test");
    await admin.addresses.forceDelete.mutate({ ...acme, name: "news/all" });
    const { rows } = await app.admin.query("SELECT name, phase, is_forced FROM address ORDER BY name");
    expect(rows).toEqual([{ name: "news/all", phase: "Terminating", is_forced: true }, { name: "one", phase: "Terminating", is_forced: true }]);
  });

  it("never loses a race: whatever is added while it is deleted goes along or is refused", async () => {
    for (let round = 0; round < 6; round++) {
      const topic = `raced.${round}`;
      await dev.addresses.create.mutate({ ...acme, type: "topic", name: topic, planId: "topic-small" });
      const results = await Promise.allSettled([
        ...Array.from({ length: 4 }, (_, index) => subscribe(`${topic}.${index}`, topic)),
        dev.addresses.delete.mutate({ ...acme, name: topic }),
        ...Array.from({ length: 4 }, (_, index) => subscribe(`${topic}.late.${index}`, topic)),
      ]);
      const made = results.filter(({ status }) => status === "fulfilled").length - 1;
      const { rows } = await app.admin.query("SELECT phase FROM address WHERE topic_id = (SELECT id FROM address WHERE name = $1)", [topic]);
      expect(rows).toEqual(Array.from({ length: made }, () => ({ phase: "Terminating" })));
    }
  });

  it("cannot be taken from under them by anybody, nor lent to another space", async () => {
    await subscribe("one");
    await expect(app.admin.query("DELETE FROM address WHERE name = 'news/all'")).rejects.toThrow(/foreign key/);
    const { rows } = await app.admin.query("SELECT s.tenant_id AS tenant, s.id AS space, (SELECT id FROM address WHERE name = 'news/all') AS topic FROM address_space s JOIN tenant t ON t.id = s.tenant_id WHERE t.slug = 'globex'");
    const [{ tenant, space, topic }] = rows;
    const consoleRole = new Client({ connectionString: app.database.consoleUrl });
    await consoleRole.connect();
    try {
      await consoleRole.query("BEGIN");
      await consoleRole.query("SELECT set_config('postroom.tenant_id', $1, true)", [tenant]);
      const insert = consoleRole.query(
        `INSERT INTO address (id, tenant_id, space_id, name, name_key, type, topic_id, plan_id, created_by)
         VALUES (uuidv7(), $1, $2, 'thief', 'thief', 'subscription', $3, 'subscription-small', 'test')`,
        [tenant, space, topic],
      );
      await expect(insert).rejects.toThrow(/foreign key/);
    } finally {
      await consoleRole.end();
    }
  });
});

describe("many at once", () => {
  const rows = [
    { name: "early", type: "subscription", topic: "fresh", planId: "subscription-small" },
    { name: "fresh", type: "topic", planId: "topic-small" },
    { name: "of-old", type: "subscription", topic: "news.all", planId: "Small" },
  ];

  it("take topics that are there or stand in another row, whatever their order, and make topics first", async () => {
    const { operation, problems } = await dev.addresses.createMany.mutate({ ...acme, rows, checkOnly: false });
    expect(problems).toEqual([]);
    const { rows: stored } = await app.admin.query("SELECT parameters FROM operation WHERE id = $1", [operation?.id]);
    expect(stored[0].parameters.rows.map(({ name, topic }: { name: string; topic: string }) => [name, topic])).toEqual([["fresh", ""], ["early", "fresh"], ["of-old", "news.all"]]);
  });

  it("tell row by row which topics are not there", async () => {
    const { problems, operation } = await dev.addresses.createMany.mutate({
      ...acme,
      rows: [...rows, { name: "lost", type: "subscription", topic: "nowhere", planId: "subscription-small" }, { name: "none", type: "subscription", planId: "subscription-small" }, { name: "odd", type: "queue", topic: "fresh", planId: "queue-small" }],
      checkOnly: false,
    });
    expect(operation).toBeNull();
    expect(problems.map(({ row, field }) => [row, field])).toEqual([[3, "topic"], [4, "topic"], [5, "topic"]]);
  });
});
