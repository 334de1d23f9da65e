import { createTRPCClient, httpSubscriptionLink, TRPCClientError } from "@trpc/client";
import { EventSource } from "eventsource";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Change } from "#contracts/changes.ts";
import type { TenantClient } from "../db/database.ts";
import { handleTrpc, trpcEndpoint } from "../http/handle-trpc.ts";
import type { ChangeSubscription } from "./change-feed.ts";
import { watchChanges } from "./watch-changes.ts";
import type { AppRouter } from "../trpc/app-router.ts";
import { acme, globex, startTestConsole, tokenOf, type TestClient, type TestConsole } from "../testing/test-console.ts";

let app: TestConsole;
let dev: TestClient;

beforeAll(async () => {
  app = await startTestConsole();
  dev = await app.client("dev@acme.test");
});
afterAll(() => app?.[Symbol.asyncDispose]());

interface Watch extends Disposable {
  readonly changes: Change[];
  ended: "open" | "complete" | { code?: unknown };
  starts: number;
}

/** Watches as the browser does: the tRPC link over server-sent events, with the token in a header. */
async function watch(email: string, scope: { tenant: string; space: string }): Promise<Watch> {
  const token = await tokenOf(email);
  const client = createTRPCClient<AppRouter>({
    links: [
      httpSubscriptionLink({
        url: `${app.origin}${trpcEndpoint}`,
        EventSource,
        eventSourceOptions: {
          fetch: (url, init) => {
            const headers = { ...init.headers, authorization: `Bearer ${token}` };
            return handleTrpc(new Request(url, { headers, signal: init.signal as AbortSignal }), app.services);
          },
        },
      }),
    ],
  });
  const state: Watch = { changes: [], ended: "open", starts: 0, [Symbol.dispose]: () => subscription.unsubscribe() };
  const subscription = client.changes.watch.subscribe(scope, {
    onStarted: () => void (state.starts += 1),
    onData: (change) => void state.changes.push(change as Change),
    onComplete: () => void (state.ended = "complete"),
    onError: (error) => void (state.ended = { code: error instanceof TRPCClientError ? error.data?.postroom?.code : undefined }),
  });
  return state;
}

async function settled(state: Watch): Promise<void> {
  await expect.poll(() => state.changes, { timeout: 10_000 }).toContainEqual({ noun: "resync" });
  // The first resync may come before LISTEN stands.
  const listening = "SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND application_name = 'postroom-console-changes' AND state = 'idle' AND query <> ''";
  await expect.poll(async () => (await app.admin.query(listening, [app.database.name])).rowCount, { timeout: 10_000 }).toBe(1);
}

const told = (state: Watch, name: string) =>
  state.changes.flatMap((change) => (change.noun === "address" && change.name === name ? [change.resource?.phase ?? "gone"] : []));

