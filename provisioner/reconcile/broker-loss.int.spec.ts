import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ArtemisDriver } from "../drivers/artemis/artemis-driver.ts";
import { FakeBroker } from "../drivers/fake/fake-broker.ts";
import { limits } from "../limits.ts";
import { startProvisioner, type Provisioner } from "../provisioner.ts";
import { testLog } from "../testing/env.ts";
import { eventually } from "../testing/eventually.ts";
import { startOwnArtemis, type OwnArtemis } from "../testing/own-artemis.ts";
import { startRealGateway, type RealGateway } from "../testing/real-gateway.ts";
import { createTestBed, type TestBed, type TestRow } from "../testing/test-bed.ts";
import { openWorkWindow } from "../work-window.ts";

const isSettled = (row: TestRow) => row.phase === "Active" && row.observed_generation === row.generation;

describe("a broker that is lost, in a pool of two", () => {
  let bed: TestBed;
  let gateway: RealGateway;
  let artemis: OwnArtemis;
  let observer: ArtemisDriver;
  let second: FakeBroker;
  let provisioner: Provisioner;

  beforeAll(async () => {
    bed = await createTestBed();
    [artemis, gateway] = await Promise.all([startOwnArtemis(), startRealGateway(bed.platform)]);
    observer = new ArtemisDriver(artemis.endpoint, limits);
    observer.start();
    provisioner = await startProvisioner({
      env: bed.env({ BROKER_URLS: artemis.url, GATEWAY_MANAGEMENT_URLS: gateway.url }),
      log: testLog,
      limits: { ...limits, reconcile: { ...limits.reconcile, placementCountsMs: 0 } },
      drivers: { brokers: (events) => [new ArtemisDriver(artemis.endpoint, limits, events("main")), (second = new FakeBroker("second", events("second")))] },
    });
    await eventually(() => provisioner.health(), (parts) => Object.values(parts).every(({ ok }) => ok));
  });

  afterAll(async () => {
    await provisioner.stop();
    await observer.close();
    await gateway[Symbol.asyncDispose]();
    await artemis[Symbol.asyncDispose]();
    await bed[Symbol.asyncDispose]();
  });

  async function expectEqualSets(): Promise<void> {
    const rows = await bed.rows();
    const window = openWorkWindow(20_000);
    await eventually(() => observer.connected, (connected) => connected);
    for (const [name, driver] of [["main", observer], ["second", second]] as const) {
      const wanted = rows.filter(({ broker }) => broker === name).map((row) => `${bed.space}.qs.${row.name}`);
      expect((await driver.listAddresses(window)).map(({ brokerAddress }) => brokerAddress).sort()).toEqual(wanted.sort());
    }
  }

  it("shares addresses evenly while both are there", async () => {
    await bed.createAddresses(Array.from({ length: 100 }, (_, index) => `even.${index}`));
    const rows = await eventually(() => bed.rows(), (all) => all.every(isSettled));
    const onMain = rows.filter(({ broker }) => broker === "main").length;
    expect(onMain).toBeGreaterThanOrEqual(35);
    expect(onMain).toBeLessThanOrEqual(65);
    await expectEqualSets();
  });

  it("kill -9 of one: its addresses say so, others are made on the one that is left, and all converges when it is back", async () => {
    const doomed = (await bed.rows()).filter(({ broker }) => broker === "main").slice(0, 10).map(({ name }) => name);
    await artemis.kill();
    await eventually(() => provisioner.health(), (parts) => parts["broker:main"]?.ok === false);
    await bed.deleteAddresses(doomed);
    await bed.createAddresses(Array.from({ length: 30 }, (_, index) => `while-away.${index}`));
    const made = await eventually(() => bed.rows(), (rows) => rows.filter((row) => row.name.startsWith("while-away.") && isSettled(row)).length === 30);
    expect(new Set(made.filter(({ name }) => name.startsWith("while-away.")).map(({ broker }) => broker))).toEqual(new Set(["second"]));
    const waiting = await eventually(() => bed.row(doomed[0]!), (row) => Boolean(row?.reason));
    expect(waiting).toMatchObject({ phase: "Terminating", reason: expect.stringMatching(/^Waiting for the broker main, which /) });
    await artemis.start();
    await eventually(() => bed.rows(), (rows) => rows.length === 120 && rows.every(isSettled), 40_000);
    await expectEqualSets();
  });

  it("started empty: everything it had is made again, says so meanwhile, and nothing else is touched", async () => {
    const before = await bed.rows();
    const lost = before.filter(({ broker }) => broker === "main").length;
    const repairs = provisioner.drift.repairs;
    await artemis.kill();
    await artemis.start({ wiped: true });
    await eventually(() => provisioner.drift.repairs, (count) => count >= repairs + lost, 40_000);
    await eventually(() => bed.rows(), (rows) => rows.every(isSettled), 40_000);
    await expectEqualSets();
    const after = await bed.rows();
    expect(after.map(({ name, broker }) => `${name} ${broker}`)).toEqual(before.map(({ name, broker }) => `${name} ${broker}`));
    const touched = after.filter((row, index) => row.claim_epoch !== before[index]?.claim_epoch);
    expect(new Set(touched.map(({ broker }) => broker))).toEqual(new Set(["main"]));
    expect(touched.length).toBe(lost);
  });
});
