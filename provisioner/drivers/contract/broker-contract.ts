import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../../testing/eventually.ts";
import { openWorkWindow } from "../../work-window.ts";
import type { AddressClass, BrokerAddress, BrokerDriver, StoredAddress } from "../broker-driver.ts";

export interface BrokerUnderTest {
  readonly driver: BrokerDriver;
  /** `<tenant>.<space>` that no other test uses. */
  readonly space: string;
  /** A driver for a broker that is not there. */
  readonly unreachable: BrokerDriver;
}

const window = () => openWorkWindow(45_000);

/** What every broker driver promises; runs against the fake and against real brokers. */
export function describeBrokerContract(title: string, open: () => Promise<BrokerUnderTest>): void {
  describe(`broker driver contract: ${title}`, () => {
    let broker: BrokerUnderTest;

    beforeAll(async () => {
      broker = await open();
      broker.driver.start();
      await eventually(() => broker.driver.connected, (connected) => connected);
    });

    afterAll(async () => {
      for (const { brokerAddress } of await own()) await broker.driver.removeAddress(brokerAddress, window());
      await broker.driver.removeSpace(broker.space, window());
      await Promise.all([broker.driver.close(), broker.unreachable.close()]);
    });

    function address(name: string, type: "queue" | "topic" = "queue", limits: Partial<AddressClass> = {}): StoredAddress {
      const addressClass: AddressClass = {
        classId: type === "queue" ? "qcontract" : "tcontract",
        storedBytes: 1_048_576,
        maxMessageBytes: 65_536,
        defaultTimeToLiveMs: null,
        maxTimeToLiveMs: 86_400_000,
        maxDeliveryAttempts: 3,
        maxConsumers: 7,
        whenFull: "reject",
        ...limits,
      };
      return { brokerAddress: `${broker.space}.${addressClass.classId}.${name}`, type, space: broker.space, addressClass };
    }

    async function own(): Promise<BrokerAddress[]> {
      return (await broker.driver.listAddresses(window())).filter(({ brokerAddress }) => brokerAddress.startsWith(`${broker.space}.`));
    }

    async function find({ brokerAddress }: StoredAddress): Promise<BrokerAddress | undefined> {
      return (await own()).find((each) => each.brokerAddress === brokerAddress);
    }

    it("has a queue and a topic once they have been ensured", async () => {
      const queue = address("orders.eu");
      const topic = address("news", "topic");
      await broker.driver.ensureAddress(queue, window());
      await broker.driver.ensureAddress(topic, window());
      expect(await find(queue)).toEqual({ brokerAddress: queue.brokerAddress, type: "queue", maxConsumers: 7, messages: 0 });
      expect(await find(topic)).toEqual({ brokerAddress: topic.brokerAddress, type: "topic", maxConsumers: undefined, messages: 0 });
    });

    it("ensures what is there without an error, and the same address from many sides at once", async () => {
      const queue = address("again");
      const topic = address("again", "topic");
      for (const each of [queue, topic]) {
        await broker.driver.ensureAddress(each, window());
        await Promise.all(Array.from({ length: 10 }, () => broker.driver.ensureAddress(each, window())));
      }
      expect((await find(queue))?.type).toBe("queue");
      expect((await find(topic))?.type).toBe("topic");
    });

    it("changes the consumers of a queue that is there", async () => {
      await broker.driver.ensureAddress(address("consumers"), window());
      const wider = address("consumers", "queue", { maxConsumers: 9 });
      await broker.driver.ensureAddress(wider, window());
      expect((await find(wider))?.maxConsumers).toBe(9);
    });

    it("takes any name that an address may have", async () => {
      const names = ["a-b_c", "ünï.çødé", "日本語", "a'b\"c", "x(1)[2]{3}", "semi;colon,comma", "a&b|c<d>e", "q".repeat(253)].map((name) => address(name));
      for (const each of names) await broker.driver.ensureAddress(each, window());
      for (const each of names) expect((await find(each))?.type, each.brokerAddress).toBe("queue");
      for (const each of names) await broker.driver.removeAddress(each.brokerAddress, window());
      for (const each of names) expect(await find(each), each.brokerAddress).toBeUndefined();
    });

    it("makes and removes hundreds side by side, and none is lost or left", async () => {
      const many = Array.from({ length: 300 }, (_, index) => address(`many.${index}`, index % 3 === 0 ? "topic" : "queue"));
      await Promise.all(many.map((each) => broker.driver.ensureAddress(each, window())));
      const listed = new Set((await own()).map(({ brokerAddress }) => brokerAddress));
      expect(many.filter(({ brokerAddress }) => !listed.has(brokerAddress))).toEqual([]);
      await Promise.all(many.map(({ brokerAddress }) => broker.driver.removeAddress(brokerAddress, window())));
      expect((await own()).filter(({ brokerAddress }) => brokerAddress.includes(".many."))).toEqual([]);
    });

    it("removes what is not there without an error", async () => {
      const queue = address("gone");
      await broker.driver.ensureAddress(queue, window());
      await broker.driver.removeAddress(queue.brokerAddress, window());
      await broker.driver.removeAddress(queue.brokerAddress, window());
      await broker.driver.removeAddress(`${broker.space}.qcontract.never-there`, window());
      expect(await find(queue)).toBeUndefined();
    });

    it("finds settings right that are right, and sets right what differs, once", async () => {
      const { addressClass, ...queue } = address("settings", "queue", { classId: "qrepair" });
      await broker.driver.ensureAddress({ ...queue, addressClass }, window());
      expect(await broker.driver.repairClass(addressClass, window())).toBe(false);
      expect(await broker.driver.repairSpace(broker.space, window())).toBe(false);
      const changed = { ...addressClass, maxDeliveryAttempts: 4 };
      expect(await broker.driver.repairClass(changed, window())).toBe(true);
      expect(await broker.driver.repairClass(changed, window())).toBe(false);
      expect(await broker.driver.repairClass(addressClass, window())).toBe(true);
    });

    it("removes a space's settings, and again without an error", async () => {
      const other = `${broker.space}x`;
      expect(await broker.driver.repairSpace(other, window())).toBe(true);
      await broker.driver.removeSpace(other, window());
      await broker.driver.removeSpace(other, window());
      expect(await broker.driver.repairSpace(other, window())).toBe(true);
      await broker.driver.removeSpace(other, window());
    });

    it("sends nothing once the time for the work is over, or it was given up", async () => {
      const late = address("late");
      await expect(broker.driver.ensureAddress(late, { ...window(), notAfterMs: performance.now() - 1 })).rejects.toMatchObject({ code: "time-out" });
      await expect(broker.driver.ensureAddress(late, { ...window(), signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "time-out" });
      expect(await find(late)).toBeUndefined();
    });

    it("fails at once and says so while the broker is not there", async () => {
      const { unreachable } = broker;
      expect(unreachable.connected).toBe(false);
      await expect(unreachable.ensureAddress(address("nowhere"), window())).rejects.toMatchObject({ code: "unavailable", part: unreachable.title });
      await expect(unreachable.removeAddress(address("nowhere").brokerAddress, window())).rejects.toMatchObject({ code: "unavailable" });
      expect(unreachable.reason).toEqual(expect.any(String));
    });
  });
}
