import { afterAll, beforeAll, expect, test } from "vitest";
import { eventOf, refusal, TestClient } from "#gateway/test-support/client.ts";
import { startProvisioner, type Provisioner } from "../provisioner.ts";
import { testLog } from "../testing/env.ts";
import { eventually } from "../testing/eventually.ts";
import { startRealGateway, type RealGateway } from "../testing/real-gateway.ts";
import { createTestBed, type TestBed } from "../testing/test-bed.ts";

const secret = "runs-into-limits";
let bed: TestBed;
let gateway: RealGateway;
let provisioner: Provisioner;
let login: string;

beforeAll(async () => {
  bed = await createTestBed();
  gateway = await startRealGateway(bed.platform);
  provisioner = await startProvisioner({ env: bed.env({ GATEWAY_MANAGEMENT_URLS: gateway.url }), log: testLog });
  await bed.sql.query("UPDATE address_plan SET max_consumers = 2, stored_bytes = 300000, max_message_bytes = 20000, class_id = 'lim' || substr(md5(random()::text), 1, 8) WHERE id = 'queue-small'");
  await bed.sql.query(
    `INSERT INTO space_plan (id, name, description, "order", max_addresses, max_stored_bytes, max_connections, max_credentials, address_plan_ids)
     SELECT 'two', 'Two', '', 9, max_addresses, max_stored_bytes, 2, max_credentials, address_plan_ids FROM space_plan WHERE id = 'business'`,
  );
  await bed.sql.query("UPDATE address_space SET plan_id = 'two', generation = generation + 1, next_attempt_at = now()");
  await bed.sql.query("UPDATE address_plan SET max_consumers = 2 WHERE id = ANY('{topic-small,subscription-small,anycast-small,multicast-small}')");
  await bed.createAddresses(["orders", "small"]);
  await bed.createAddresses(["news"], "topic-small");
  await bed.createSubscriptions("news", ["news/mail"]);
  await bed.createAddresses(["calls"], "anycast-small");
  await bed.createAddresses(["ticks"], "multicast-small");
  login = await bed.createCredential("app", secret);
  await eventually(async () => [...(await bed.rows()), ...(await bed.rows("credential"))], (rows) => rows.every(({ phase }) => phase === "Active"));
  await gateway.running.opened;
});
afterAll(async () => {
  await provisioner?.stop();
  await gateway?.[Symbol.asyncDispose]();
  await bed?.[Symbol.asyncDispose]();
});

const connect = () => TestClient.connect({ port: gateway.running.ports.amqp as number, username: login, password: secret });

test.each([["queue", "orders"], ["topic", "news"], ["subscription", "news/mail", "news"], ["anycast", "calls"], ["multicast", "ticks"]])(
  "one consumer more than the plan allows is refused with the limit and the way out, and the others go on: %s", async (_type, name, sentTo = name) => {
    await using client = await connect();
    await client.receiver(name);
    await client.receiver(name);
    expect(await refusal(client.receiver(name))).toEqual({ condition: "amqp:resource-limit-exceeded", description: expect.stringContaining("2 consumers, the most that its plan allows") });
    expect(await client.send(await client.sender(sentTo), { body: "still here" })).toBe("accepted");
    await client.take(1);
  },
);

test("one connection more than the plan of the space allows is refused with the limit", async () => {
  await using one = await connect();
  await using other = await connect();
  expect(await refusal(connect())).toMatchObject({ condition: "amqp:resource-limit-exceeded", description: expect.stringContaining("2 connections") });
  expect([one, other].every(({ connection }) => connection.is_open())).toBe(true);
});

test("a message larger than the plan allows ends its link with the limit, and one that does not fit into a full queue is rejected with it", async () => {
  await using client = await connect();
  const sender = await client.sender("small");
  let rejected: { condition: string } | undefined;
  for (let sent = 0; sent < 60 && rejected === undefined; sent += 1) rejected = await client.rejection(sender, { body: "x".repeat(15_000) }).catch(() => undefined);
  expect(rejected).toMatchObject({ condition: "amqp:resource-limit-exceeded" });
  const other = await client.sender("orders");
  const ended = eventOf(other, "sender_error");
  if (!other.sendable()) await eventOf(other, "sendable");
  other.send({ body: "x".repeat(30_000) });
  await ended;
  expect(other.error).toMatchObject({ condition: "amqp:link:message-size-exceeded" });
});
