import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { acme, failureOf, startTestConsole, type TestClient, type TestConsole } from "../testing/test-console.ts";

let app: TestConsole;
let dev: TestClient;

/** Connections of acme: who, protocol, rates; the last one is at a gateway that has not answered for a while. */
const made = [
  { container: "warehouse", login: "acme.default.shop", protocol: "amqps", rate: 2, address: "orders", gateway: "main" },
  { container: "billing", login: "acme.default.shop", protocol: "amqp", rate: 30, address: "invoices", gateway: "main" },
  { container: "Browser", login: "dev@acme.test", protocol: "websocket", rate: null, address: "orders", gateway: "lost" },
] as const;

beforeAll(async () => {
  app = await startTestConsole();
  dev = await app.client("dev@acme.test");
  await app.admin.query(
    "INSERT INTO statistics_coverage VALUES ('gateway:main', now() - interval '1 hour', now(), now() + interval '1 hour'), ('gateway:lost', now() - interval '1 hour', now() - interval '5 minutes', now() - interval '4 minutes')",
  );
  for (const [index, { container, login, protocol, rate, address, gateway }] of made.entries()) {
    const id = `${gateway}-0badcafe-${index + 1}`;
    await app.admin.query(
      `INSERT INTO connection (id, tenant_id, space_id, gateway, container, login, is_person, remote_address, protocol, is_encrypted, product, version, since, links, in_rate, out_rate, count_in, count_out)
       SELECT $1, t.id, s.id, $2, $3, $4, $4 LIKE '%@%', '10.0.0.' || $5::int, $6, $6 <> 'amqp', 'qpid-jms', '2.10', now(), 1, $7, 0, 9, 0
       FROM tenant t JOIN address_space s ON s.tenant_id = t.id WHERE t.slug = 'acme' AND s.slug = 'default'`,
      [id, gateway, container, login, index, protocol, rate],
    );
    await app.admin.query(
      `INSERT INTO link (id, tenant_id, space_id, connection_id, address_name, link_name, role, since, rate, credit, unsettled, deliveries, bytes, accepted, rejected, released, modified, presettled, dropped)
       SELECT id || '-1', tenant_id, space_id, id, $2, 'l', 'receiver', now(), in_rate, 10, 1, 9, 900, 5, 1, 1, 1, 0, 0 FROM connection WHERE id = $1`,
      [id, address],
    );
  }
  await app.admin.query(
    `INSERT INTO client_event (id, tenant_id, space_id, kind, at, first_at, count, gateway, connection_id, container, login, is_person, remote_address, address_name, role, condition, text)
     SELECT 'main-0badcafe-' || n, tenant_id, space_id, CASE WHEN n % 2 = 0 THEN 'attach-refused' ELSE 'connected' END, now() - n * interval '1 minute', now() - n * interval '1 minute', n, 'main', id,
       container, login, false, '10.0.0.1', CASE WHEN n % 2 = 0 THEN 'orders' ELSE '' END, CASE WHEN n % 2 = 0 THEN 'sender' END, '', 'because ' || n FROM connection, generate_series(1, 7) AS n WHERE container = 'warehouse'`,
  );
});
afterAll(() => app?.[Symbol.asyncDispose]());

const containers = async (input: object): Promise<string[]> => (await dev.connections.list.query({ ...acme, ...input })).items.map(({ container }) => container);

describe("the list of connections", () => {
  it("sorts by what is asked, unknown rates last of all, and has pages", async () => {
    expect(await containers({ sort: "container" })).toEqual(["billing", "Browser", "warehouse"]);
    expect(await containers({ sort: "inRate", descending: true })).toEqual(["billing", "warehouse", "Browser"]);
    expect(await containers({ sort: "container", limit: 2, page: 2 })).toEqual(["warehouse"]);
    expect(await dev.connections.list.query({ ...acme, limit: 1 })).toMatchObject({ total: 3 });
  });

  it.each([
    [{ search: "WARE" }, ["warehouse"]],
    [{ search: "10.0.0.1" }, ["billing"]],
    [{ protocol: ["amqp", "websocket"] }, ["billing", "Browser"]],
    [{ login: "acme.default.shop" }, ["billing", "warehouse"]],
    [{ container: "billing" }, ["billing"]],
    [{ address: "orders" }, ["Browser", "warehouse"]],
    [{ address: "orders", protocol: ["amqp"] }, []],
  ])("filters by %j", async (filter, found) => {
    expect(await containers(filter)).toEqual(found);
  });

  it("says since when a gateway has not answered, and that a rate is not known", async () => {
    const { items } = await dev.connections.list.query(acme);
    expect(items.find(({ container }) => container === "Browser")).toMatchObject({ isPerson: true, inRate: null, notKnownSince: expect.any(String) });
    expect(items.find(({ container }) => container === "billing")).toMatchObject({ isPerson: false, inRate: 30, countIn: 9, product: "qpid-jms", version: "2.10", notKnownSince: null });
  });

  it("refreshes rows that are there, whatever the filter, and counts its matches", async () => {
    const { items, total } = await dev.connections.refresh.query({ ...acme, protocol: ["amqp"], ids: ["main-0badcafe-1", "main-0badcafe-99"] });
    expect([items.map(({ container }) => container), total]).toEqual([["warehouse"], 1]);
  });
});

