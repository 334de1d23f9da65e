import rhea, { type Message } from "rhea";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { receiverAt, senderTo } from "./conformance/differential/exchange.ts";
import { composite } from "./conformance/support/performatives.ts";
import { RawClient } from "./conformance/support/raw-client.ts";
import { GatewayBed, type TestSpace } from "./test-support/bed.ts";
import { creditOf, eventOf, refusal, type TestClient } from "./test-support/client.ts";

let bed: GatewayBed;
let space: TestSpace;

beforeAll(async () => {
  bed = await GatewayBed.make();
  space = await bed.space("acme");
});
afterAll(async () => bed?.[Symbol.asyncDispose]());

const connect = (): Promise<TestClient> => bed.client(space.login);
const bodies = (messages: Message[]): unknown[] => messages.map(({ body }) => body);

describe.each(["orders", "news", "calls", "ticks"])("at %s", (address) => {
  test("a message arrives as it was sent, is accepted, and the client's own name is echoed", async () => {
    await using client = await connect();
    const receiver = await client.receiver(address);
    const sender = await client.sender(address);
    expect(receiver.source.address).toBe(address);
    expect(sender.target.address).toBe(address);
    const message = { subject: "greeting", body: `hello ${address}`, application_properties: { colour: "red", count: 7 }, correlation_id: "c-1" };
    expect(await client.send(sender, message)).toBe("accepted");
    expect((await client.take(1))[0]).toMatchObject(message);
  });

  test("a message of many frames arrives whole", async () => {
    await using client = await connect();
    await client.receiver(address);
    const sender = await client.sender(address);
    const body = "0123456789abcdef".repeat(40_000);
    expect(await client.send(sender, { body })).toBe("accepted");
    expect((await client.take(1))[0]!.body).toBe(body);
  });

  test("a receiver that asks to settle second is answered that it settles first", async () => {
    await using client = await connect();
    const receiver = await client.receiver({ source: { address }, rcv_settle_mode: 1 });
    expect(receiver.rcv_settle_mode ?? 0).toBe(0);
  });

  test("messages keep their order", async () => {
    await using client = await connect();
    await client.receiver({ source: { address }, credit_window: 100 });
    const sender = await client.sender(address);
    const count = 500;
    let next = 0;
    const pump = (): void => {
      while (next < count && sender.sendable()) sender.send({ body: next++ });
    };
    sender.on("sendable", pump);
    pump();
    expect(bodies(await client.take(count))).toEqual(Array.from({ length: count }, (_, index) => index));
  });
});

