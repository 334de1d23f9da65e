import { afterAll, beforeAll, expect, it } from "vitest";
import type { TopMeasure } from "#contracts/support/support.ts";
import { acme, failureOf, startTestConsole, type TestClient, type TestConsole } from "../testing/test-console.ts";

let app: TestConsole;
let support: TestClient;

beforeAll(async () => {
  app = await startTestConsole();
  support = await app.client("support@postroom.test");
  for (const tenant of ["acme", "globex"]) {
    await app.admin.query(
      `INSERT INTO address (id, tenant_id, space_id, name, name_key, type, plan_id, broker, phase, reason, observed_generation, created_by)
       SELECT gen_random_uuid(), s.tenant_id, s.id, n.name, n.name, n.type, n.type || '-small', 'main', n.phase, n.reason, 1, 'test'
       FROM address_space s JOIN tenant t ON t.id = s.tenant_id,
         (VALUES ('stuck', 'queue', 'Active', NULL), ('flowing', 'queue', 'Active', NULL), ('calls', 'anycast', 'Active', NULL), ('broken', 'queue', 'Failed', 'The broker refused it.'),
           ('rejecting', 'queue', 'Active', NULL)) AS n (name, type, phase, reason)
       WHERE t.slug = $1`,
      [tenant],
    );
  }
  const numbers = "UPDATE address_statistics x SET sampled_at = now(), changed_at = now()";
  await app.admin.query(`${numbers}, depth = 7214, no_receivers_since = now() - interval '1 hour', waiting_since = now() - interval '2 hours', oldest_at = now() - interval '2 hours', growth = 3 WHERE name = 'stuck'`);
  await app.admin.query(`${numbers}, depth = 9000, in_rate = 9, out_rate = 12, receivers = 2, senders = 1 WHERE name = 'flowing'`);
  await app.admin.query(`${numbers}, senders = 2, no_receivers_since = now() WHERE name = 'calls'`);
  await app.admin.query(`${numbers}, receivers = 1, total_rejected = 4, last_rejected_at = now(), dead_letters = 4 WHERE name = 'rejecting'`);
  await app.admin.query("INSERT INTO address_sample SELECT tenant_id, address_id, now(), 0, 0, 0, 1, 1, 0, 0, 0, 4, 0, 0, 0, 0 FROM address_statistics WHERE name = 'rejecting'");
  await app.admin.query("UPDATE address_statistics SET depth = depth + 1 WHERE tenant_id = (SELECT id FROM tenant WHERE slug = 'globex') AND depth > 0");
  await app.admin.query(
    `INSERT INTO connection (id, tenant_id, space_id, gateway, container, login, is_person, remote_address, protocol, is_encrypted, product, version, since, links, count_in, count_out)
     SELECT 'main-1-' || row_number() OVER (ORDER BY t.slug), s.tenant_id, s.id, 'main', 'shop-till-' || t.slug, t.slug || '.default.till', false, '192.0.2.7', 'amqps', true, 'Qpid JMS', '2.10.0', now(), 2, 0, 0
     FROM address_space s JOIN tenant t ON t.id = s.tenant_id`,
  );
  await app.admin.query(
    `INSERT INTO link (id, tenant_id, space_id, connection_id, address_name, link_name, role, since, credit, unsettled, deliveries, bytes, accepted, rejected, released, modified, presettled, dropped)
     SELECT id || '-' || n, tenant_id, space_id, id, 'flowing', 'l', 'receiver', now(), 5, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM connection, generate_series(1, 2) AS n`,
  );
  await app.admin.query(
    `INSERT INTO client_event (id, tenant_id, space_id, kind, at, first_at, count, gateway, connection_id, container, login, is_person, remote_address, address_name, role, condition, text)
     SELECT 'main-1-' || e.n || tenant_id, tenant_id, space_id, e.kind, now(), now(), 2, 'main', id, container, login, false, remote_address, 'rejecting', e.role, e.condition, e.text
     FROM connection, (VALUES (1, 'message-rejected', 'receiver', 'app:bad', 'Price is missing'), (2, 'attach-refused', 'sender', 'amqp:unauthorized-access', 'This login may not send to rejecting.')) AS e (n, kind, role, condition, text)`,
  );
  await app.admin.query("INSERT INTO statistics_coverage VALUES ('broker:main', now(), now(), now() + interval '1 day'), ('gateway:main', now(), now(), now() + interval '1 day')");
});
afterAll(() => app?.[Symbol.asyncDispose]());

const found = async (input: object) => (await support.support.listTrouble.query(input)).items.map(placed);
const entries = async () => (await app.admin.query("SELECT actor_email AS who, action FROM audit_entry WHERE tenant_slug = 'globex' AND action = 'tenant:enter'")).rows;
const placed = ({ tenant, name }: { tenant: string; name: string }) => `${tenant}/${name}`;

