import { expect, test } from "vitest";
import { ArtemisDriver } from "../drivers/artemis/artemis-driver.ts";
import { FakeBroker } from "../drivers/fake/fake-broker.ts";
import { limits } from "../limits.ts";
import { startProvisioner } from "../provisioner.ts";
import { testLog } from "../testing/env.ts";
import { eventually } from "../testing/eventually.ts";
import { startRealGateway } from "../testing/real-gateway.ts";
import { createTestBed } from "../testing/test-bed.ts";

const mebibyte = 2 ** 20;

test("brokers take what their capacity has room for by the plans' stored bytes; what fits nowhere says so, and is made when there is room", async () => {
  await using bed = await createTestBed();
  await using gateway = await startRealGateway(bed.platform);
  for (const [plan, bytes] of [["queue-small", 64 * mebibyte], ["queue-medium", 4 * mebibyte]] as const) {
    // Classes of the test's own, since other tests hold other limits under the shipped ones at the same broker.
    await bed.sql.query("UPDATE address_plan SET stored_bytes = $2, class_id = 'cap' || substr(md5(random()::text), 1, 8) WHERE id = $1", [plan, bytes]);
  }
  const env = bed.env({
    BROKER_URLS: `${bed.variables.BROKER_URLS},second=amqp://nobody@127.0.0.1:9`,
    BROKER_CAPACITIES: "main=200MiB,second=600MiB",
    GATEWAY_MANAGEMENT_URLS: gateway.url,
  });
  const provisioner = await startProvisioner({
    env,
    log: testLog,
    limits: { ...limits, reconcile: { ...limits.reconcile, placementCountsMs: 0 } },
    drivers: { brokers: (events) => [new ArtemisDriver(env.BROKER_URLS[0]!, limits, events("main")), new FakeBroker("second", events("second"))] },
  });
  try {
    await eventually(() => provisioner.health(), (parts) => Object.values(parts).every(({ ok }) => ok));
    await bed.createAddresses(Array.from({ length: 12 }, (_, index) => `large.${index}`));
    const placed = await eventually(() => bed.rows(), (rows) => rows.every(({ phase }) => phase === "Active"));
    expect(["main", "second"].map((name) => placed.filter(({ broker }) => broker === name).length)).toEqual([3, 9]);

    await bed.createAddresses(["one.more"]);
    await bed.createAddresses(["little"], "queue-medium");
    await eventually(() => bed.row("little"), (row) => row?.phase === "Active");
    const waiting = await eventually(() => bed.row("one.more"), (row) => Boolean(row?.reason));
    expect(waiting).toMatchObject({ broker: null, phase: "Configuring", reason: expect.stringMatching(/^Waiting for a broker with room for the 64 MiB that its plan reserves, which none of those that answer has; tried /) });

    await bed.deleteAddresses(["large.0"]);
    const made = await eventually(() => bed.row("one.more"), (row) => row?.phase === "Active");
    expect(made?.broker).toBe(placed.find(({ name }) => name === "large.0")?.broker);
    await bed.deleteAddresses((await bed.rows()).map(({ name }) => name));
    await eventually(() => bed.rows(), (rows) => rows.length === 0);
  } finally {
    await provisioner.stop();
  }
});