describe("anycast", () => {
  test("a producer has no credit while there is no consumer, and gets it with the first", async () => {
    await using client = await connect();
    await using other = await connect();
    const sender = await client.sender("calls");
    await client.receiver("news");
    expect(creditOf(sender)).toBe(0);
    const gotCredit = eventOf(sender, "sendable");
    await other.receiver({ source: { address: "calls" }, credit_window: 5 });
    await gotCredit;
    expect(creditOf(sender)).toBeGreaterThan(0);
    expect(creditOf(sender)).toBeLessThanOrEqual(5);
  });

  test.each([
    ["rejected", (delivery: rhea.Delivery) => delivery.reject({ condition: "test:no", description: "not this one" })],
    ["released", (delivery: rhea.Delivery) => delivery.release()],
    ["modified", (delivery: rhea.Delivery) => delivery.modified({ delivery_failed: true, undeliverable_here: true })],
  ] as const)("the producer sees that the consumer has %s its message", async (outcome, settle) => {
    await using client = await connect();
    const receiver = await client.receiver({ source: { address: "calls" }, autoaccept: false });
    receiver.once("message", ({ delivery }) => settle(delivery!));
    expect(await client.send(await client.sender("calls"), { body: 1 })).toBe(outcome);
  });

  test("what a consumer had not settled when it died goes back to the producer as released", async () => {
    await using client = await connect();
    const consumer = await connect();
    await consumer.receiver({ source: { address: "calls" }, autoaccept: false });
    const outcome = client.send(await client.sender("calls"), { body: "lost" });
    await consumer.take(1);
    (consumer.connection as unknown as { socket: { destroy(): void } }).socket.destroy();
    expect(await outcome).toBe("released");
  });

  test("messages go to the consumer with the fewest unsettled ones", async () => {
    await using client = await connect();
    await using busy = await connect();
    await using idle = await connect();
    await busy.receiver({ source: { address: "calls" }, autoaccept: false, credit_window: 100 });
    const sender = await client.sender("calls");
    for (let index = 0; index < 3; index += 1) void client.send(sender, { body: index }).catch(() => {});
    await busy.take(3);
    await idle.receiver({ source: { address: "calls" }, credit_window: 100 });
    for (let index = 0; index < 20; index += 1) expect(await client.send(sender, { body: index })).toBe("accepted");
    expect(idle.received).toHaveLength(20);
    expect(busy.received).toHaveLength(0);
  });

  test("a request is answered at a dynamic reply address, which nobody can receive from but its maker", async () => {
    await using asking = await connect();
    await using answering = await connect();
    await using stranger = await connect();
    await answering.receiver("calls");
    answering.connection.on("message", (context: rhea.EventContext) => {
      const { reply_to, body, correlation_id } = context.message!;
      const reply = context.connection.open_sender(reply_to!);
      reply.once("sendable", () => reply.send({ body: `re: ${String(body)}`, correlation_id }));
    });
    const replies = await asking.receiver({ source: { address: "", dynamic: true } });
    const replyTo = replies.source.address as string;
    await asking.send(await asking.sender("calls"), { body: "ping", reply_to: replyTo, correlation_id: 1 });
    expect((await asking.take(1))[0]).toMatchObject({ body: "re: ping", correlation_id: 1 });
    expect((await refusal(stranger.receiver(replyTo))).condition).toMatch(/not-found/);
  });
});

describe("multicast", () => {
  test("every consumer gets every message", async () => {
    await using client = await connect();
    const consumers = await Promise.all([connect(), connect(), connect()]);
    await Promise.all(consumers.map((consumer) => consumer.receiver({ source: { address: "ticks" }, credit_window: 50 })));
    const sender = await client.sender("ticks");
    for (let index = 0; index < 20; index += 1) expect(await client.send(sender, { body: index })).toBe("accepted");
    for (const consumer of consumers) {
      expect(bodies(await consumer.take(20))).toEqual(Array.from({ length: 20 }, (_, index) => index));
      await consumer[Symbol.asyncDispose]();
    }
  });

  test("a consumer that takes nothing holds nobody up, and what it loses is counted", async () => {
    await using client = await connect();
    await using slow = await connect();
    await using fast = await connect();
    await slow.receiver({ source: { address: "ticks" }, credit_window: 0 });
    await fast.receiver({ source: { address: "ticks" }, credit_window: 1000 });
    const sender = await client.sender({ target: { address: "ticks" }, snd_settle_mode: 1 });
    const count = 15_000;
    let next = 0;
    const pump = (): void => {
      while (next < count && sender.sendable()) sender.send({ body: next++ });
    };
    sender.on("sendable", pump);
    pump();
    expect(bodies(await fast.take(count))).toEqual(Array.from({ length: count }, (_, index) => index));
    const { body } = await bed.gateway.request("READ", "postroom.address", `${space.name}/ticks`);
    expect(Number((body as Record<string, unknown>).outgoingDropped)).toBeGreaterThan(0);
    expect(slow.received).toHaveLength(0);
  });

  test("an outcome other than accepted is told as it is, and a rejection wins", async () => {
    await using client = await connect();
    await using one = await connect();
    await using other = await connect();
    const receiver = await one.receiver({ source: { address: "ticks" }, autoaccept: false });
    receiver.on("message", ({ delivery }: rhea.EventContext) => delivery!.modified({ delivery_failed: true }));
    const sender = await client.sender("ticks");
    expect(await client.send(sender, { body: 1 })).toBe("modified");
    const second = await other.receiver({ source: { address: "ticks" }, autoaccept: false });
    second.on("message", ({ delivery }: rhea.EventContext) => delivery!.reject());
    expect(await client.send(sender, { body: 2 })).toBe("rejected");
  });
});

