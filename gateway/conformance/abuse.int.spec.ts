import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientAttacks, ending, floodAttacks, strangerAttacks, type Attack } from "./abuse/attack.ts";
import { message, receiverAt, senderTo } from "./differential/exchange.ts";
import { ConformanceBed } from "./support/conformance-bed.ts";
import { RawClient, saslHeader } from "./support/raw-client.ts";
import { composite } from "./support/performatives.ts";

/** Against starving only; how long it takes is measured by `npm run bench -- gateway --only noisy`. */
const maxNeighbourMilliseconds = 20_000;
const maxGrowthBytes = 200 * 1024 * 1024;

let bed: ConformanceBed;
let bytesBefore: number;

beforeAll(async () => {
  bed = await ConformanceBed.make("abuse");
  await bed.createDirect("anycast", "anycast");
  await bed.createDirect("multicast", "multicast");
  await bed.createStored("queue", "queue");
  await neighbourRoundTrip();
  bytesBefore = await bed.gateway.residentBytes();
});
afterAll(() => bed?.[Symbol.asyncDispose]());

/** Another tenant logs in, attaches both ends, sends, receives and is told that it was accepted; in ms. */
async function neighbourRoundTrip(): Promise<number> {
  const started = performance.now();
  await using client = await RawClient.session(bed.neighbour);
  await client.attach("in", { handle: 0, ...receiverAt("quiet") });
  client.flow({ handle: 0, deliveryCount: 0, linkCredit: 1 });
  await client.attach("out", { handle: 1, ...senderTo("quiet") });
  await client.expect("flow", ({ fields }) => fields.handle === 1 && Number(fields.linkCredit) > 0);
  client.send("transfer", { handle: 1, deliveryId: 0, deliveryTag: Buffer.from("t"), messageFormat: 0 }, { payload: message("quiet") });
  const { fields } = await client.expect("transfer");
  client.send("disposition", { role: true, first: fields.deliveryId as number, settled: true, state: composite("accepted") });
  await client.expect("disposition");
  return performance.now() - started;
}

async function expectUnharmed(): Promise<void> {
  expect(bed.gateway.isRunning, bed.gateway.output).toBe(true);
  expect(await neighbourRoundTrip()).toBeLessThan(maxNeighbourMilliseconds);
}

async function attack({ run, expected, milliseconds }: Attack): Promise<void> {
  await using client = await run(bed.throughGateway);
  if (expected === "none") await client.settle();
  else expect(await ending(client, milliseconds)).toBe(expected);
}

describe("before the login", () => {
  it.each(strangerAttacks.map((one) => [one.name, one] as const))("%s ends the connection and harms nobody", async (_name, one) => {
    await attack(one);
    await expectUnharmed();
  });
});

