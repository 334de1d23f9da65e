import { afterAll, beforeAll, expect, test } from "vitest";
import { OwnBroker } from "./conformance/support/own-broker.ts";
import { TestBroker } from "./conformance/support/test-broker.ts";
import { loadPlatform } from "../platform/test-platform.ts";
import { GatewayBed, type TestSpace } from "./test-support/bed.ts";
import { eventOf, refusal } from "./test-support/client.ts";

let second: OwnBroker;
let secondManagement: TestBroker;
let bed: GatewayBed;
let space: TestSpace;
let queues: { main: string; second: string };

beforeAll(async () => {
  second = await OwnBroker.start();
  secondManagement = await TestBroker.connect(second.managementUrl, "placement");
  bed = await GatewayBed.make({ BROKER_URLS: `${(await loadPlatform()).env.gateway.BROKER_URLS!},${second.brokerUrls.replace("main=", "second=")}` });
  space = await bed.space("placed");
  queues = { main: await bed.broker.createQueue("placed.q.here"), second: await secondManagement.createQueue("there") };
  await bed.gateway.createAddress(space.name, "here", "queue", queues.main);
  await bed.gateway.createAddress(space.name, "there", "queue", queues.second, { broker: "second" });
  await bed.gateway.createAddress(space.name, "nowhere", "queue", "placement.nowhere", { broker: "third" });
});
afterAll(async () => {
  await bed?.[Symbol.asyncDispose]();
  await secondManagement?.disconnect();
  await second?.[Symbol.asyncDispose]();
});

test("one connection reaches each address on the broker on which it is placed, also message by message", async () => {
  await using client = await bed.client(space.login);
  for (const address of ["here", "there"]) expect(await client.send(await client.sender(address), { body: address })).toBe("accepted");
  const anonymous = await client.sender({ target: {} } as never);
  for (const to of ["here", "there"]) expect(await client.send(anonymous, { to, body: to })).toBe("accepted");
  expect([await bed.broker.messageCount(queues.main), await secondManagement.messageCount(queues.second)]).toEqual([2, 2]);
  for (const address of ["here", "there"]) {
    await client.receiver(address);
    expect((await client.take(2)).map(({ body }) => body)).toEqual([address, address]);
  }
});

test("an address on a broker that the gateway does not know is refused with words for its operator", async () => {
  await using client = await bed.client(space.login);
  expect(await refusal(client.sender("nowhere"))).toMatchObject({ condition: "amqp:internal-error", description: expect.stringContaining("BROKER_URLS") });
});

test("a broker that is lost ends its own links only, and those come back with it", async () => {
  await using client = await bed.client(space.login);
  const there = await client.receiver("there");
  await client.receiver("here");
  const ended = eventOf(there, "receiver_error");
  await second.killAndRestart();
  await ended;
  expect(there.error).toMatchObject({ condition: "amqp:link:detach-forced" });
  expect(await client.send(await client.sender("here"), { body: "meanwhile" })).toBe("accepted");
  expect((await client.take(1))[0]!.body).toBe("meanwhile");
  await client.receiver("there");
  expect(await client.send(await client.sender("there"), { body: "back" })).toBe("accepted");
  expect((await client.take(1))[0]!.body).toBe("back");
});