describe("queue", () => {
  test("messages wait for a consumer, a selector chooses among them, and browsing leaves them there", async () => {
    await using client = await connect();
    const sender = await client.sender("orders");
    for (const colour of ["red", "blue", "red"]) await client.send(sender, { body: colour, application_properties: { colour } });
    const browser = await client.receiver({ source: { address: "orders", distribution_mode: "copy" } as never });
    expect(bodies(await client.take(3))).toEqual(["red", "blue", "red"]);
    browser.close();
    await eventOf(browser, "receiver_close");
    const filter = rhea.filter.selector("colour = 'blue'");
    const chosen = await client.receiver({ source: { address: "orders", filter } as never });
    expect(bodies(await client.take(1))).toEqual(["blue"]);
    chosen.close();
    await eventOf(chosen, "receiver_close");
    await client.receiver("orders");
    expect(bodies(await client.take(2))).toEqual(["red", "red"]);
  });

  test("drain uses credit up or gives it back", async () => {
    await using client = await connect();
    const receiver = await client.receiver({ source: { address: "orders" }, credit_window: 0 });
    const drained = eventOf(receiver, "receiver_drained");
    receiver.add_credit(10);
    receiver.drain_credit();
    await drained;
    expect(creditOf(receiver)).toBe(0);
  });

  test.each(["close", "end", "detach"] as const)("what a sender without an address has sent settled stays, though its %s follows at once", async (end) => {
    await using client = await RawClient.session({ host: "127.0.0.1", port: bed.gateway.ports.amqp, ...space.login });
    await client.attach("out", { handle: 0, role: false, initialDeliveryCount: 0, source: composite("source", {}), target: composite("target", {}) });
    await client.expect("flow");
    for (const [deliveryId, body] of ["first", "second"].entries()) {
      const payload = rhea.message.encode({ to: "orders", body });
      client.send("transfer", { handle: 0, deliveryId, deliveryTag: Buffer.from(body), messageFormat: 0, settled: true }, { payload });
    }
    client.send(end, end === "detach" ? { handle: 0, closed: true } : {});
    await client.expect(end);
    await using consumer = await connect();
    await consumer.receiver("orders");
    expect(bodies(await consumer.take(2))).toEqual(["first", "second"]);
  });

  test("a released message comes again", async () => {
    await using client = await connect();
    const receiver = await client.receiver({ source: { address: "orders" }, autoaccept: false, credit_window: 1 });
    const arrived = eventOf(receiver, "message");
    await client.send(await client.sender("orders"), { body: "again" });
    await arrived.then(({ delivery }) => delivery!.release());
    receiver.close();
    await eventOf(receiver, "receiver_close");
    await using next = await connect();
    await next.receiver("orders");
    expect(bodies(await next.take(1))).toEqual(["again"]);
  });
});

test("a message of 96 MB passes whole through a queue, and the gateway does not grow by it", { timeout: 120_000 }, async () => {
  const peer = { host: "127.0.0.1", port: bed.gateway.ports.amqp, ...space.login };
  const part = Buffer.alloc(60_000, "a");
  const parts = 1600;
  const size = Buffer.alloc(4);
  size.writeUInt32BE(parts * part.length);
  const bytesBefore = await bed.gateway.residentBytes();
  let peakBytes = bytesBefore;
  const look = async (index: number): Promise<void> => {
    if (index % 100 === 0) peakBytes = Math.max(peakBytes, await bed.gateway.residentBytes());
  };
  await using producer = await RawClient.session(peer);
  await producer.attach("out", { handle: 0, ...senderTo("orders") });
  await producer.expect("flow");
  for (let index = 0; index < parts; index += 1) {
    const first = index === 0 ? { deliveryId: 0, deliveryTag: Buffer.from("t"), messageFormat: 0 } : {};
    const payload = index === 0 ? Buffer.concat([Buffer.from([0, 0x53, 0x75, 0xb0]), size, part]) : part;
    producer.send("transfer", { handle: 0, ...first, more: index < parts - 1 }, { payload });
    if (producer.socket.writableNeedDrain) await eventOf(producer.socket, "drain");
    await look(index);
  }
  await producer.expect("disposition");
  await using consumer = await RawClient.session(peer);
  await consumer.attach("in", { handle: 0, ...receiverAt("orders") });
  consumer.flow({ handle: 0, deliveryCount: 0, linkCredit: 1, incomingWindow: 2 ** 31 - 1 });
  let received = 0;
  for (let more: unknown = true, index = 0; more === true; index += 1) {
    const { fields, payload } = await consumer.expect("transfer");
    received += payload.length;
    ({ more } = fields);
    await look(index);
  }
  expect(received).toBeGreaterThanOrEqual(parts * part.length);
  consumer.send("disposition", { role: true, first: 0, settled: true, state: composite("accepted") });
  await consumer.settle();
  expect(peakBytes - bytesBefore).toBeLessThan(64 * 1024 * 1024);
});