it("a connection has its links, an address has those of all", async () => {
  const { ownLinks } = await dev.connections.get.query({ ...acme, id: "main-0badcafe-1" });
  expect(ownLinks).toMatchObject([{ address: "orders", role: "receiver", credit: 10, unsettled: 1, accepted: 5, rejected: 1, released: 1, modified: 1, rate: 2 }]);
  const { items, total } = await dev.connections.listLinks.query({ ...acme, name: "orders" });
  expect([items.map(({ container }) => container), total]).toEqual([["warehouse", "Browser"], 2]);
});

it("the history is told page by page, newest first, and narrowed", async () => {
  const first = await dev.connections.listEvents.query({ ...acme, limit: 3 });
  expect(first.items.map(({ count }) => count)).toEqual([1, 2, 3]);
  const second = await dev.connections.listEvents.query({ ...acme, limit: 3, cursor: first.nextCursor! });
  expect(second.items.map(({ count }) => count)).toEqual([4, 5, 6]);
  expect(await dev.connections.listEvents.query({ ...acme, limit: 3, cursor: second.nextCursor! })).toMatchObject({ items: [{ count: 7 }], nextCursor: null });
  const counts = async (input: object) => (await dev.connections.listEvents.query({ ...acme, ...input })).items.map(({ count }) => count);
  expect(await counts({ address: "orders" })).toEqual([2, 4, 6]);
  expect(await counts({ kind: ["connected"], login: "acme.default.shop", container: "warehouse" })).toEqual([1, 3, 5, 7]);
  expect(await counts({ search: "BECAUSE 5" })).toEqual([5]);
  expect(await failureOf(dev.connections.listEvents.query({ ...acme, cursor: "nonsense" }))).toMatchObject({ code: "invalid-input" });
});

describe("closing connections", () => {
  it("is an operation on those that are there, with an audit entry for each client and the reason", async () => {
    const operation = await dev.connections.close.mutate({ ...acme, ids: ["main-0badcafe-1", "main-0badcafe-2", "main-0badcafe-99"], reason: " Too many of you " });
    expect(operation).toMatchObject({ kind: "close-connections", phase: "Pending", total: 2 });
    const { rows } = await app.admin.query("SELECT parameters FROM operation WHERE id = $1", [operation.id]);
    expect(rows).toEqual([{ parameters: { ids: ["main-0badcafe-1", "main-0badcafe-2"], reason: "Too many of you" } }]);
    const entries = await app.admin.query("SELECT actor_email, object_type, object_name, before->>'id' AS id, after FROM audit_entry WHERE action = 'connection:close' AND outcome = 'accepted' ORDER BY object_name");
    expect(entries.rows).toEqual([
      { actor_email: "dev@acme.test", object_type: "connection", object_name: "default/billing", id: "main-0badcafe-2", after: { reason: "Too many of you" } },
      { actor_email: "dev@acme.test", object_type: "connection", object_name: "default/warehouse", id: "main-0badcafe-1", after: { reason: "Too many of you" } },
    ]);
  });

  it("needs a reason, a connection that is there, and the right", async () => {
    expect(await failureOf(dev.connections.close.mutate({ ...acme, ids: ["main-0badcafe-1"], reason: "  " }))).toMatchObject({ code: "invalid-input" });
    expect(await failureOf(dev.connections.close.mutate({ ...acme, ids: ["main-0badcafe-99"], reason: "x" }))).toMatchObject({ code: "not-found" });
    const viewer = await app.client("viewer@acme.test");
    expect(await failureOf(viewer.connections.close.mutate({ ...acme, ids: ["main-0badcafe-1"], reason: "x" }))).toMatchObject({ code: "forbidden" });
    expect((await viewer.connections.list.query(acme)).total).toBe(3);
  });
});
