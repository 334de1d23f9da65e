import { readFile } from "node:fs/promises";
import { resolveProfile } from "#platform/profile.ts";
import { makeAddress } from "../support/console.ts";
import { expect, test } from "../support/test.ts";

const monitoring = new URL("../../docs/monitoring/", import.meta.url);
const namesIn = (text: string): Set<string> => new Set(text.match(/\b(?:postroom|process)_\w+/g)?.map((name) => name.replace(/_bucket$/, "")));

test("every metric of the alert rules and of the dashboard is told by a running process, with a value", async ({ request, openAs }) => {
  await using address = await makeAddress("queue");
  await openAs("dev@acme.test", "/");
  const { ports } = resolveProfile("test", process.env);
  const told = new Set<string>();
  for (const [part, port] of Object.entries({ console: ports.consoleMetrics, provisioner: ports.provisionerHealth, gateway: ports.gatewayHealth })) {
    const answer = await request.get(`http://127.0.0.1:${port}/metrics`);
    expect(answer.ok(), part).toBe(true);
    const samples = [...(await answer.text()).matchAll(/^(\w+)(?:\{[^\n]*\})? [-+.\deINaf]+$/gm)].map(([, name]) => name!);
    expect(samples.length, part).toBeGreaterThan(5);
    for (const name of samples) told.add(name.replace(/_bucket$/, ""));
  }
  const [alerts, dashboard, page] = await Promise.all(["alerts.yml", "dashboard.json", "README.md"].map((file) => readFile(new URL(file, monitoring), "utf8")));
  expect([...namesIn(alerts!), ...namesIn(dashboard!)].filter((name) => !told.has(name))).toEqual([]);

  const ofAddresses = `http://127.0.0.1:${ports.provisionerHealth}/metrics/addresses?tenant=acme`;
  // A number is told once it has been sampled.
  await expect.poll(async () => (await request.get(ofAddresses)).text(), { timeout: 60_000 }).toContain(`address="${address.name}"`);
  const types = [...(await (await request.get(ofAddresses)).text()).matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name!);
  for (const name of types) expect(page, name).toContain(name.replace(/^postroom_address(_messages)?/, "").replace(/_total$/, ""));
});
