import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { ClientConnection } from "./entrance/client-connection.ts";
import type { Entrance } from "./entrance/entrance.ts";
import { localEntrance } from "./test-support/local-entrance.ts";
import { MemoryStream } from "./test-support/memory-stream.ts";
import { Mutator } from "./test-support/mutator.ts";

/** Inputs in all; set FUZZ_INPUTS=1000000 for the long run, FUZZ_SEED to repeat one. */
const inputs = Number(process.env.FUZZ_INPUTS ?? 100_000);
const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
const maxInputMs = 1000;
const beforeLoginBytes = 64 * 1024;
const afterLoginBytes = 4 * 1024 * 1024;
const maxGrowthBytes = 50 * 1024 * 1024;

const folder = join(import.meta.dirname, "amqp", "captures");
/** What real clients (Qpid Proton, rhea) sent to a gateway: logins, links, messages of one and many frames, all outcomes. */
const captures = readdirSync(folder).map((file) => readFileSync(join(folder, file)));
const amqpHeader = Buffer.from("AMQP\0\u0001\0\0", "latin1");

/** Where the login ends and AMQP begins. */
function loginEnd(capture: Buffer): number {
  return capture.indexOf(amqpHeader);
}

async function feed(entrance: Entrance, parts: readonly Buffer[]): Promise<ClientConnection> {
  const stream = new MemoryStream(false);
  const connection = new ClientConnection(stream, entrance);
  for (const part of parts) {
    stream.feed(part);
    // The login is checked, and answers go out, between two reads, as with a real client.
    await nextTurn();
  }
  const limit = connection.identity === null ? beforeLoginBytes : afterLoginBytes;
  expect(connection.amqp.bufferedBytes).toBeLessThanOrEqual(limit + 64 * 1024);
  stream.drop();
  return connection;
}

async function run(count: number, makeInput: (mutator: Mutator) => readonly Buffer[]): Promise<void> {
  const mutator = new Mutator(seed, captures);
  const faults: unknown[] = [];
  const entrance = localEntrance((fault) => faults.push(fault));
  let slowestMs = 0;
  let baseline = 0;
  for (let index = 0; index < count; index += 1) {
    if (index === Math.floor(count / 10)) baseline = process.memoryUsage().heapUsed;
    const input = makeInput(mutator);
    const started = performance.now();
    await feed(entrance, input);
    slowestMs = Math.max(slowestMs, performance.now() - started);
    if (faults.length > 0) throw new Error(`Seed ${seed}, input ${index}: ${String(faults[0])}\n${Buffer.concat(input).toString("hex").slice(0, 4000)}`);
  }
  expect(slowestMs, `seed ${seed}`).toBeLessThan(maxInputMs);
  expect(entrance.connections.size).toBe(0);
  expect([...entrance.directory.addresses.values()].reduce((sum, { links }) => sum + links.size, 0)).toBe(0);
  expect(entrance.directory.spaces.get("acme.main")!.addresses.size).toBe(2);
  expect(entrance.directory.spaces.get("acme.main")!.members.size).toBe(0);
  expect(process.memoryUsage().heapUsed - baseline, `seed ${seed}`).toBeLessThan(maxGrowthBytes);
}

describe("mutated captures end no process, hang nobody, and leave nothing behind", () => {
  test("before the login", { timeout: 600_000 }, async () => {
    await run(inputs / 2, (mutator) => {
      const capture = mutator.pick(captures);
      const login = capture.subarray(0, loginEnd(capture));
      return [mutator.mutate(login), capture.subarray(login.length, login.length + 200)];
    });
  });

  test("after the login", { timeout: 600_000 }, async () => {
    await run(inputs / 2, (mutator) => {
      const capture = mutator.pick(captures);
      const end = loginEnd(capture);
      return [capture.subarray(0, end), mutator.mutate(capture.subarray(end))];
    });
  });

  test("the captures themselves pass unchanged", async () => {
    for (const capture of captures) {
      const entrance = localEntrance();
      const end = loginEnd(capture);
      const connection = await feed(entrance, [capture.subarray(0, end), capture.subarray(end)]);
      expect(connection.identity).not.toBeNull();
      expect(connection.containerId).not.toBe("");
    }
  });
});
