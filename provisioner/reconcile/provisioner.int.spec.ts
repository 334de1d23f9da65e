import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { KeycloakDriver } from "../drivers/keycloak/keycloak-driver.ts";
import { limits } from "../limits.ts";
import { startProvisioner, type Provisioner } from "../provisioner.ts";
import { testLog } from "../testing/env.ts";
import { eventually } from "../testing/eventually.ts";
import { observe, type Observer } from "../testing/observer.ts";
import { startRealGateway, type RealGateway } from "../testing/real-gateway.ts";
import { createTestBed, type TestBed, type TestRow } from "../testing/test-bed.ts";
import { openWorkWindow } from "../work-window.ts";

const window = () => openWorkWindow(10_000);
const isSettled = (row: TestRow | undefined) => row?.phase === "Active" && row.observed_generation === row.generation;

describe("the provisioner on the real Postgres, Artemis, Keycloak and gateway", () => {
  let bed: TestBed;
  let gateway: RealGateway;
  let observer: Observer;
  let provisioner: Provisioner;

  beforeAll(async () => {
    bed = await createTestBed();
    gateway = await startRealGateway(bed.platform);
    observer = await observe(bed, gateway.endpoint);
    // Patient, so that a slow machine does not make a try time out, which would be a second claim.
    const patient = { ...limits, management: { ...limits.management, requestMs: 60_000 }, reconcile: { ...limits.reconcile, rowMs: 60_000, claimMs: 90_000 } };
    provisioner = await startProvisioner({ env: bed.env({ GATEWAY_MANAGEMENT_URLS: gateway.url }), log: testLog, limits: patient });
    await eventually(() => provisioner.health(), (parts) => Object.values(parts).every(({ ok }) => ok));
  });

  afterAll(async () => {
    await provisioner.stop();
    await observer[Symbol.asyncDispose]();
    await gateway[Symbol.asyncDispose]();
    await bed[Symbol.asyncDispose]();
  });

  beforeEach(async () => {
    await bed.deleteAddresses((await bed.rows()).map(({ name }) => name));
    await eventually(() => bed.rows(), (rows) => rows.length === 0);
  });

  it("opens the gateway to clients once it has told it everything", async () => {
    await gateway.running.opened;
    expect(gateway.running.ports.amqp).toEqual(expect.any(Number));
    // The bed's space is new: it is told when it is claimed, which may be after the gateway opened.
    const spaces = await eventually(() => observer.gateway.list("space", openWorkWindow(5_000)), (told) => told.length > 0);
    expect(spaces).toMatchObject([{ name: bed.space, maxConnections: 10_000 }]);
  });

  it("makes each type where it belongs, and calls it Active only then", async () => {
    await bed.createAddresses(["orders/eu"], "queue-small");
    await bed.createAddresses(["news"], "topic-medium");
    await bed.createAddresses(["rpc"], "anycast-small");
    await bed.createAddresses(["ticks"], "multicast-large");
    const rows = await eventually(() => bed.rows(), (all) => all.every(isSettled));
    expect(rows.map(({ name, broker, reason, attempts }) => ({ name, broker, reason, attempts }))).toEqual([
      { name: "orders/eu", broker: "main", reason: null, attempts: 0 },
      { name: "news", broker: "main", reason: null, attempts: 0 },
      { name: "rpc", broker: null, reason: null, attempts: 0 },
      { name: "ticks", broker: null, reason: null, attempts: 0 },
    ]);
    expect(await observer.onBroker()).toEqual(["qs.orders.eu", "tm.news"]);
    expect(await observer.atGateway()).toEqual(["news", "orders/eu", "rpc", "ticks"]);
    const entities = await observer.gateway.list("address", openWorkWindow(5_000));
    expect(entities.find(({ name }) => name.endsWith("/orders/eu"))).toMatchObject({ addressType: "queue", broker: "main", brokerAddress: `${bed.space}.qs.orders.eu`, maxConsumers: 20, maxMessageBytes: 1_048_576 });
    expect(entities.find(({ name }) => name.endsWith("/rpc"))).toMatchObject({ addressType: "anycast", broker: "", brokerAddress: "" });
  });

  it("removes a deleted address everywhere, and its row last", async () => {
    await bed.createAddresses(["short-lived"]);
    await bed.createAddresses(["kept"]);
    await eventually(() => bed.rows(), (all) => all.every(isSettled));
    await bed.deleteAddresses(["short-lived"]);
    await eventually(() => bed.rows(), (all) => all.length === 1);
    expect(await observer.onBroker()).toEqual(["qs.kept"]);
    expect(await observer.atGateway()).toEqual(["kept"]);
  });

  it("lets the last wish win when a name is made, deleted and made again at speed", async () => {
    for (let round = 0; round < 15; round++) {
      await bed.createAddresses(["again"], round % 2 === 0 ? "queue-small" : "topic-small");
      // Sometimes deleted before it is made, sometimes while, sometimes after.
      if (round % 3 === 0) await eventually(() => bed.row("again"), isSettled);
      await bed.deleteAddresses(["again"]);
      await eventually(() => bed.row("again"), (row) => row === undefined);
    }
    expect(await observer.onBroker()).toEqual([]);
    expect(await observer.atGateway()).toEqual([]);
    await bed.createAddresses(["again"]);
    await eventually(() => bed.row("again"), isSettled);
    expect(await observer.onBroker()).toEqual(["qs.again"]);
  });

  it("sets up and deletes hundreds, with each row claimed once", async () => {
    const names = Array.from({ length: 300 }, (_, index) => `bulk/${index}`);
    await bed.createAddresses(names);
    const rows = await eventually(() => bed.rows(), (all) => all.every(isSettled));
    expect(rows.every(({ claim_epoch: epoch }) => epoch === "1")).toBe(true);
    expect((await observer.onBroker()).length).toBe(300);
    expect((await observer.atGateway()).length).toBe(300);
    await bed.deleteAddresses(names);
    await eventually(() => bed.rows(), (all) => all.length === 0);
    expect(await observer.onBroker()).toEqual([]);
    expect(await observer.atGateway()).toEqual([]);
  });

  it("lets a single address overtake a bulk job", async () => {
    await bed.createAddresses(Array.from({ length: 800 }, (_, index) => `slow/${index}`));
    await bed.createAddresses(["urgent"], "topic-small");
    await eventually(() => bed.row("urgent"), isSettled);
    const left = (await bed.rows()).filter((row) => !isSettled(row)).length;
    expect(left).toBeGreaterThan(0);
    await eventually(() => bed.rows(), (all) => all.every(isSettled));
  });

  it("gives an application its login, tells gateways, forgets the secret, and takes all of it back", async () => {
    const { keycloak, env } = bed.platform;
    const identity = new KeycloakDriver({ url: keycloak.url, realm: keycloak.realm, clientId: "provisioner", clientSecret: env.provisioner.KEYCLOAK_CLIENT_SECRET! }, limits);
    const login = await bed.createCredential("app", "the-secret-of-the-app");
    const token = () =>
      fetch(`${keycloak.url}/realms/${keycloak.realm}/protocol/openid-connect/token`, {
        method: "POST",
        body: new URLSearchParams({ grant_type: "client_credentials", client_id: login, client_secret: "the-secret-of-the-app" }),
      });
    await eventually(() => bed.row("app", "credential"), isSettled);
    expect((await token()).status).toBe(200);
    expect(await observer.loginsAtGateway()).toEqual([login]);
    expect((await bed.sql.query("SELECT sealed_secret FROM credential")).rows).toEqual([{ sealed_secret: null }]);

    await bed.sql.query("UPDATE credential SET phase = 'Terminating', generation = generation + 1, next_attempt_at = now()");
    await eventually(() => bed.rows("credential"), (rows) => rows.length === 0);
    expect(await observer.loginsAtGateway()).toEqual([]);
    expect(await identity.hasLogin(login, openWorkWindow(5_000))).toBe(false);
    expect((await token()).status).toBe(401);
  });

  it("says in words when a secret was sealed for another key, and touches nothing", async () => {
    const login = await bed.createCredential("foreign", "irrelevant");
    await eventually(() => bed.row("foreign", "credential"), isSettled);
    await bed.sql.query("UPDATE credential SET sealed_secret = $1, phase = 'Pending', generation = generation + 1, next_attempt_at = now()", [Buffer.alloc(384, 7)]);
    const row = await eventually(() => bed.row("foreign", "credential"), (seen) => seen?.reason !== null && seen?.phase !== "Active");
    expect(row?.reason).toContain("sealed for another key");
    await bed.sql.query("UPDATE credential SET phase = 'Terminating', generation = generation + 1, next_attempt_at = now()");
    await eventually(() => bed.rows("credential"), (rows) => rows.length === 0);
    expect(await observer.loginsAtGateway()).not.toContain(login);
  });

  it("repairs what somebody changed by hand, and leaves alone what nobody asked for", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `drift.${index}`);
    await bed.createAddresses(names);
    await eventually(() => bed.rows(), (all) => all.every(isSettled));
    const repairsBefore = provisioner.drift.repairs;
    const toldBefore = provisioner.links[0]!.repairs;
    for (const name of names.slice(0, 5)) await observer.broker.removeAddress(`${bed.space}.qs.${name}`, window());
    const stray = `${bed.space}.qs.nobody-asked`;
    const addressClass = { classId: "qs", storedBytes: 10_485_760, maxMessageBytes: 1_048_576, defaultTimeToLiveMs: null, maxTimeToLiveMs: 604_800_000, maxDeliveryAttempts: 5, maxConsumers: 20, whenFull: "reject" } as const;
    await observer.broker.ensureAddress({ brokerAddress: stray, type: "queue", space: bed.space, addressClass }, window());
    // One whose queue stays: what is set up again on the broker is told to gateways as well, and is then no difference any more.
    const entity = (await observer.gateway.list("address", window())).find(({ name }) => name === `${bed.space}/${names.at(-1)}`)!;
    await observer.gateway.remove("address", entity.name, entity.generation, window());
    await observer.gateway.upsert({ ...entity, kind: "address", name: `${bed.space}/stray` } as typeof entity, window());

    // The first may join a comparison that began before the changes.
    for (let round = 0; round < 2; round++) await provisioner.drift.compareAll();
    await eventually(() => bed.rows(), (all) => all.every(isSettled));
    expect(provisioner.drift.repairs - repairsBefore).toBe(5);
    const told = provisioner.links[0]!.repairs;
    expect(told - toldBefore).toBe(2);
    expect(await observer.onBroker()).toEqual(["qs.nobody-asked", ...names.map((name) => `qs.${name}`)].sort());
    expect(await observer.atGateway()).toEqual(names.toSorted());
    expect(provisioner.drift.unknown).toBeGreaterThanOrEqual(1);

    const metrics = await (await fetch(`http://127.0.0.1:${provisioner.healthPort}/metrics`)).text();
    expect(metrics).toContain(`\npostroom_broker_repairs_total ${provisioner.drift.repairs}\n`);
    expect(metrics).toContain(`\npostroom_broker_unknown_addresses ${provisioner.drift.unknown}\n`);
    expect(metrics).toContain(`\npostroom_gateway_repairs_total{gateway="main"} ${told}\n`);
    expect(metrics).toContain('\npostroom_gateway_connected{gateway="main"} 1\n');
    expect(metrics).toMatch(/\npostroom_broker_connected\{broker="[^"]+"\} 1\n/);

    const noted = await bed.sql.query("SELECT split_part(part, ':', 1) AS kind, repaired::int, unknown, compared_at <= now() AS is_past, last_repaired_at IS NOT NULL AS was_repaired FROM drift_report ORDER BY part");
    expect(noted.rows).toEqual([
      { kind: "broker", repaired: provisioner.drift.repairs, unknown: provisioner.drift.unknown, is_past: true, was_repaired: true },
      { kind: "gateway", repaired: told, unknown: 0, is_past: true, was_repaired: true },
    ]);

    const repairs = provisioner.drift.repairs;
    await provisioner.drift.compareAll();
    expect(provisioner.drift.repairs).toBe(repairs);
    expect(provisioner.links[0]?.repairs).toBe(told);
    await observer.broker.removeAddress(stray, window());
  });

  it("removes everything of a space that is deleted, in order, and the space last", async () => {
    await bed.createAddresses(Array.from({ length: 30 }, (_, index) => `of-space.${index}`));
    await bed.createCredential("of-space", "hush");
    await eventually(() => bed.rows(), (all) => all.every(isSettled));
    await bed.sql.query("UPDATE address_space SET phase = 'Terminating', generation = generation + 1, next_attempt_at = now()");
    await eventually(() => bed.rows("address_space"), (rows) => rows.length === 0);
    expect(await bed.rows()).toEqual([]);
    expect(await bed.rows("credential")).toEqual([]);
    expect(await observer.onBroker()).toEqual([]);
    expect(await observer.gateway.list("space", openWorkWindow(5_000))).toEqual([]);
    expect(await observer.loginsAtGateway()).toEqual([]);
  });
});
