import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GatewayBed, type TestSpace } from "./test-support/bed.ts";

const run = promisify(execFile);
// Debian's Python, which has Debian's Proton; another one may come first on the path.
const python = "/usr/bin/python3";
const scriptOf = (name: string) => join(import.meta.dirname, "test-support", `proton_${name}.py`);
const timeoutMs = 20_000;
let bed: GatewayBed;
let space: TestSpace;

beforeAll(async () => {
  await run(python, ["-c", "import proton"]).catch(() => {
    throw new Error("Qpid Proton for Python is missing; install Debian's python3-qpid-proton.");
  });
  bed = await GatewayBed.make();
  space = await bed.space("acme");
});
afterAll(async () => bed?.[Symbol.asyncDispose]());

async function transact(url: string, ending: "commit" | "abort"): Promise<unknown> {
  const { stdout } = await run(python, [scriptOf("transactions"), url, "orders", space.login.user, space.login.password, ending], { timeout: timeoutMs });
  return JSON.parse(stdout);
}

test("a transaction of Qpid Proton is committed through the gateway, and only then are its messages there", async () => {
  expect(await transact(`amqp://127.0.0.1:${bed.gateway.ports.amqp}`, "commit")).toEqual({ committed: 1, aborted: 0, error: null });
  await using client = await bed.client(space.login);
  await client.receiver("orders");
  expect((await client.take(3)).map(({ body }) => body)).toEqual(["commit 0", "commit 1", "commit 2"]);
});

test("a transaction that is aborted leaves nothing behind", async () => {
  expect(await transact(`amqp://127.0.0.1:${bed.gateway.ports.amqp}`, "abort")).toEqual({ committed: 0, aborted: 1, error: null });
  await using client = await bed.client(space.login);
  await client.receiver("orders");
  expect(await client.send(await client.sender("orders"), { body: "next" })).toBe("accepted");
  expect((await client.take(1)).map(({ body }) => body)).toEqual(["next"]);
});

test("two subscriptions each get every message that Qpid Proton sent while nobody received, and competing consumers of one share them", async () => {
  const topic = `${space.name}.t.bulletins`;
  await bed.broker.call("createAddress", [topic, "MULTICAST"]);
  for (const name of ["first", "second"]) {
    await bed.gateway.createAddress(space.name, name, "subscription", await bed.broker.createSubscription(topic, `acme.s.${name}`));
  }
  await bed.gateway.createAddress(space.name, "bulletins", "topic", topic);
  const count = 40;
  const { stdout } = await run(
    python,
    [scriptOf("subscriptions"), `amqp://127.0.0.1:${bed.gateway.ports.amqp}`, space.login.user, space.login.password, String(count), "bulletins", "first", "bulletins::first", "second"],
    { timeout: timeoutMs },
  );
  const { received, error } = JSON.parse(stdout) as { received: [number[], number[], number[]]; error: string | null };
  expect(error).toBeNull();
  const [one, other, second] = received;
  const all = Array.from({ length: count }, (_, index) => index);
  expect([...one, ...other].sort((a, b) => a - b)).toEqual(all);
  expect(one.length).toBeGreaterThan(0);
  expect(other.length).toBeGreaterThan(0);
  expect(second).toEqual(all);
  await bed.broker.deleteAddress(topic);
});