describe("changes.watch", () => {
  it("begins with resync, then tells each change of the space's addresses as it is now, to the end", async () => {
    using state = await watch("viewer@acme.test", acme);
    await settled(state);
    await dev.addresses.create.mutate({ ...acme, type: "queue", name: "told", planId: "queue-small" });
    await expect.poll(() => told(state, "told"), { timeout: 5_000 }).toEqual(["Pending"]);
    const row = state.changes.find((change) => change.noun === "address" && change.name === "told");
    expect(row).toMatchObject({ resource: { name: "told", planName: "Small", createdBy: "dev@acme.test" } });
    await app.admin.query("UPDATE address SET phase = 'Active', observed_generation = generation WHERE name = 'told'");
    await expect.poll(() => told(state, "told"), { timeout: 5_000 }).toEqual(["Pending", "Active"]);
    await app.admin.query("DELETE FROM address WHERE name = 'told'");
    await expect.poll(() => told(state, "told"), { timeout: 5_000 }).toEqual(["Pending", "Active", "gone"]);
  });

  it("tells numbers that a sample has changed, of this space only", async () => {
    using state = await watch("viewer@acme.test", acme);
    await settled(state);
    for (const tenant of ["acme", "globex"]) {
      await app.admin.query(
        `INSERT INTO address (id, tenant_id, space_id, name, name_key, type, plan_id, created_by)
         SELECT gen_random_uuid(), t.id, s.id, 'sampled', 'sampled', 'queue', 'queue-small', 'test' FROM tenant t JOIN address_space s ON s.tenant_id = t.id WHERE t.slug = $1 AND s.slug = 'default'`,
        [tenant],
      );
    }
    const at = new Date();
    await app.admin.query("UPDATE address_statistics SET sampled_at = $1, changed_at = $1, depth = CASE WHEN tenant_id = (SELECT id FROM tenant WHERE slug = 'acme') THEN 7 ELSE 13 END WHERE name = 'sampled'", [at]);
    await app.admin.query(
      `SELECT pg_notify('postroom_changes', jsonb_build_object('table', 'address_statistics', 'tenantId', tenant_id, 'spaceId', id, 'id', '', 'name', $1::text, 'phase', '', 'due', false, 'gone', false)::text) FROM address_space`,
      [at.toISOString()],
    );
    const depths = () => state.changes.flatMap((change) => (change.noun === "statistics" ? change.resources.map(({ depth }) => depth) : []));
    await expect.poll(depths, { timeout: 5_000 }).toEqual([7]);
    await app.admin.query("DELETE FROM address WHERE name = 'sampled'");
  });

  it("tells credentials without their secrets", async () => {
    using state = await watch("dev@acme.test", acme);
    await settled(state);
    const owner = await app.client("owner@acme.test");
    const { secret } = await owner.credentials.create.mutate({ ...acme, name: "watched", permissions: [{ operations: ["send"], pattern: "*" }] });
    await expect.poll(() => state.changes.filter((change) => change.noun === "credential"), { timeout: 5_000 }).toMatchObject([{ name: "watched", resource: { phase: "Pending" } }]);
    expect(JSON.stringify(state.changes)).not.toContain(secret);
  });

  it("tells nothing of another tenant, and is not opened by strangers or nobody", async () => {
    using state = await watch("dev@acme.test", acme);
    using stranger = await watch("dev@globex.test", acme);
    await settled(state);
    await (await app.client("dev@globex.test")).addresses.create.mutate({ ...globex, type: "queue", name: "secret-of-globex", planId: "queue-small" });
    await dev.addresses.create.mutate({ ...acme, type: "queue", name: "own", planId: "queue-small" });
    await expect.poll(() => told(state, "own"), { timeout: 5_000 }).toEqual(["Pending"]);
    expect(JSON.stringify(state.changes)).not.toContain("globex");
    await expect.poll(() => stranger.ended, { timeout: 5_000 }).not.toBe("open");
    expect(stranger.changes).toEqual([]);
    expect(stranger.ended).toEqual({ code: "not-found" });
    // tRPC answers refusals of subscriptions inside the stream, which then ends by itself.
    const refused = await (await app.request(`changes.watch?input=${encodeURIComponent(JSON.stringify(acme))}`)).text();
    expect(refused).toContain('"code":"unauthenticated"');
    expect(refused.split("\n").filter((line) => line.startsWith("event:"))).toEqual(["event: connected", "event: serialized-error"]);
  });

  it("ends within seconds for a member who is removed, and tells nothing after that", async () => {
    using state = await watch("viewer@acme.test", acme);
    await settled(state);
    await app.admin.query("DELETE FROM membership WHERE email = 'viewer@acme.test'");
    await dev.addresses.create.mutate({ ...acme, type: "queue", name: "after-removal", planId: "queue-small" });
    await expect.poll(() => state.ended, { timeout: 8_000 }).toEqual({ code: "not-found" });
    expect(told(state, "after-removal")).toEqual([]);
  });

  it("ends for a removed member also when nothing happens in the space", async () => {
    using state = await watch("owner@globex.test", globex);
    await settled(state);
    await app.admin.query("DELETE FROM membership WHERE email = 'owner@globex.test'");
    await expect.poll(() => state.ended, { timeout: 8_000 }).toEqual({ code: "not-found" });
  });

  it("ends with the access token, so that the browser comes back with its next one", async () => {
    const { tenant, space } = (
      await app.admin.query("SELECT json_build_object('id', t.id, 'slug', t.slug, 'name', t.name) AS tenant, json_build_object('id', s.id, 'slug', s.slug, 'name', s.name, 'phase', s.phase) AS space FROM tenant t JOIN address_space s ON s.tenant_id = t.id WHERE t.slug = 'acme'")
    ).rows[0];
    const person = { userId: "0195c000-0000-7000-8000-000000000012", email: "dev@acme.test", name: "Dana", platformRoles: [], expiresAt: new Date(Date.now() + 700), confirmLogin: async () => undefined };
    const inTenant = <T>(work: (client: TenantClient) => Promise<T>): Promise<T> => app.services.database.withTenant(tenant.id, person.userId, work);
    const stream = watchChanges({ services: app.services, person, tenant, space, roles: ["developer"], inTenant }, undefined);
    const seen: Change[] = [];
    await expect(
      (async () => {
        for await (const change of stream) seen.push(change);
      })(),
    ).rejects.toMatchObject({ name: "AbortError" });
    expect(seen).toEqual([{ noun: "resync" }]);
    expect(Date.now()).toBeGreaterThanOrEqual(person.expiresAt.getTime());
  });

  it("comes back with resync after the connection to Postgres was cut, and then tells changes again", async () => {
    using state = await watch("dev@acme.test", acme);
    await settled(state);
    const before = state.changes.length;
    await app.admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND application_name = 'postroom-console-changes'", [app.database.name]);
    await dev.addresses.create.mutate({ ...acme, type: "queue", name: "while-cut", planId: "queue-small" });
    await expect.poll(() => state.changes.slice(before), { timeout: 10_000 }).toContainEqual({ noun: "resync" });
    await dev.addresses.create.mutate({ ...acme, type: "queue", name: "after-cut", planId: "queue-small" });
    await expect.poll(() => told(state, "after-cut"), { timeout: 5_000 }).toEqual(["Pending"]);
  });

  it("serves many readers over one connection to Postgres", async () => {
    const states = await Promise.all(Array.from({ length: 25 }, () => watch("dev@acme.test", acme)));
    try {
      for (const state of states) await settled(state);
      await dev.addresses.create.mutate({ ...acme, type: "queue", name: "for-many", planId: "queue-small" });
      for (const state of states) await expect.poll(() => told(state, "for-many"), { timeout: 5_000 }).toEqual(["Pending"]);
      const { rows } = await app.admin.query("SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND application_name = 'postroom-console-changes'", [app.database.name]);
      expect(rows).toHaveLength(1);
    } finally {
      for (const state of states) state[Symbol.dispose]();
    }
  });
});

