import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Operation } from "#contracts/operations/operation.ts";
import { loadPlatform } from "#platform/test-platform.ts";
import { acme, failureOf, startTestConsole, type TestClient, type TestConsole } from "#server/testing/test-console.ts";
import { FakeGateway } from "../drivers/fake/fake-gateway.ts";
import { parseEnv } from "../env.ts";
import { createLog } from "../log.ts";
import { startProvisioner, type Provisioner } from "../provisioner.ts";
import { connectBrokerClient, type BrokerClient } from "../testing/broker-client.ts";
import { eventually } from "../testing/eventually.ts";
import { startProvisionerProcess } from "../testing/own-process.ts";

let app: TestConsole;
let dev: TestClient;
let client: BrokerClient;
let variables: Record<string, string>;
let provisioner: Provisioner | undefined;

beforeAll(async () => {
  app = await startTestConsole();
  dev = await app.client("dev@acme.test");
  const platform = await loadPlatform();
  variables = { ...(platform.env.provisioner as Record<string, string>), DATABASE_URL: app.database.provisionerUrl, HEALTH_PORT: "0" };
  const { artemis } = platform;
  client = await connectBrokerClient({ name: "main", host: artemis.host, port: artemis.port, ...artemis.provisioner });
  await startOwn();
});
afterAll(async () => {
  for (const { name } of (await dev.addresses.list.query({ ...acme, type: ["queue", "topic", "anycast"] })).items) await dev.addresses.delete.mutate({ ...acme, name });
  await eventually(async () => (await dev.addresses.list.query(acme)).total, (total) => total === 0);
  await provisioner?.stop();
  await client?.[Symbol.asyncDispose]();
  await app?.[Symbol.asyncDispose]();
});

/** A provisioner in this process. */
async function startOwn(): Promise<void> {
  provisioner = await startProvisioner({ env: parseEnv(variables), log: createLog("silent"), drivers: { gateways: (events) => [new FakeGateway("main", events("main"))] } });
}

/** A queue that no other test has, with its name on the broker. */
async function makeQueue(planId = "queue-small"): Promise<{ name: string; brokerAddress: string }> {
  const name = `q${randomBytes(5).toString("hex")}`;
  await dev.addresses.create.mutate({ ...acme, type: "queue", name, planId });
  await eventually(() => dev.addresses.get.query({ ...acme, name }), ({ phase }) => phase === "Active");
  const { rows } = await app.admin.query<{ class_id: string }>("SELECT class_id FROM address_plan WHERE id = $1", [planId]);
  return { name, brokerAddress: `acme.default.${rows[0]!.class_id}.${name}` };
}

const numbered = (number: number) => ({ durable: true, message_id: `m-${number}`, subject: `letter ${number}`, application_properties: { number }, body: `secret text ${number}` });

/** Rejects the first messages of a queue; a broker moves them a little after it has been told. */
async function reject({ name, brokerAddress }: { name: string; brokerAddress: string }, count: number): Promise<void> {
  await client.take(brokerAddress, count, (delivery) => delivery.reject());
  await eventually(() => counts(name), ([, dead]) => dead === count);
}

const ended = ({ id }: Pick<Operation, "id">) => eventually(() => dev.operations.get.query({ ...acme, id }), ({ endedAt }) => endedAt !== null, 120_000);
const counts = async (name: string) => {
  const { queue, deadLetters } = await dev.messages.count.query({ ...acme, name });
  return [queue.messages, deadLetters.messages];
};

/** A broker counts a message as gone a little after it was settled, and twice while it moves. */
const countsBecome = (name: string, expected: number[]) => eventually(() => counts(name), (seen) => isDeepStrictEqual(seen, expected));

