import { afterAll, beforeAll, expect, it } from "vitest";
import { acme, failureOf, startTestConsole, type TestConsole } from "../testing/test-console.ts";

let app: TestConsole;

beforeAll(async () => {
  app = await startTestConsole();
  const dev = await app.client("dev@acme.test");
  for (const name of ["orders", "quiet"]) await dev.addresses.create.mutate({ ...acme, type: "queue", name, planId: "queue-small" });
});
afterAll(() => app?.[Symbol.asyncDispose]());

const space = "SELECT t.id AS tenant_id, s.id AS space_id FROM tenant t JOIN address_space s ON s.tenant_id = t.id WHERE t.slug = 'acme' AND s.slug = 'default'";

// Minutes before a moment that is to come: there are partitions for what comes, and none for before the database was made.
async function sender(container: string, minutesAgo: number, deliveries: number): Promise<void> {
  await app.admin.query(
    `INSERT INTO connection (id, tenant_id, space_id, gateway, container, login, is_person, remote_address, protocol, is_encrypted, product, version, since, links, count_in, count_out)
     SELECT $1, tenant_id, space_id, 'main', $1, 'acme.default.shop', false, '::1', 'amqp', false, '', '', now(), 1, 0, 0 FROM (${space}) AS place`,
    [container],
  );
  await app.admin.query(
    `INSERT INTO link (id, tenant_id, space_id, connection_id, address_name, link_name, role, since, credit, unsettled, deliveries, bytes, accepted, rejected, released, modified, presettled, dropped)
     SELECT $1, tenant_id, space_id, $1, 'orders', 'l', 'sender', now() + (10 - $2::int) * interval '1 minute', 0, 0, $3, 0, 0, 0, 0, 0, 0, 0 FROM (${space}) AS place`,
    [container, minutesAgo, deliveries],
  );
}

async function attached(container: string, minutesAgo: number, role: "sender" | "receiver"): Promise<void> {
  await app.admin.query(
    `INSERT INTO client_event (id, tenant_id, space_id, kind, at, first_at, count, gateway, connection_id, container, login, is_person, remote_address, address_name, role, condition, text)
     SELECT $1 || $3, tenant_id, space_id, 'attached', now(), now() + (10 - $2::int) * interval '1 minute', 1, 'main', '', $1, 'acme.default.shop', false, '::1', 'orders', $3, '', '' FROM (${space}) AS place`,
    [container, minutesAgo, role],
  );
}

it("names who has sent by the time of the first message, leaves out who only looked, and says nothing of what nobody has sent to", async () => {
  await sender("looks", 5, 0);
  await attached("looks", 5, "sender");
  await attached("listens", 4, "receiver");
  await attached("came and went", 3, "sender");
  await sender("sends", 2, 7);
  await attached("sends", 2, "sender");
  await sender("came later", 0, 1);
  await app.admin.query(
    `INSERT INTO address_sample SELECT tenant_id, id, now() + (10 - age) * interval '1 minute', 0, 0, 0, 0, 0, sent, 0, 0, 0, 0, 0, 0, 0 FROM address, (VALUES (6, 0), (1, 2), (0, 5)) AS samples (age, sent) WHERE name = 'orders'`,
  );
  const viewer = await app.client("viewer@acme.test");
  const first = await viewer.addresses.getFirstMessage.query({ ...acme, name: "orders" });
  expect(first.senders.map(({ container }) => container)).toEqual(["came and went", "sends"]);
  expect(first).toMatchObject({ at: expect.any(String), senders: [{ login: "acme.default.shop", isPerson: false }, {}] });
  expect(await viewer.addresses.getFirstMessage.query({ ...acme, name: "quiet" })).toEqual({ at: null, senders: [] });
});

it("is not found in a space that has no such address", async () => {
  expect((await failureOf((await app.client("dev@acme.test")).addresses.getFirstMessage.query({ ...acme, name: "nothing" }))).code).toBe("not-found");
  expect((await failureOf((await app.client("dev@globex.test")).addresses.getFirstMessage.query({ ...acme, name: "orders" }))).code).toBe("not-found");
});
