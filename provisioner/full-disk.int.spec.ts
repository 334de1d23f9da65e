import { open } from "node:fs/promises";
import { expect, test } from "vitest";
import { eventually } from "./testing/eventually.ts";
import { startProvisionerLoggingTo } from "./testing/own-process.ts";
import { startRealGateway } from "./testing/real-gateway.ts";
import { createTestBed } from "./testing/test-bed.ts";

test("a log that cannot be written, as on a full disk, costs its lines and not the provisioner", async () => {
  await using full = await open("/dev/full", "w");
  await using bed = await createTestBed();
  await using gateway = await startRealGateway(bed.platform);
  await using provisioner = startProvisionerLoggingTo(full.fd, { ...bed.variables, GATEWAY_MANAGEMENT_URLS: gateway.url });
  const names = Array.from({ length: 20 }, (_, index) => `orders.${index}`);
  await bed.createAddresses(names);
  await eventually(() => bed.rows(), (rows) => rows.every(({ phase }) => phase === "Active"));
  await bed.deleteAddresses(names);
  await eventually(() => bed.rows(), (rows) => rows.length === 0);
  expect(provisioner.isRunning, provisioner.output).toBe(true);
  expect((await provisioner.terminate()).code).toBe(0);
});
