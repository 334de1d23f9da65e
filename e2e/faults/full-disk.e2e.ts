import { open } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { personToken } from "#platform/person-token.ts";
import { postroomProcesses } from "#platform/postroom-processes.ts";
import { resolveProfile } from "#platform/profile.ts";
import { loadPlatform } from "#platform/test-platform.ts";
import { freePorts, TestProcess } from "../support/processes.ts";

const requests = 20;

test("a log that cannot be written, as on a full disk, costs its lines and not the console", async () => {
  await using full = await open("/dev/full", "w");
  const platform = await loadPlatform();
  const [port] = (await freePorts(1)) as [number];
  const origin = `http://127.0.0.1:${port}`;
  // Without a database there are lines to be logged for each request.
  const env = { ...platform.env.console, PORT: String(port), METRICS_PORT: "", DATABASE_URL: "postgresql://nobody@127.0.0.1:9/nothing", LOG_LEVEL: "trace" };
  const profile = { ...resolveProfile("test", {}), ports: { ...platform.ports, console: port } };
  const command = postroomProcesses(profile, { ...platform, env: { ...platform.env, console: env } }, { isDevelopment: false, distDirectory: ".next-test" }).find(({ name }) => name === "console")!;
  const isReady = async (signal: AbortSignal) => (await fetch(`${origin}/api/health/live`, { signal })).ok;
  await using console = new TestProcess({ ...command, isReady, readySeconds: 45 }, full.fd);
  await console.start();
  const headers = { authorization: `Bearer ${await personToken(platform, "dev@acme.test")}` };
  for (let request = 0; request < requests; request += 1) expect((await fetch(`${origin}/api/trpc/session.get`, { headers })).status).toBe(503);
  expect((await fetch(`${origin}/api/health`)).status).toBe(503);
  expect(console.isRunning, console.output).toBe(true);
});
