import { afterAll, beforeAll, expect, test } from "vitest";
import { loadPlatform } from "../platform/test-platform.ts";
import { receiverAt } from "./conformance/differential/exchange.ts";
import { RawClient } from "./conformance/support/raw-client.ts";
import { GatewayBed, type TestSpace } from "./test-support/bed.ts";
import { type SeenError, eventOf, refusal, TestClient } from "./test-support/client.ts";
import { CuttableProxy } from "./test-support/cuttable-proxy.ts";

let proxy: CuttableProxy;
let bed: GatewayBed;
let space: TestSpace;

beforeAll(async () => {
  const url = (await loadPlatform()).env.gateway.BROKER_URLS!;
  const port = Number(/:(\d+)$/.exec(url)![1]);
  proxy = await CuttableProxy.start(port);
  bed = await GatewayBed.make({ BROKER_URLS: url.replace(/:\d+$/, `:${proxy.port}`) });
  space = await bed.space("acme");
});
afterAll(async () => {
  await bed?.[Symbol.asyncDispose]();
  await proxy?.[Symbol.asyncDispose]();
});

test("a broker that goes away ends its links with words, leaves the connection's others alone, and is used again when it is back", async () => {
  await using client = await bed.client(space.login);
  const orders = await client.receiver("orders");
  await client.receiver("calls");
  const calls = await client.sender("calls");
  const ended = eventOf(orders, "receiver_error");
  proxy.isAway = true;
  proxy.cut();
  await ended;
  expect(orders.error).toMatchObject({ condition: "amqp:link:detach-forced", description: expect.stringContaining("attach again") });
  expect(await client.send(calls, { body: "meanwhile" })).toBe("accepted");
  expect((await refusal(client.receiver("orders"))).condition).toBe("amqp:link:detach-forced");
  expect(await client.send(calls, { body: "still" })).toBe("accepted");
  proxy.isAway = false;
  await client.take(2);
  await client.receiver("orders");
  expect(await client.send(await client.sender("orders"), { body: "back" })).toBe("accepted");
  expect((await client.take(1))[0]!.body).toBe("back");
});

test("a broker that takes connections and says nothing is told as away, and used when it speaks again", async () => {
  await using client = await bed.client(space.login);
  proxy.isSilent = true;
  expect((await refusal(client.receiver("orders"))).condition).toBe("amqp:link:detach-forced");
  proxy.isSilent = false;
  await client.receiver("orders");
});

test.each(["end", "close"] as const)("a client's %s is answered after the broker's, so that what it leaves is there for the next", async (name) => {
  const peer = { host: "127.0.0.1", port: bed.gateway.ports.amqp, ...space.login };
  await using leaving = await RawClient.session(peer);
  await leaving.attach("in", { handle: 0, ...receiverAt("orders") });
  proxy.holdUp();
  leaving.send(name);
  await using other = await RawClient.session(peer);
  await other.attach("in", { handle: 0, ...receiverAt("calls") });
  expect(leaving.frames.filter(({ type }) => type === name)).toEqual([]);
  proxy.letThrough();
  await leaving.expect(name);
});

test("whatever was accepted is delivered, however often the links are cut", async () => {
  const count = 2000;
  const accepted = new Set<number>();
  let next = 0;
  let cuts = 0;
  const cutter = setInterval(() => {
    cuts += 1;
    proxy.cut();
  }, 150);
  try {
    while (accepted.size < count) {
      await using client = await bed.client(space.login);
      const sender = await client.sender("orders").catch(() => null);
      if (sender === null) continue;
      const numbers = new Map<number, number>();
      const pump = (): void => {
        while (next - accepted.size < 100_000 && numbers.size < 200 && sender.sendable()) {
          const number = next++;
          numbers.set(sender.send({ body: number, durable: true }).id, number);
        }
      };
      sender.on("accepted", ({ delivery }) => {
        const number = numbers.get(delivery!.id);
        if (number !== undefined) accepted.add(number);
        numbers.delete(delivery!.id);
        if (accepted.size < count) pump();
      });
      sender.on("sendable", pump);
      pump();
      await Promise.race([eventOf(sender, "sender_error"), eventOf(client.connection, "disconnected")]).catch(() => {});
    }
  } finally {
    clearInterval(cutter);
  }
  expect(cuts).toBeGreaterThan(0);
  await using reader = await bed.client(space.login);
  const receiver = await reader.receiver({ source: { address: "orders" }, credit_window: 500 });
  const delivered = new Set<number>();
  while (accepted.size > 0 && delivered.size < next) {
    for (const { body } of await reader.take(1).catch(() => [])) delivered.add(body as number);
    if (reader.received.length === 0 && [...accepted].every((number) => delivered.has(number))) break;
  }
  expect([...accepted].filter((number) => !delivered.has(number))).toEqual([]);
  receiver.close();
});

test("a gateway that is stopped tells its clients and ends within ten seconds", async () => {
  const own = await GatewayBed.make();
  const mine = await own.space("stopped");
  await using client = await own.client(mine.login);
  await client.receiver("calls");
  const closed = eventOf(client.connection, "connection_error");
  const started = Date.now();
  const gone = own[Symbol.asyncDispose]();
  await closed;
  expect(client.connection.error as SeenError | undefined).toMatchObject({ condition: "amqp:connection:forced" });
  await gone;
  expect(Date.now() - started).toBeLessThan(10_000);
  await expect(TestClient.connect({ port: own.gateway.ports.amqp })).rejects.toBeDefined();
});
