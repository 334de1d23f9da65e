import { afterAll, beforeAll, expect, it } from "vitest";
import { eventOf, TestClient } from "#gateway/test-support/client.ts";
import { limits } from "../limits.ts";
import { startProvisioner, type Provisioner } from "../provisioner.ts";
import { testLog } from "../testing/env.ts";
import { eventually } from "../testing/eventually.ts";
import { observe, type Observer } from "../testing/observer.ts";
import { startRealGateway, type RealGateway } from "../testing/real-gateway.ts";
import { createTestBed, type TestBed } from "../testing/test-bed.ts";
import { openWorkWindow } from "../work-window.ts";

let bed: TestBed;
let gateway: RealGateway;
let observer: Observer;
let provisioner: Provisioner;
let login: string;

beforeAll(async () => {
  bed = await createTestBed();
  gateway = await startRealGateway(bed.platform);
  observer = await observe(bed, gateway.endpoint);
  provisioner = await startProvisioner({
    env: bed.env({ GATEWAY_MANAGEMENT_URLS: gateway.url }),
    log: testLog,
    limits: { ...limits, tenantDeletion: { intervalMs: 100 } },
  });
  await bed.createAddresses(["orders"]);
  login = await bed.createCredential("shop", "a-secret");
  await bed.sql.query(
    `WITH other AS (INSERT INTO tenant (id, slug, name) VALUES (uuidv7(), $1 || '-x', 'Other') RETURNING id)
     INSERT INTO address_space (id, tenant_id, slug, name, plan_id, created_by) SELECT uuidv7(), id, 'main', 'Main', 'team', 'test' FROM other`,
    [bed.tenant],
  );
  for (const table of ["address", "credential", "address_space"] as const) {
    await eventually(() => bed.rows(table), (rows) => rows.every(({ phase, generation, observed_generation: observed }) => phase === "Active" && generation === observed));
  }
  // A gateway lets clients in once it has been told everything.
  await gateway.running.opened;
});
afterAll(async () => {
  await provisioner?.stop();
  await observer?.[Symbol.asyncDispose]();
  await gateway?.[Symbol.asyncDispose]();
  await bed?.[Symbol.asyncDispose]();
});

const logIn = () => TestClient.connect({ port: gateway.running.ports.amqp!, username: login, password: "a-secret" });
const spaces = async () => (await observer.gateway.list("space", openWorkWindow(5_000))).map((space) => [space.name, space.kind === "space" && space.isClosed]).sort();

it("ends the connections of a suspended tenant with words, lets nobody in, keeps what it has, and lets in again once resumed", async () => {
  await using client = await logIn();
  const closing = eventOf(client.connection, "connection_close");
  await bed.sql.query("UPDATE tenant SET suspended_at = now() WHERE slug = $1", [bed.tenant]);
  await closing;
  expect(client.connection.error).toMatchObject({ description: expect.stringContaining("suspended") });
  await eventually(spaces, (told) => told.some(([name, isClosed]) => name === bed.space && isClosed === true));
  await expect(logIn()).rejects.toBeDefined();
  expect(await spaces()).toEqual([[bed.space, true], [`${bed.tenant}-x.main`, false]].sort());
  expect(await observer.onBroker()).toEqual(["qs.orders"]);
  await bed.sql.query("UPDATE tenant SET suspended_at = NULL WHERE slug = $1", [bed.tenant]);
  await eventually(spaces, (told) => told.every(([, isClosed]) => isClosed === false));
  await using again = await logIn();
  expect(again.connection.is_open()).toBe(true);
});

it("deletes a tenant whose grace is over, with everything in it and nothing else, and no tenant before", async () => {
  await bed.sql.query("INSERT INTO membership (tenant_id, email, role, state) SELECT id, 'nina@people.test', 'viewer', 'invited' FROM tenant WHERE slug = $1", [bed.tenant]);
  await bed.sql.query("UPDATE tenant SET delete_at = now() + interval '1 day'");
  await eventually(spaces, (told) => told.every(([, isClosed]) => isClosed === true));
  expect((await bed.row("orders"))?.phase).toBe("Active");
  await bed.sql.query("UPDATE tenant SET delete_at = CASE WHEN slug = $1 THEN now() END", [bed.tenant]);
  const left = await eventually(async () => (await bed.sql.query<{ slug: string }>("SELECT slug FROM tenant")).rows, (rows) => rows.length === 1);
  expect(left).toEqual([{ slug: `${bed.tenant}-x` }]);
  for (const table of ["address", "credential"] as const) expect(await bed.rows(table)).toEqual([]);
  expect(await observer.onBroker()).toEqual([]);
  await eventually(spaces, (told) => told.length === 1 && told[0]?.[1] === false);
  const { rows } = await bed.sql.query("SELECT tenant_id, action, object_name, outcome FROM audit_entry WHERE action = 'tenant:delete'");
  expect(rows).toEqual([{ tenant_id: null, action: "tenant:delete", object_name: bed.tenant, outcome: "done" }]);
});
