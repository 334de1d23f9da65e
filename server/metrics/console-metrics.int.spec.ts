import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { acme, failureOf, startTestConsole, type TestConsole } from "../testing/test-console.ts";
import { startMetricsServer } from "./metrics-server.ts";

let app: TestConsole;
let url: string;

beforeAll(async () => {
  app = await startTestConsole();
  const { metrics, changeFeed, database } = app.services;
  const server = await startMetricsServer({ host: "127.0.0.1", port: 0, text: () => metrics.text({ streams: changeFeed.readers, database: database.connections }) });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => app?.[Symbol.asyncDispose]());

const metrics = async (): Promise<string> => (await fetch(`${url}/metrics`)).text();

it("counts calls by procedure and outcome, and how long they took", async () => {
  const dev = await app.client("dev@acme.test");
  for (let call = 0; call < 3; call += 1) await dev.spaces.get.query(acme);
  await failureOf(dev.spaces.get.query({ ...acme, tenant: "globex" }));
  await failureOf(dev.addresses.create.mutate({ ...acme, type: "queue", name: "a b", planId: "queue-small" }));
  const text = await metrics();
  expect(text).toContain('\npostroom_console_calls_total{procedure="spaces.get",outcome="ok"} 3\n');
  expect(text).toContain('\npostroom_console_calls_total{procedure="spaces.get",outcome="not-found"} 1\n');
  expect(text).toContain('\npostroom_console_calls_total{procedure="addresses.create",outcome="invalid-input"} 1\n');
  expect(text).toContain('\npostroom_console_call_duration_seconds_count{type="query"} 4\n');
  expect(text).toContain('\npostroom_console_call_duration_seconds_bucket{type="mutation",le="+Inf"} 1\n');
  expect(text).toMatch(/\npostroom_console_database_connections\{state="idle"\} [1-9]/);
});

it("takes no words of a caller for a name", async () => {
  await app.request('no.such"} 1');
  expect(await metrics()).not.toContain("no.such");
});

it("answers nothing else", async () => {
  expect((await fetch(url)).status).toBe(404);
  expect((await fetch(`${url}/metrics`, { method: "POST" })).status).toBe(405);
});