describe("after the login", () => {
  it.each(clientAttacks.map((one) => [`${one.name}: ${one.expected}`, one] as const))("%s, and harms nobody", { timeout: 90_000 }, async (_name, one) => {
    await attack(one);
    await expectUnharmed();
  });

  it("an idle time-out of 1 ms does not bring a flood of heartbeats", async () => {
    await using client = await RawClient.login(bed.throughGateway);
    client.send("open", { containerId: "hurried", idleTimeOut: 1 });
    await client.expect("open");
    const from = { heartbeats: client.heartbeats, milliseconds: performance.now() };
    await expect.poll(() => client.heartbeats - from.heartbeats, { timeout: 5000 }).toBeGreaterThanOrEqual(3);
    expect((performance.now() - from.milliseconds) / (client.heartbeats - from.heartbeats)).toBeGreaterThan(100);
    await expectUnharmed();
  });

  it.each([0, 2 ** 31, 2 ** 32 - 1])("an idle time-out of %i ms brings no heartbeats", async (idleTimeOut) => {
    await using client = await RawClient.login(bed.throughGateway);
    client.send("open", { containerId: "patient", idleTimeOut });
    await client.expect("open");
    await expectUnharmed();
    await client.settle().catch(() => undefined);
    expect(client.heartbeats).toBe(0);
  });

  it("credit of 2^32 - 1 counts as much, and not as none", async () => {
    await using client = await RawClient.session(bed.neighbour);
    await client.attach("in", { handle: 0, ...receiverAt("quiet") });
    client.flow({ handle: 0, deliveryCount: 0, linkCredit: 2 ** 32 - 1 });
    await client.attach("out", { handle: 1, ...senderTo("quiet") });
    await client.expect("flow", ({ fields }) => fields.handle === 1 && Number(fields.linkCredit) > 0);
    client.send("transfer", { handle: 1, deliveryId: 0, deliveryTag: Buffer.from("t"), messageFormat: 0, settled: true }, { payload: message("much") });
    await client.expect("transfer");
  });

  it.each(floodAttacks.map((one) => [`${one.name}: ${one.expected}`, one] as const))("%s, and a neighbour is served meanwhile", { timeout: 90_000 }, async (_name, one) => {
    await using client = await one.run(bed.throughGateway);
    const during = neighbourRoundTrip();
    if (one.expected === "none") await client.settle();
    else expect(await ending(client, one.milliseconds)).toBe(one.expected);
    expect(await during).toBeLessThan(maxNeighbourMilliseconds);
    await expectUnharmed();
  });

  // Artemis 2.56 loops for ever, and takes no new connection, when AMQP bytes and then more bytes come before the login is over.
  it("clients that leave in the middle of an attach do not stop the broker", { timeout: 60_000 }, async () => {
    for (let turn = 0; turn < 40; turn++) {
      const client = await RawClient.session(bed.throughGateway);
      client.send("attach", { name: "leaving", handle: 0, ...receiverAt("queue") });
      if (turn % 2 === 0) client.send("close");
      await client.settle().catch(() => undefined);
      await client[Symbol.asyncDispose]();
    }
    await using stranger = await RawClient.dial(bed.straight);
    stranger.write(saslHeader);
    expect(await stranger.header()).toBe(saslHeader.toString("hex"));
    await expectUnharmed();
  });

  it("a consumer that grants credit and never reads is bounded in memory", { timeout: 60_000 }, async () => {
    await using stalled = await RawClient.session(bed.throughGateway);
    await stalled.attach("in", { handle: 0, ...receiverAt("multicast") });
    stalled.flow({ handle: 0, deliveryCount: 0, linkCredit: 2 ** 31 - 1, incomingWindow: 2 ** 31 - 1 });
    await stalled.settle();
    stalled.socket.pause();
    const before = await bed.gateway.residentBytes();
    await using producer = await RawClient.session(bed.throughGateway);
    await producer.attach("out", { handle: 0, ...senderTo("multicast"), sndSettleMode: 1 });
    const payload = message(Buffer.alloc(30_000));
    let id = 0;
    for (let round = 0; round < 20; round++) {
      const { fields } = await producer.expect("flow", (flow) => flow.fields.handle !== undefined && Number(flow.fields.linkCredit) > 0).catch(() => ({ fields: { linkCredit: 0, deliveryCount: 0 } }));
      const until = Number(fields.deliveryCount) + Math.min(Number(fields.linkCredit), 200);
      if (until <= id) break;
      for (; id < until; id++) producer.send("transfer", { handle: 0, deliveryId: id, deliveryTag: Buffer.from(String(id)), messageFormat: 0, settled: true }, { payload });
      producer.flow({ echo: true, handle: 0, deliveryCount: id, linkCredit: 0, nextOutgoingId: id });
    }
    expect((await bed.gateway.residentBytes()) - before).toBeLessThan(64 * 1024 * 1024);
    await expectUnharmed();
  });
});

it("all of it together has not made the gateway grow without bound", async () => {
  expect((await bed.gateway.residentBytes()) - bytesBefore).toBeLessThan(maxGrowthBytes);
});