test("the name with / in place of . is the same address, and the client's form is echoed", async () => {
  await bed.gateway.createAddress(space.name, "a.b/c", "anycast");
  await using client = await connect();
  const receiver = await client.receiver("a/b.c");
  expect(receiver.source.address).toBe("a/b.c");
  expect(await client.send(await client.sender("a.b.c"), { body: 1 })).toBe("accepted");
});

test("a message larger than the plan allows ends the link with the limit, and other links go on", async () => {
  await bed.gateway.createAddress(space.name, "small", "anycast", "", { maxMessageBytes: 1000 });
  await using client = await connect();
  await client.receiver("small");
  await client.receiver("calls");
  const sender = await client.sender("small");
  expect(sender.max_message_size).toBe(1000);
  const ended = eventOf(sender, "sender_error");
  if (!sender.sendable()) await eventOf(sender, "sendable");
  sender.send({ body: "x".repeat(2000) });
  await ended;
  expect(sender.error).toMatchObject({ condition: "amqp:link:message-size-exceeded" });
  expect(await client.send(await client.sender("calls"), { body: "still here" })).toBe("accepted");
});

test("more consumers than the plan allows are refused with the limit", async () => {
  await bed.gateway.createAddress(space.name, "few", "anycast", "", { maxConsumers: 1 });
  await using client = await connect();
  await client.receiver("few");
  expect(await refusal(client.receiver("few"))).toMatchObject({ condition: "amqp:resource-limit-exceeded", description: expect.stringContaining("1 consumers") });
});

test("a temporary queue of a sender with a dynamic target keeps messages for its own connection, and ends with the sender", async () => {
  await using owner = await connect();
  await using other = await connect();
  const sender = await owner.sender({ target: { dynamic: true, capabilities: ["temporary-queue"] } } as never);
  const name = sender.target.address as string;
  expect(name).toMatch(/^_temporary\./);
  expect(await other.send(await other.sender(name), { body: "kept" })).toBe("accepted");
  expect((await refusal(other.receiver(name))).condition).toMatch(/not-found/);
  await owner.receiver(name);
  expect(bodies(await owner.take(1))).toEqual(["kept"]);
  sender.close();
  await eventOf(sender, "sender_close");
  expect((await refusal(other.sender(name))).condition).toBe("amqp:not-found");
});

test("an attach with the name of a link of the same connection takes it over", async () => {
  await using client = await connect();
  const first = await client.receiver({ name: "one", source: { address: "calls" } } as never);
  const stolen = eventOf(first, "receiver_error");
  const session = client.connection.create_session();
  session.begin();
  session.open_receiver({ name: "one", source: { address: "calls" }, credit_window: 5 } as never);
  await stolen;
  expect(first.error).toMatchObject({ condition: "amqp:link:stolen" });
  expect(await client.send(await client.sender("calls"), { body: 1 })).toBe("accepted");
});

test("a container id that a connection has to itself is refused to the next one in the space", async () => {
  const options = { container_id: "mine", desired_capabilities: "sole-connection-for-container" };
  await using first = await bed.client(space.login, options as never);
  expect(await refusal(bed.client(space.login, options as never))).toMatchObject({ condition: "amqp:invalid-field" });
  expect(first.connection.is_open()).toBe(true);
});