function readerOf(spaceRowId: string): ChangeSubscription & Disposable {
  const subscription = app.services.changeFeed.subscribe(spaceRowId, "reader");
  return Object.assign(subscription, { [Symbol.dispose]: () => subscription.close() });
}

describe("the feed", () => {
  it("keeps a bounded amount for a reader that does not look, and tells it to refetch instead", async () => {
    const space = (await app.admin.query("SELECT a.id FROM address_space a JOIN tenant t ON t.id = a.tenant_id WHERE t.slug = 'acme'")).rows[0].id;
    const subscription = app.services.changeFeed.subscribe(space, "reader");
    expect(await subscription.next(1_000)).toMatchObject({ resync: true });
    const insert = (count: number, prefix: string) =>
      app.admin.query(
        `INSERT INTO address (id, tenant_id, space_id, name, name_key, type, plan_id, created_by)
         SELECT gen_random_uuid(), tenant_id, id, $2 || n, $2 || n, 'anycast', 'anycast-small', 'test' FROM address_space, generate_series(1, $3) AS n WHERE id = $1`,
        [space, prefix, count],
      );
    await insert(3, "few-");
    await expect.poll(async () => (await subscription.next(200)).addresses, { timeout: 5_000 }).toHaveLength(3);
    await insert(1_500, "flood-");
    await expect.poll(async () => (await subscription.next(200)).resync, { timeout: 5_000 }).toBe(true);
    // The flood has been told to its end when something that came after it is.
    const afterwards = async () => {
      // Another reason each time: only what changes a row is told, and the flood may swallow the first.
      await app.admin.query("UPDATE address SET reason = 'after the flood, ' || clock_timestamp() WHERE name = 'few-1'");
      return (await subscription.next(200)).addresses;
    };
    await expect.poll(afterwards, { timeout: 10_000 }).toContain("few-1");
    subscription.close();
  });

  it("tells many changes of one row as one", async () => {
    const space = (await app.admin.query("SELECT space_id FROM address WHERE name = 'own'")).rows[0].space_id;
    using slow = readerOf(space);
    using quick = readerOf(space);
    await Promise.all([slow.next(100), quick.next(100)]);
    // Changes are told in their order, so what earlier tests did is over with this one.
    await app.admin.query("UPDATE address SET reason = 'begin' WHERE name = 'for-many'");
    for (const reader of [slow, quick]) await expect.poll(async () => (await reader.next(200)).addresses, { timeout: 5_000 }).toContain("for-many");
    for (let round = 0; round < 30; round += 1) await app.admin.query("UPDATE address SET reason = $1 WHERE name = 'own'", [`reason ${round}`]);
    await app.admin.query("UPDATE address SET reason = 'last' WHERE name = 'for-many'");
    await expect.poll(async () => (await quick.next(200)).addresses, { timeout: 5_000 }).toContain("for-many");
    expect(await slow.next(200)).toEqual({ resync: false, connections: false, addresses: ["own", "for-many"], credentials: [], operations: [] });
  });

  it("ends the streams of a console that stops", async () => {
    await using stopping = await startTestConsole();
    const response = await stopping.request(`changes.watch?input=${encodeURIComponent(JSON.stringify(acme))}`, { headers: { authorization: `Bearer ${await tokenOf("dev@acme.test")}` } });
    const body = response.text();
    await stopping.services.changeFeed.close();
    expect(await body).not.toContain("event: return");
  });

  it("takes a bounded number of readers, and takes the next one when another leaves", () => {
    const subscriptions: ChangeSubscription[] = [];
    expect(() => {
      for (let count = 0; count < 2_500; count += 1) subscriptions.push(app.services.changeFeed.subscribe("a-space", `person-${count}`));
    }).toThrow("as many live views as it can");
    expect(subscriptions.length).toBeGreaterThan(1_900);
    subscriptions.pop()!.close();
    subscriptions.push(app.services.changeFeed.subscribe("a-space", "another"));
    for (const subscription of subscriptions) subscription.close();
  });

  it("lets one person take no more than a person needs, and leaves others theirs", () => {
    const subscriptions: ChangeSubscription[] = [];
    expect(() => {
      for (let count = 0; count < 100; count += 1) subscriptions.push(app.services.changeFeed.subscribe("a-space", "greedy"));
    }).toThrow("You have 50 live views open");
    subscriptions.push(app.services.changeFeed.subscribe("a-space", "modest"));
    for (const subscription of subscriptions) subscription.close();
    app.services.changeFeed.subscribe("a-space", "greedy").close();
  });
});