describe("the messages of a queue", () => {
  it("are shown with their headers to whoever may look, with bodies only to whoever may read them, and to no other tenant", async () => {
    const { name, brokerAddress } = await makeQueue();
    await client.send(brokerAddress, 3, numbered);
    await reject({ name, brokerAddress }, 1);
    const page = await dev.messages.browse.query({ ...acme, name, source: "queue", order: "newest" });
    expect(page).toMatchObject({ matching: 2, hasBodies: true });
    expect(page.items[0]).toMatchObject({ subject: "letter 2", messageId: "m-2", applicationProperties: [["number", "2"]], movedFrom: null, body: { text: "secret text 2", kind: "text", isCut: false } });
    const dead = await dev.messages.browse.query({ ...acme, name, source: "dead-letters" });
    expect(dead.items).toMatchObject([{ subject: "letter 0", movedFrom: name }]);
    expect(JSON.stringify(dead), "the broker's own names stay inside").not.toContain("acme.default.");
    for (const email of ["support@postroom.test", "viewer@acme.test"]) {
      const seen = await (await app.client(email)).messages.browse.query({ ...acme, name, source: "queue" });
      expect(seen).toMatchObject({ matching: 2, hasBodies: false, items: [{ subject: "letter 1", body: null }, { subject: "letter 2", body: null }] });
      expect(JSON.stringify(seen)).not.toContain("secret text");
    }
    expect((await failureOf((await app.client("dev@globex.test")).messages.browse.query({ ...acme, name, source: "queue" }))).code).toBe("not-found");
    const { rows: reads } = await app.admin.query("SELECT actor_email, outcome, after ->> 'source' AS source FROM audit_entry WHERE action = 'message-body:read' AND object_name = $1 ORDER BY id", [`default/${name}`]);
    expect(reads, "who read bodies, and nobody else").toEqual([
      { actor_email: "dev@acme.test", outcome: "done", source: "queue" },
      { actor_email: "dev@acme.test", outcome: "done", source: "dead-letters" },
    ]);
    await countsBecome(name, [2, 1]);
    expect((await app.admin.query("SELECT 1 FROM broker_inquiry")).rowCount, "no message stays in the database").toBe(0);
  });

  it("are found by a selector, and what is none is refused at its field", async () => {
    const { name, brokerAddress } = await makeQueue();
    await client.send(brokerAddress, 40, numbered);
    const page = await dev.messages.browse.query({ ...acme, name, source: "queue", selector: "number >= 37" });
    expect([page.matching, page.items.map(({ messageId }) => messageId)]).toEqual([3, ["m-37", "m-38", "m-39"]]);
    const second = await dev.messages.browse.query({ ...acme, name, source: "queue", skip: 25 });
    expect([second.matching, second.items.length, second.items[0]?.messageId]).toEqual([40, 15, "m-25"]);
    expect(await failureOf(dev.messages.browse.query({ ...acme, name, source: "queue", selector: "number >" }))).toMatchObject({ code: "invalid-input", field: "selector" });
    await dev.addresses.create.mutate({ ...acme, type: "anycast", name: `${name}-direct`, planId: "anycast-small" });
    expect((await failureOf(dev.messages.count.query({ ...acme, name: `${name}-direct` }))).code).toBe("invalid-input");
  });

  it("whose bytes are no message are told of and harm nobody", async () => {
    const { name, brokerAddress } = await makeQueue();
    // An amqp-value whose list claims 2^31 elements in few bytes.
    const harmful = Buffer.from([0x00, 0x53, 0x77, 0xd0, 0, 0, 0, 8, 0x7f, 0xff, 0xff, 0xff, 0x45, 0x45, 0x45, 0x45]);
    await client.sendBytes(brokerAddress, harmful);
    const { items } = await dev.messages.browse.query({ ...acme, name, source: "queue" });
    expect(items).toMatchObject([{ sizeBytes: expect.any(Number), body: null, cannotDisplay: expect.stringContaining("not well-formed") }]);
  });

  it("are purged, all or those that a selector takes, and the trail says how many", async () => {
    const { name, brokerAddress } = await makeQueue();
    await client.send(brokerAddress, 5, numbered);
    await reject({ name, brokerAddress }, 5);
    await client.send(brokerAddress, 10, numbered);
    const some = await dev.messages.purge.mutate({ ...acme, name, source: "queue", selector: "number < 4", expected: 4 });
    expect(await ended(some)).toMatchObject({ phase: "Done", kind: "purge-messages", subject: `${name} where number < 4`, total: 4, done: 4 });
    await countsBecome(name, [6, 5]);
    expect(await ended(await dev.messages.purge.mutate({ ...acme, name, source: "dead-letters", expected: 5 }))).toMatchObject({ done: 5, subject: `dead letters of ${name}` });
    await countsBecome(name, [6, 0]);
    const { rows } = await app.admin.query("SELECT outcome, after FROM audit_entry WHERE source = 'provisioner' AND object_name = $1", [`default/${some.id}`]);
    expect(rows).toMatchObject([{ outcome: "done", after: { done: 4 } }]);
  });

  it("go back from the dead letters unchanged, and a queue that is full keeps the rest waiting until there is room, or until it is cancelled", async () => {
    const { name, brokerAddress } = await makeQueue();
    const body = "x".repeat(60_000);
    await client.send(brokerAddress, 120, (number) => ({ ...numbered(number), body }));
    await reject({ name, brokerAddress }, 120);
    const before = await client.send(brokerAddress, 110, (number) => ({ ...numbered(1_000 + number), body }));
    const all = 120 + before;
    const operation = await dev.messages.retryDeadLetters.mutate({ ...acme, name });
    expect((await failureOf(dev.messages.retryDeadLetters.mutate({ ...acme, name }))).code).toBe("conflict");
    const waiting = await eventually(() => dev.operations.get.query({ ...acme, id: operation.id }), ({ reason }) => reason !== null);
    expect(waiting).toMatchObject({ phase: "Running", total: 120, reason: expect.stringContaining("takes no more messages") });
    const [inQueue, dead] = await eventually(() => counts(name), ([queued = 0, letters = 0]) => queued + letters === all);
    expect(dead).toBe(120 - waiting.done);
    await dev.operations.cancel.mutate({ ...acme, id: operation.id });
    expect(await ended(operation)).toMatchObject({ phase: "Cancelled", done: waiting.done });
    const again = await dev.messages.retryDeadLetters.mutate({ ...acme, name });
    const first = await client.take(brokerAddress, inQueue!);
    expect(await ended(again)).toMatchObject({ phase: "Done", done: dead });
    const rest = await client.take(brokerAddress, all - inQueue!);
    const ids = [...first, ...rest].map(({ message_id }) => message_id);
    expect(new Set(ids).size).toBe(all);
    expect(rest.at(-1)).toMatchObject({ subject: expect.stringContaining("letter"), application_properties: { number: expect.any(Number) }, body });
    await countsBecome(name, [0, 0]);
  });
});

