import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPlatform } from "#platform/test-platform.ts";
import { limits } from "../../limits.ts";
import { connectBrokerClient, type BrokerClient } from "../../testing/broker-client.ts";
import { eventually } from "../../testing/eventually.ts";
import { openWorkWindow } from "../../work-window.ts";
import type { StoredAddress } from "../broker-driver.ts";
import { ArtemisDriver } from "./artemis-driver.ts";

const window = () => openWorkWindow(45_000);
const space = `m${randomBytes(5).toString("hex")}.main`;
const classId = `m${randomBytes(4).toString("hex")}`;
const address: StoredAddress = {
  brokerAddress: `${space}.${classId}.orders`,
  type: "queue",
  space,
  addressClass: { classId, storedBytes: 1_048_576, maxMessageBytes: 65_536, defaultTimeToLiveMs: null, maxTimeToLiveMs: 3_600_000, maxDeliveryAttempts: 3, maxConsumers: 10, whenFull: "reject" },
};
const dead = { brokerAddress: address.brokerAddress, space, source: "dead-letters" } as const;

describe("a part of a retry whose time is over before the broker has given anything", () => {
  let driver: ArtemisDriver;
  let client: BrokerClient;

  beforeAll(async () => {
    const { artemis } = await loadPlatform();
    const endpoint = { name: "main", host: artemis.host, port: artemis.port, ...artemis.provisioner };
    driver = new ArtemisDriver(endpoint, { ...limits, messages: { ...limits.messages, partMs: 0 } });
    driver.start();
    client = await connectBrokerClient(endpoint);
    await eventually(() => driver.connected, (isConnected) => isConnected);
    await driver.ensureAddress(address, window());
  });
  afterAll(async () => {
    await client?.[Symbol.asyncDispose]();
    await driver?.removeAddress(address.brokerAddress, window(), true);
    await driver?.removeSpace(space, window());
    await driver?.close();
  });

  it("takes a slow answer for no refusal: dead letters that are there are moved, and only where there are none it says so", async () => {
    await client.send(address.brokerAddress, 3, (number) => ({ durable: true, message_id: `m-${number}`, body: "text" }));
    await client.take(address.brokerAddress, 3, (delivery) => delivery.reject());
    await eventually(() => driver.queueState(dead, "", window()), ({ messages }) => messages === 3);
    let left = 3;
    while (left > 0) {
      const { moved, refusal } = await driver.retryDeadLetters(dead, { limit: left, maxMessageBytes: 65_536 }, window());
      expect([moved > 0, refusal]).toEqual([true, undefined]);
      left -= moved;
    }
    expect(await driver.retryDeadLetters(dead, { limit: 1, maxMessageBytes: 65_536 }, window())).toEqual({ moved: 0, refusal: expect.stringContaining("never its own") });
  });
});
