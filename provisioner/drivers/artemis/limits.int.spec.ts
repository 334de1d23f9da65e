import { randomBytes } from "node:crypto";
import rhea, { type Connection, type ConnectionOptions, type EventContext, type Message, type Receiver } from "rhea";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPlatform } from "#platform/test-platform.ts";
import { limits } from "../../limits.ts";
import { eventually } from "../../testing/eventually.ts";
import { openWorkWindow } from "../../work-window.ts";
import type { AddressClass, StoredAddress } from "../broker-driver.ts";
import { deadLetterAddress, deadLetterQueue } from "./address-settings.ts";
import { ArtemisDriver } from "./artemis-driver.ts";

const window = () => openWorkWindow(45_000);
const tenant = `l${randomBytes(5).toString("hex")}`;
const base: AddressClass = {
  classId: "",
  storedBytes: 200_000,
  maxMessageBytes: 20_000,
  defaultTimeToLiveMs: null,
  maxTimeToLiveMs: null,
  maxDeliveryAttempts: 3,
  maxConsumers: 10,
  whenFull: "reject",
};

describe("limits of a plan hold on a real Artemis", () => {
  let driver: ArtemisDriver;
  let connection: Connection;
  const made: StoredAddress[] = [];

  beforeAll(async () => {
    const { artemis } = await loadPlatform();
    driver = new ArtemisDriver({ name: "main", host: artemis.host, port: artemis.port, ...artemis.provisioner }, limits);
    driver.start();
    connection = rhea.create_container().connect({ host: artemis.host, port: artemis.port, ...artemis.provisioner, reconnect: false } as ConnectionOptions);
    connection.on("error", () => undefined);
    await eventually(() => driver.connected && connection.is_open(), (open) => open);
  });

  afterAll(async () => {
    connection.close();
    for (const { brokerAddress } of made) await driver.removeAddress(brokerAddress, window());
    for (const space of new Set(made.map((each) => each.space))) await driver.removeSpace(space, window());
    await driver.close();
  });

  // A class of its own for each test and run, since other runs may hold other limits under the same id.
  async function make(changes: Partial<AddressClass>, type: "queue" | "topic" = "queue", space = `${tenant}.main`): Promise<StoredAddress> {
    const classId = `l${randomBytes(4).toString("hex")}`;
    const address = { brokerAddress: `${space}.${classId}.orders`, type, space, addressClass: { ...base, ...changes, classId } };
    made.push(address);
    await driver.ensureAddress(address, window());
    return address;
  }

  /** Sends and counts outcomes; at most 100 on the way. */
  async function send(address: string, count: number, bytes: number, message: Partial<Message> = {}): Promise<{ accepted: number; rejected: number; conditions: Set<string> }> {
    const seen = { accepted: 0, rejected: 0, conditions: new Set<string>() };
    const sender = connection.open_sender({ target: { address } });
    let sent = 0;
    await new Promise<void>((resolve) => {
      const pump = () => {
        while (sent < count && sender.sendable() && sent - seen.accepted - seen.rejected < 100) {
          sent++;
          sender.send({ body: "x".repeat(bytes), durable: true, ...message } as Message);
        }
        if (seen.accepted + seen.rejected === count) resolve();
      };
      sender.on("sendable", pump);
      sender.on("accepted", () => (seen.accepted++, pump()));
      sender.on("rejected", ({ delivery }: EventContext) => {
        const outcome = delivery?.remote_state as { error?: { condition?: string } } | undefined;
        seen.rejected++;
        seen.conditions.add(String(outcome?.error?.condition));
        pump();
      });
    });
    sender.close();
    return seen;
  }

  /** Receives until nothing has come for a while. */
  async function receive(source: string | object, act: (context: EventContext) => void, quietMs = 400): Promise<Receiver> {
    const receiver = connection.open_receiver({ source, autoaccept: false, credit_window: 100 } as Parameters<Connection["open_receiver"]>[0]);
    let lastAt = performance.now();
    receiver.on("message", (context: EventContext) => {
      lastAt = performance.now();
      act(context);
    });
    await eventually(() => performance.now() - lastAt, (ms) => ms > quietMs);
    return receiver;
  }

  async function messagesIn({ brokerAddress }: StoredAddress): Promise<number | undefined> {
    return (await driver.listAddresses(window())).find((each) => each.brokerAddress === brokerAddress)?.messages;
  }

  it("stored bytes with reject: what does not fit is rejected with amqp:resource-limit-exceeded, and the rest stays", async () => {
    const address = await make({ whenFull: "reject" });
    const { accepted, rejected, conditions } = await send(address.brokerAddress, 300, 1_000);
    expect([...conditions]).toEqual(["amqp:resource-limit-exceeded"]);
    expect(accepted + rejected).toBe(300);
    expect(accepted * 1_000).toBeLessThanOrEqual(200_000);
    expect(accepted * 1_000).toBeGreaterThan(100_000);
    expect(await messagesIn(address)).toBe(accepted);
  });

  it("stored bytes with page: more than the memory is stored, and what does not fit on disk is rejected", async () => {
    const address = await make({ whenFull: "page", storedBytes: 8 * 1_048_576 });
    const { accepted, conditions } = await send(address.brokerAddress, 4_000, 10_000);
    expect([...conditions]).toEqual(["amqp:resource-limit-exceeded"]);
    expect(accepted * 10_000).toBeGreaterThan(4 * 1_048_576);
    // Artemis counts whole pages that it has written; what is on the way is over.
    expect(accepted * 10_000).toBeLessThan(3 * 8 * 1_048_576);
  });

  it("stored bytes with drop-oldest: the newest stay, as many as fit at the largest size", async () => {
    const address = await make({ whenFull: "drop-oldest" });
    const numbers = Array.from({ length: 50 }, (_, index) => index);
    for (const number of numbers) await send(address.brokerAddress, 1, 10, { application_properties: { number } });
    expect(await messagesIn(address)).toBe(10);
    const kept: number[] = [];
    (await receive(address.brokerAddress, ({ message, delivery }) => {
      kept.push(message?.application_properties?.number as number);
      delivery?.accept();
    })).close();
    expect(kept).toEqual(numbers.slice(-10));
  });

  it("delivery attempts: after the last one a message is in the dead letters of its own address and space", async () => {
    const address = await make({ maxDeliveryAttempts: 3 });
    const neighbour = await make({ maxDeliveryAttempts: 3 });
    const foreign = await make({ maxDeliveryAttempts: 3 }, "queue", `${tenant}.other`);
    for (const { brokerAddress } of [address, neighbour, foreign]) await send(brokerAddress, 4, 10);
    let attempts = 0;
    for (const { brokerAddress } of [address, foreign]) {
      (await receive(brokerAddress, ({ delivery }) => {
        attempts++;
        delivery?.modified({ delivery_failed: true, undeliverable_here: false });
      })).close();
    }
    expect(attempts).toBe(2 * 4 * 3);
    expect(await messagesIn(address)).toBe(0);
    expect(await messagesIn(neighbour)).toBe(4);
    for (const each of [address, foreign]) {
      let dead = 0;
      const source = `${deadLetterAddress(each.space)}::${deadLetterQueue(each.brokerAddress)}`;
      // Dead letters that fail again and again stay dead letters.
      (await receive(source, ({ delivery }) => {
        if (++dead <= 40) delivery?.modified({ delivery_failed: true, undeliverable_here: false });
        else delivery?.accept();
      })).close();
      // At least: Artemis may offer a message once more whose failure crossed with its next delivery.
      expect(dead).toBeGreaterThanOrEqual(44);
      let left = 0;
      (await receive(source, () => left++)).close();
      expect(left).toBe(0);
    }
  });

  it("maximum time to live: a message without one, or with a longer one, ends at the maximum; a shorter one ends earlier", async () => {
    const address = await make({ maxTimeToLiveMs: 1_500 });
    const take = async () => {
      let taken = 0;
      (await receive(address.brokerAddress, ({ delivery }) => (taken++, delivery?.accept()))).close();
      return taken;
    };
    const sendAndWait = async (message: Partial<Message>, waitMs: number) => {
      await send(address.brokerAddress, 5, 10, message);
      const sentAt = performance.now();
      await eventually(() => performance.now() - sentAt, (ms) => ms > waitMs);
      return take();
    };
    expect(await sendAndWait({ ttl: 50 }, 200)).toBe(0);
    expect(await sendAndWait({ ttl: 3_600_000 }, 0)).toBe(5);
    expect(await sendAndWait({ ttl: 3_600_000 }, 1_600)).toBe(0);
    expect(await sendAndWait({}, 1_600)).toBe(0);
  });

  it("default time to live: applies to a message without one, and to no other", async () => {
    const address = await make({ defaultTimeToLiveMs: 300 });
    await send(address.brokerAddress, 5, 10);
    await send(address.brokerAddress, 5, 10, { ttl: 60_000 });
    const sentAt = performance.now();
    await eventually(() => performance.now() - sentAt, (ms) => ms > 600);
    let left = 0;
    (await receive(address.brokerAddress, ({ delivery }) => (left++, delivery?.accept()))).close();
    expect(left).toBe(5);
  });

  it("consumers: one more than the plan allows is refused", async () => {
    const address = await make({ maxConsumers: 2 });
    const refusals: string[] = [];
    const receivers = Array.from({ length: 3 }, () => {
      const receiver = connection.open_receiver({ source: { address: address.brokerAddress } });
      receiver.on("receiver_error", () => refusals.push(String((receiver.error as { condition?: string })?.condition)));
      return receiver;
    });
    await eventually(() => refusals, (seen) => seen.length === 1);
    await eventually(() => receivers.filter((receiver) => receiver.is_open()).length, (open) => open === 2);
    expect(refusals).toEqual([expect.stringMatching(/^amqp:/)]);
    for (const receiver of receivers) if (receiver.is_open()) receiver.close();
  });

  it("nothing is made by using it: an unknown address of a class is refused", async () => {
    const address = await make({});
    const outcome = await new Promise<string>((resolve) => {
      const sender = connection.open_sender({ target: { address: `${address.brokerAddress}-typo` } });
      sender.on("sender_error", () => resolve(String((sender.error as { condition?: string })?.condition)));
      sender.on("sendable", () => resolve("opened"));
    });
    expect(outcome).toBe("amqp:not-found");
  });

  it("a removed address takes its dead letters along, and its subscriptions when it is a topic", async () => {
    const queue = await make({ maxDeliveryAttempts: 1 });
    await send(queue.brokerAddress, 2, 10);
    (await receive(queue.brokerAddress, ({ delivery }) => delivery?.modified({ delivery_failed: true }))).close();
    await driver.removeAddress(queue.brokerAddress, window());
    const topic = await make({}, "topic");
    const subscriber = connection.open_receiver({ source: { address: topic.brokerAddress, capabilities: ["topic"] } } as unknown as Parameters<Connection["open_receiver"]>[0]);
    const closed = new Promise<void>((resolve) => subscriber.on("receiver_error", () => resolve()));
    await eventually(() => subscriber.is_open(), (open) => open);
    await driver.removeAddress(topic.brokerAddress, window());
    await closed;
    const refused = await new Promise<string>((resolve) => {
      const dead = connection.open_receiver({ source: { address: `${deadLetterAddress(queue.space)}::${deadLetterQueue(queue.brokerAddress)}` } });
      dead.on("receiver_error", () => resolve(String((dead.error as { condition?: string })?.condition)));
      dead.on("receiver_open", () => setTimeout(() => resolve("opened"), 300));
    });
    expect(refused).toBe("amqp:not-found");
  });
});
