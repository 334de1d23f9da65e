import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
// What waits is woken: the tests would not end if it were found by its delay.
const onlyWoken = { ...limits, reconcile: { ...limits.reconcile, notYetMs: 600_000, wokenMs: 600_000 } };

describe("subscriptions on the real Postgres, Artemis and gateway", () => {
  let bed: TestBed;
  let gateway: RealGateway;
  let observer: Observer;
  let provisioner: Provisioner;

  beforeAll(async () => {
    bed = await createTestBed();
    gateway = await startRealGateway(bed.platform);
    observer = await observe(bed, gateway.endpoint);
    provisioner = await startProvisioner({ env: bed.env({ GATEWAY_MANAGEMENT_URLS: gateway.url }), log: testLog, limits: onlyWoken });
    await eventually(() => provisioner.health(), (parts) => Object.values(parts).every(({ ok }) => ok));
    await eventually(() => bed.rows("address_space"), (rows) => rows.every(isSettled));
  });

  afterAll(async () => {
    await provisioner.stop();
    await observer[Symbol.asyncDispose]();
    await gateway[Symbol.asyncDispose]();
    await bed[Symbol.asyncDispose]();
  });

  async function together(statements: () => Promise<unknown>): Promise<void> {
    await bed.sql.query("BEGIN");
    await statements();
    await bed.sql.query("COMMIT");
  }

  it("are queues of their topic on its broker, and the gateway knows them by both names", async () => {
    await together(async () => {
      await bed.createAddresses(["news/all"], "topic-small");
      await bed.createSubscriptions("news/all", ["reader/one", "reader.two"]);
    });
    const rows = await eventually(() => bed.rows(), (all) => all.every(isSettled));
    expect(rows.map(({ broker, reason, attempts }) => ({ broker, reason, attempts }))).toEqual(rows.map(() => ({ broker: "main", reason: null, attempts: 0 })));
    expect(await observer.onBroker()).toEqual(["ts.news.all", `ts.news.all::${bed.space}.ss.reader.one`, `ts.news.all::${bed.space}.ss.reader.two`]);
    const entities = await observer.gateway.list("address", window());
    expect(entities.find(({ name }) => name.endsWith("/reader/one"))).toMatchObject({
      addressType: "subscription", broker: "main", brokerAddress: `${bed.space}.ts.news.all::${bed.space}.ss.reader.one`, maxConsumers: 20,
    });
  });

  it("wait for their topic in words, with no try counted, and are woken by it", async () => {
    const late = "late";
    await bed.createAddresses([late], "topic-small");
    await eventually(() => bed.row(late), isSettled);
    await bed.sql.query("UPDATE address SET phase = 'Failed', reason = 'Held back by a test.', next_attempt_at = now() + interval '1 hour' WHERE name = $1", [late]);
    await bed.createSubscriptions(late, ["late.a", "late.b"]);
    const waiting = await eventually(() => bed.rows(), (all) => all.filter(({ reason }) => reason?.startsWith("Waiting for the topic late,")).length === 2);
    expect(waiting.filter(({ name }) => name.startsWith("late.")).map(({ phase, attempts }) => [phase, attempts])).toEqual([["Configuring", 0], ["Configuring", 0]]);
    await bed.sql.query("UPDATE address SET phase = 'Pending', reason = NULL, next_attempt_at = now() WHERE name = $1", [late]);
    await eventually(() => bed.rows(), (all) => all.every(isSettled));
  });

  it("follow a change of their plan, with their messages kept", async () => {
    await bed.sql.query("UPDATE address SET plan_id = 'subscription-medium', generation = generation + 1, next_attempt_at = now() WHERE name = 'reader.two'");
    await eventually(() => bed.row("reader.two"), isSettled);
    const queue = (await observer.broker.listAddresses(window())).find(({ brokerAddress }) => brokerAddress.endsWith(".ss.reader.two"));
    expect(queue).toMatchObject({ type: "subscription", maxConsumers: 200 });
  });

  it("come back with a topic that somebody removed at the broker", async () => {
    await observer.broker.removeAddress(`${bed.space}.ts.news.all`, window());
    await provisioner.drift.compareAll();
    await eventually(() => bed.rows(), (all) => all.every(isSettled));
    expect((await observer.onBroker()).filter((name) => name.startsWith("ts.news.all"))).toHaveLength(3);
    const { repairs } = provisioner.drift;
    await provisioner.drift.compareAll();
    expect(provisioner.drift.repairs).toBe(repairs);
    expect((await bed.rows()).every(isSettled)).toBe(true);
  });

  it("come back alone when only they were removed", async () => {
    await observer.broker.removeAddress(`${bed.space}.ts.news.all::${bed.space}.ss.reader.one`, window());
    await provisioner.drift.compareAll();
    await eventually(() => bed.rows(), (all) => all.every(isSettled));
    expect(await observer.onBroker()).toContain(`ts.news.all::${bed.space}.ss.reader.one`);
  });

  it("go before their topic, which waits for the last of them", async () => {
    const topicId = (await bed.row("news/all"))!.id;
    await together(() => bed.deleteAddresses(["news/all", "reader/one", "reader.two"]));
    await eventually(() => bed.rows(), (all) => all.every(({ name }) => name.startsWith("late")));
    expect((await observer.onBroker()).filter((name) => name.startsWith("ts.news.all"))).toEqual([]);
    expect(await observer.atGateway()).toEqual(["late", "late.a", "late.b"]);
    await expect(bed.sql.query("UPDATE address SET topic_id = $1 WHERE name = 'late.a'", [topicId])).rejects.toThrow(/foreign key/);
    await bed.deleteAddresses(["late"]);
    const topic = await eventually(() => bed.row("late"), (row) => typeof row?.reason === "string");
    expect(topic).toMatchObject({ phase: "Terminating", reason: "Waiting for its subscriptions, which are deleted first.", attempts: 0 });
    await bed.deleteAddresses(["late.a", "late.b"]);
    await eventually(() => bed.rows(), (all) => all.length === 0);
    expect(await observer.onBroker()).toEqual([]);
  });

  it("all go with their space, hundreds of them", async () => {
    await together(async () => {
      await bed.createAddresses(["big"], "topic-large");
      await bed.createSubscriptions("big", Array.from({ length: 200 }, (_, index) => `big/${index}`));
    });
    const rows = await eventually(() => bed.rows(), (all) => all.every(isSettled));
    // Once in vain at most, and once when the topic is there.
    expect(rows.every(({ claim_epoch: epoch }) => Number(epoch) <= 2)).toBe(true);
    await bed.sql.query("UPDATE address_space SET phase = 'Terminating', generation = generation + 1, next_attempt_at = now()");
    await eventually(() => bed.rows("address"), (all) => all.length === 0, 60_000);
    expect(await observer.onBroker()).toEqual([]);
  });
});
