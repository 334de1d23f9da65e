import { execFile } from "node:child_process";
import { open } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { ApplicationLogins } from "./conformance/support/application-logins.ts";
import { GatewayProcess } from "./conformance/support/gateway-process.ts";
import { loadPlatform } from "../platform/test-platform.ts";
import { GatewayBed } from "./test-support/bed.ts";
import { refusal, TestClient } from "./test-support/client.ts";

const run = promisify(execFile);

test("at its limit of open files a gateway serves who is there, and lets newcomers in again when there is room", { timeout: 60_000 }, async () => {
  await using bed = await GatewayBed.make();
  const space = await bed.space("acme");
  await using client = await bed.client(space.login);
  await client.receiver("calls");
  const sender = await client.sender("calls");
  const limit = (await bed.gateway.openFiles()) + 20;
  await run("prlimit", ["--pid", String(bed.gateway.pid), `--nofile=${limit}:`]);
  const crowd: Socket[] = Array.from({ length: 100 }, () => connect({ host: "127.0.0.1", port: bed.gateway.ports.amqp }).on("error", () => undefined));
  await expect.poll(() => bed.gateway.openFiles()).toBeGreaterThanOrEqual(limit - 1);
  expect(await client.send(sender, { body: "meanwhile" })).toBe("accepted");
  await expect(bed.client(space.login)).rejects.toBeDefined();
  for (const socket of crowd) socket.destroy();
  await expect.poll(() => bed.client(space.login).then(async (next) => next[Symbol.asyncDispose]().then(() => true), () => false), { timeout: 20_000 }).toBe(true);
  await client.receiver("orders");
  expect(bed.gateway.isRunning).toBe(true);
});

test("a log that cannot be written, as on a full disk, costs its lines and not the gateway", async () => {
  await using full = await open("/dev/full", "w");
  const platform = await loadPlatform();
  await using logins = new ApplicationLogins(platform);
  await using gateway = await GatewayProcess.start(platform, { LOG_LEVEL: "trace" }, undefined, full.fd);
  const name = "resources.log";
  await gateway.createSpace(name);
  await gateway.createAddress(name, "calls", "anycast");
  const login = await logins.create(`${name}.app`);
  await gateway.createCredential(login.user, name);
  await gateway.synchronize();
  for (let turn = 0; turn < 20; turn += 1) {
    await using client = await TestClient.connect({ port: gateway.ports.amqp, username: login.user, password: login.password });
    await client.receiver("calls");
    expect(await client.send(await client.sender("calls"), { body: turn })).toBe("accepted");
  }
  expect(gateway.isRunning).toBe(true);
});

test("a broker whose name cannot be resolved is told as away, and all that needs no broker goes on", async () => {
  const url = (await loadPlatform()).env.gateway.BROKER_URLS!;
  await using bed = await GatewayBed.make({ BROKER_URLS: url.replace(/@[^:]+:/, "@broker.invalid:") });
  const space = await bed.space("acme");
  await using client = await bed.client(space.login);
  await client.receiver("calls");
  expect((await refusal(client.receiver("orders"))).condition).toBe("amqp:link:detach-forced");
  expect(await client.send(await client.sender("calls"), { body: "still" })).toBe("accepted");
});
