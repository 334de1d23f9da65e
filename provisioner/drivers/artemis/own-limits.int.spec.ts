import { randomBytes } from "node:crypto";
import rhea, { type Connection, type ConnectionOptions, type EventContext, type Message } from "rhea";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AddressLimits } from "#contracts/plans/address-limits.ts";
import { loadPlatform } from "#platform/test-platform.ts";
import { limits } from "../../limits.ts";
import { eventually } from "../../testing/eventually.ts";
import { openWorkWindow } from "../../work-window.ts";
import type { StoredAddress } from "../broker-driver.ts";
import { deadLetterAddress, deadLetterQueue } from "./address-settings.ts";
import { ArtemisDriver } from "./artemis-driver.ts";

const window = () => openWorkWindow(45_000);
const space = `o${randomBytes(5).toString("hex")}.main`;
const small: AddressLimits = {
  storedBytes: 100_000,
  maxMessageBytes: 20_000,
  defaultTimeToLiveMs: null,
  maxTimeToLiveMs: 3_600_000,
  maxDeliveryAttempts: 3,
  maxConsumers: 10,
  whenFull: "reject",
  keepsDeadLetters: true,
};

describe("limits of one address on a real Artemis", () => {
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
    for (const { brokerAddress } of made) await driver.removeAddress(brokerAddress, window(), true);
    await driver.removeSpace(space, window());
    await driver.close();
  });

  async function make(ownLimits?: AddressLimits): Promise<StoredAddress> {
    const classId = `o${randomBytes(4).toString("hex")}`;
    const { keepsDeadLetters: _all, ...classLimits } = small;
    const address: StoredAddress = { brokerAddress: `${space}.${classId}.orders`, type: "queue", space, addressClass: { classId, ...classLimits }, ownLimits };
    made.push(address);
    await driver.ensureAddress(address, window());
    return address;
  }

  async function send(address: string, count: number, bytes: number): Promise<{ accepted: number; rejected: number }> {
    const seen = { accepted: 0, rejected: 0 };
    const sender = connection.open_sender({ target: { address } });
    let sent = 0;
    await new Promise<void>((resolve) => {
      const pump = (): void => {
        while (sent < count && sender.sendable() && sent - seen.accepted - seen.rejected < 50) {
          sender.send({ body: "x".repeat(bytes), durable: true, application_properties: { number: sent } } as Message);
          sent++;
        }
        if (seen.accepted + seen.rejected === count) resolve();
      };
      sender.on("sendable", pump);
      sender.on("accepted", () => (seen.accepted++, pump()));
      sender.on("rejected", () => (seen.rejected++, pump()));
    });
    sender.close();
    return seen;
  }

  /** Takes this many messages and settles each as told. */
  async function take(source: string, count: number, settle: (context: EventContext) => void): Promise<number[]> {
    const numbers: number[] = [];
    const receiver = connection.open_receiver({ source, autoaccept: false, credit_window: 0 });
    receiver.on("message", (context: EventContext) => {
      numbers.push(Number(context.message?.application_properties?.number));
      settle(context);
    });
    await eventually(() => receiver.is_open(), (open) => open);
    receiver.add_credit(count);
    await eventually(() => numbers.length, (taken) => taken === count);
    receiver.close();
    return numbers;
  }

  async function messagesIn({ brokerAddress }: StoredAddress): Promise<number | undefined> {
    return (await driver.listAddresses(window())).find((each) => each.brokerAddress === brokerAddress)?.messages;
  }

  it("a larger plan in place keeps every message and takes more; the way back keeps them too and takes no more", async () => {
    const address = await make();
    const first = await send(address.brokerAddress, 200, 1_000);
    expect(first.rejected).toBeGreaterThan(0);
    const larger = { ...small, storedBytes: 400_000, maxConsumers: 20 };
    await driver.ensureAddress({ ...address, ownLimits: larger }, window());
    expect(await messagesIn(address)).toBe(first.accepted);
    expect(await send(address.brokerAddress, 60, 1_000)).toEqual({ accepted: 60, rejected: 0 });
    await driver.ensureAddress({ ...address, ownLimits: null }, window());
    expect(await messagesIn(address)).toBe(first.accepted + 60);
    const kept = await take(address.brokerAddress, first.accepted + 60, ({ delivery }) => delivery?.accept());
    expect(kept).toEqual([...Array.from({ length: first.accepted }, (_, number) => number), ...Array.from({ length: 60 }, (_, number) => number)]);
    expect((await send(address.brokerAddress, 200, 1_000)).rejected).toBeGreaterThan(0);
  });

  it("drop-oldest in place keeps the newest from then on", async () => {
    const address = await make();
    await send(address.brokerAddress, 3, 10);
    await driver.ensureAddress({ ...address, ownLimits: { ...small, whenFull: "drop-oldest" } }, window());
    expect(await messagesIn(address)).toBe(3);
    expect(await send(address.brokerAddress, 30, 10)).toEqual({ accepted: 30, rejected: 0 });
    expect(await messagesIn(address)).toBe(5);
  });

  it("fewer delivery attempts: the message is a dead letter after them", async () => {
    const address = await make({ ...small, maxDeliveryAttempts: 1 });
    await send(address.brokerAddress, 1, 10);
    await take(address.brokerAddress, 1, ({ delivery }) => delivery?.modified({ delivery_failed: true, undeliverable_here: false }));
    await eventually(() => messagesIn(address), (left) => left === 0);
    await take(`${deadLetterAddress(space)}::${deadLetterQueue(address.brokerAddress)}`, 1, ({ delivery }) => delivery?.accept());
  });

  it("without dead letters an undeliverable message is dropped", async () => {
    const address = await make({ ...small, maxDeliveryAttempts: 1, keepsDeadLetters: false });
    await send(address.brokerAddress, 1, 10);
    await take(address.brokerAddress, 1, ({ delivery }) => delivery?.modified({ delivery_failed: true, undeliverable_here: false }));
    // Artemis counts a dropped message twice and then says -1.
    await eventually(() => messagesIn(address), (left) => left !== undefined && left <= 0);
    const condition = await new Promise<string>((resolve) => {
      const receiver = connection.open_receiver({ source: { address: `${deadLetterAddress(space)}::${deadLetterQueue(address.brokerAddress)}` } });
      receiver.on("receiver_error", () => resolve(String((receiver.error as { condition?: string })?.condition)));
      receiver.on("message", () => resolve("a dead letter"));
    });
    expect(condition).toBe("amqp:not-found");
  });

  it("a shorter time to live ends messages earlier than the class", async () => {
    const address = await make({ ...small, maxTimeToLiveMs: 1_000 });
    await send(address.brokerAddress, 2, 10);
    // Expired messages go when a consumer meets them.
    const receiver = connection.open_receiver({ source: address.brokerAddress, autoaccept: false, credit_window: 0 });
    const sentAt = performance.now();
    await eventually(() => performance.now() - sentAt, (ms) => ms > 1_200);
    let taken = 0;
    receiver.on("message", () => taken++);
    receiver.add_credit(10);
    await eventually(() => messagesIn(address), (left) => left === 0);
    expect(taken).toBe(0);
    receiver.close();
  });

  it("fewer consumers: one more is refused", async () => {
    const address = await make({ ...small, maxConsumers: 1 });
    const refused = new Promise<string>((resolve) => {
      for (let count = 0; count < 2; count++) {
        const receiver = connection.open_receiver({ source: { address: address.brokerAddress } });
        receiver.on("receiver_error", () => resolve(String((receiver.error as { condition?: string })?.condition)));
      }
    });
    expect(await refused).toMatch(/^amqp:/);
  });

  it("a removed address leaves no settings to one of the same name", async () => {
    const address = await make({ ...small, storedBytes: 50_000 });
    await driver.removeAddress(address.brokerAddress, window(), true);
    await driver.ensureAddress({ ...address, ownLimits: undefined }, window());
    expect(await send(address.brokerAddress, 50, 1_000)).toEqual({ accepted: 50, rejected: 0 });
  });
});