describe("the messages of a subscription", () => {
  it("are looked into, die and are retried apart from those of the topic's other subscriptions", async () => {
    const topic = `t${randomBytes(5).toString("hex")}`;
    await dev.addresses.create.mutate({ ...acme, type: "topic", name: topic, planId: "topic-small" });
    const [one, other] = [`${topic}/one`, `${topic}/other`];
    for (const name of [one, other]) {
      await dev.addresses.create.mutate({ ...acme, type: "subscription", name, topic, planId: "subscription-small" });
      await eventually(() => dev.addresses.get.query({ ...acme, name }), ({ phase }) => phase === "Active");
    }
    const topicAddress = `acme.default.ts.${topic}`;
    const brokerAddress = `${topicAddress}::acme.default.ss.${topic}.one`;
    await client.send(topicAddress, 6, numbered, "topic");
    await reject({ name: one, brokerAddress }, 4);
    await countsBecome(one, [2, 4]);
    await countsBecome(other, [6, 0]);
    const dead = await dev.messages.browse.query({ ...acme, name: one, source: "dead-letters" });
    expect(dead.items).toMatchObject([0, 1, 2, 3].map((number) => ({ messageId: `m-${number}`, movedFrom: `${topic}.one` })));
    expect(JSON.stringify(dead), "the broker's own names stay inside").not.toContain("acme.default.");
    expect(await ended(await dev.messages.retryDeadLetters.mutate({ ...acme, name: one }))).toMatchObject({ phase: "Done", done: 4, subject: one });
    await countsBecome(one, [6, 0]);
    await countsBecome(other, [6, 0]);
    const waiting = await dev.messages.browse.query({ ...acme, name: one, source: "queue" });
    expect(waiting.items.map(({ messageId, body }) => [messageId, body?.text])).toEqual([4, 5, 0, 1, 2, 3].map((number) => [`m-${number}`, `secret text ${number}`]));
    expect(await ended(await dev.messages.purge.mutate({ ...acme, name: one, source: "queue", expected: 6 }))).toMatchObject({ done: 6 });
    await countsBecome(one, [0, 0]);
    await countsBecome(other, [6, 0]);
    expect(await failureOf(dev.messages.count.query({ ...acme, name: topic }))).toMatchObject({ code: "invalid-input" });
  });
});

describe("a retry of many dead letters", () => {
  it("loses none when provisioners are killed, and doubles only what was on the way", async () => {
    const { name, brokerAddress } = await makeQueue("queue-medium");
    await client.send(brokerAddress, 3_000, numbered);
    await reject({ name, brokerAddress }, 3_000);
    await provisioner?.stop();
    const operation = await dev.messages.retryDeadLetters.mutate({ ...acme, name });
    const isBegun = async () => (await dev.operations.get.query({ ...acme, id: operation.id })).total !== null;
    let kills = 0;
    while (kills < 2) {
      await using process = await startProvisionerProcess(variables);
      await eventually(isBegun, (begun) => begun);
      await process.kill();
      kills += 1;
      await app.admin.query("UPDATE operation SET claimed_until = now() - interval '1 second' WHERE ended_at IS NULL AND claimed_by IS NOT NULL");
    }
    await startOwn();
    const { phase, total } = await ended(operation);
    expect({ phase, total }).toEqual({ phase: "Done", total: 3_000 });
    const [inQueue] = await eventually(() => counts(name), ([, letters]) => letters === 0);
    const ids = (await client.take(brokerAddress, inQueue!)).map(({ message_id }) => message_id);
    expect(new Set(ids).size).toBe(3_000);
    expect(ids.length - 3_000, "each kill doubles at most what was on the way").toBeLessThanOrEqual(kills * 256);
  });
});