it("shows what is in trouble in all tenants with why, the weightiest first, and nothing that flows", async () => {
  const { items, causes, parts, isWhole } = await support.support.listTrouble.query({});
  expect(items.map((item) => `${placed(item)}: ${item.findings[0]?.cause}`)).toEqual([
    "acme/broken: not-set-up", "globex/broken: not-set-up", "acme/rejecting: no-permission", "globex/rejecting: no-permission",
    "globex/stuck: no-consumer", "acme/stuck: no-consumer", "acme/calls: no-consumer", "globex/calls: no-consumer",
  ]);
  expect(items.find((item) => placed(item) === "acme/stuck")?.findings[0]?.summary).toBe("7,214 messages wait, and no consumer is attached");
  expect(items.find((item) => placed(item) === "acme/rejecting")?.findings.map(({ summary }) => summary)).toEqual(["acme.default.till tried to send without the permission", "acme.default.till rejected 2 messages"]);
  expect({ causes, parts, isWhole }).toEqual({ causes: { "not-set-up": 2, "no-permission": 2, "no-consumer": 4, rejected: 2 }, parts: [], isWhole: true });
});

it("narrows by words of tenant, space or address, and by cause", async () => {
  expect(await found({ search: "GLOBEX" })).toEqual(["globex/broken", "globex/rejecting", "globex/stuck", "globex/calls"]);
  expect(await found({ search: "stuck" })).toEqual(["globex/stuck", "acme/stuck"]);
  expect(await found({ cause: ["rejected"] })).toEqual(["acme/rejecting", "globex/rejecting"]);
  expect(await found({ search: "nothing of the kind" })).toEqual([]);
});

it("says once for a broker that is away how many addresses it concerns, and concludes nothing from their numbers", async () => {
  await app.admin.query("UPDATE statistics_coverage SET holds_until = now() - interval '1 minute' WHERE source = 'broker:main'");
  try {
    const { items, parts } = await support.support.listTrouble.query({});
    expect(parts).toMatchObject([{ part: "broker", name: "main", addresses: 10 }]);
    expect(items.map(placed)).toEqual(["acme/broken", "globex/broken", "acme/calls", "globex/calls"]);
    const { findings } = await (await app.client("dev@acme.test")).addresses.explain.query({ ...acme, name: "stuck" });
    expect(findings.map(({ cause }) => cause)).toEqual(["broker-down"]);
  } finally {
    await app.admin.query("UPDATE statistics_coverage SET holds_until = now() + interval '1 day' WHERE source = 'broker:main'");
  }
});

it.each<[TopMeasure, string[]]>([
  ["depth", ["globex/flowing", "acme/flowing", "globex/stuck", "acme/stuck"]],
  ["growth", ["acme/stuck", "globex/stuck"]],
  ["inRate", ["acme/flowing", "globex/flowing"]],
  ["outRate", ["acme/flowing", "globex/flowing"]],
  ["rejects", ["acme/rejecting", "globex/rejecting"]],
  ["oldest", ["acme/stuck", "globex/stuck"]],
  ["connections", ["acme/flowing", "globex/flowing"]],
  ["deadLetters", ["acme/rejecting", "globex/rejecting"]],
])("ranks addresses of all tenants by %s, without those that have none", async (by, expected) => {
  expect((await support.support.listTop.query({ by })).map(placed)).toEqual(expected);
});

it("finds tenants, spaces, addresses, credentials, connections and error texts by a part of them", async () => {
  await app.admin.query(
    `INSERT INTO credential (id, tenant_id, space_id, name, login, permissions, created_by)
     SELECT gen_random_uuid(), s.tenant_id, s.id, 'stuck-app', t.slug || '.default.stuck-app', '[]', 'test' FROM address_space s JOIN tenant t ON t.id = s.tenant_id`,
  );
  const { tenants, spaces, addresses, credentials } = await support.support.search.query({ text: "STUCK" });
  expect({ tenants, spaces, addresses: addresses.map(placed), credentials: credentials.map(placed) }).toEqual({
    tenants: [], spaces: [], addresses: ["acme/stuck", "globex/stuck"].sort(), credentials: ["acme/stuck-app", "globex/stuck-app"],
  });
  const clients = await support.support.search.query({ text: "Till-GLOBEX" });
  expect(clients.connections).toMatchObject([{ tenant: "globex", name: "shop-till-globex", detail: "globex.default.till, 192.0.2.7, Qpid JMS 2.10.0" }]);
  const told = await support.support.search.query({ text: "price is" });
  expect(told.events.map(({ tenant, name, address }) => ({ tenant, name, address }))).toEqual(["acme", "globex"].map((tenant) => ({ tenant, name: "Price is missing", address: "rejecting" })));
  expect((await support.support.search.query({ text: "globex" })).tenants).toMatchObject([{ tenant: "globex", name: "globex" }]);
  expect(await failureOf(support.support.search.query({ text: "x" }))).toMatchObject({ code: "invalid-input", field: "text" });
});

it("shows a space its own trouble only", async () => {
  const { items, total, isWhole } = await (await app.client("viewer@acme.test")).addresses.listTrouble.query({ ...acme, limit: 3 });
  expect(items.map(placed)).toEqual(["acme/broken", "acme/rejecting", "acme/stuck"]);
  expect({ total, isWhole }).toEqual({ total: 4, isWhole: true });
});

it("leaves a trace in the tenant's audit trail when somebody looks into it, and none while they look across", async () => {
  await support.support.listTrouble.query({});
  expect(await entries()).toEqual([]);
  await support.addresses.explain.query({ tenant: "globex", space: "default", name: "stuck" });
  expect(await entries()).toEqual([{ who: "support@postroom.test", action: "tenant:enter" }]);
});
