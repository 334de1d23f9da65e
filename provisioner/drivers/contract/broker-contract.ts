import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { subscriptionAddress } from "#contracts/naming.ts";
import { eventually } from "../../testing/eventually.ts";
import { openWorkWindow } from "../../work-window.ts";
import type { AddressClass, BrokerAddress, BrokerDriver, StoredAddress } from "../broker-driver.ts";
import type { BrowseOptions, MessageQueue } from "../message-driver.ts";

export interface BrokerUnderTest {
  readonly driver: BrokerDriver;
  /** `<tenant>.<space>` that no other test uses. */
  readonly space: string;
  /** A driver for a broker that is not there. */
  readonly unreachable: BrokerDriver;
  /**
   * Puts messages into a queue, each with its text as body and as property `name`; dead letters as those that a consumer rejected.
   * A subscription gets them from its topic, and with it all subscriptions of the topic.
   */
  put(queue: MessageQueue, texts: readonly string[]): Promise<void>;
}

const window = () => openWorkWindow(45_000);
const deadOf = (queue: MessageQueue): MessageQueue => ({ ...queue, source: "dead-letters" });
const texts = (count: number) => Array.from({ length: count }, (_, index) => `m-${index}`);

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

    /** As its class has no more to say than the consumers. */
    function subscription(topic: StoredAddress, name: string, maxConsumers = 7): StoredAddress {
      const { addressClass, brokerAddress } = address(name, "queue", { classId: "scontract", storedBytes: null, maxTimeToLiveMs: null, maxDeliveryAttempts: null, whenFull: null, maxConsumers });
      return { brokerAddress: subscriptionAddress(topic.brokerAddress, brokerAddress), type: "subscription", space: broker.space, addressClass };
    }

    async function withSubscriptions(name: string): Promise<{ topic: StoredAddress; queues: MessageQueue[] }> {
      const topic = address(name, "topic");
      await broker.driver.ensureAddress(topic, window());
      const both = [subscription(topic, `${name}-a`), subscription(topic, `${name}-b`)];
      for (const each of both) await broker.driver.ensureAddress(each, window());
      return { topic, queues: both.map(({ brokerAddress }) => ({ brokerAddress, space: broker.space, source: "queue" })) };
    }

    const countIn = async (queue: MessageQueue) => (await broker.driver.queueState(queue, "", window())).messages;

    async function own(): Promise<BrokerAddress[]> {
      return (await broker.driver.listAddresses(window())).filter(({ brokerAddress }) => brokerAddress.startsWith(`${broker.space}.`));
    }

    async function find({ brokerAddress }: StoredAddress): Promise<BrokerAddress | undefined> {
      return (await own()).find((each) => each.brokerAddress === brokerAddress);
    }

    async function filled(name: string, source: MessageQueue["source"], count: number): Promise<MessageQueue> {
      const queue = address(name);
      await broker.driver.ensureAddress(queue, window());
      const messages: MessageQueue = { brokerAddress: queue.brokerAddress, space: broker.space, source };
      if (count > 0) await broker.put(messages, texts(count));
      // A broker moves a rejected message a little after it has been told.
      await eventually(() => broker.driver.queueState(messages, "", window()), ({ messages: held }) => held === count);
      return messages;
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

    describe("a subscription", () => {
      it("is there beside its topic, changes its consumers, and goes alone", async () => {
        const topic = address("announced", "topic");
        await broker.driver.ensureAddress(topic, window());
        const reader = subscription(topic, "reader.eu");
        for (let round = 0; round < 2; round++) await broker.driver.ensureAddress(reader, window());
        expect(await find(reader)).toEqual({ brokerAddress: reader.brokerAddress, type: "subscription", maxConsumers: 7, messages: 0 });
        await broker.driver.ensureAddress(subscription(topic, "reader.eu", 3), window());
        expect((await find(reader))?.maxConsumers).toBe(3);
        await broker.driver.removeAddress(reader.brokerAddress, window(), true);
        await broker.driver.removeAddress(reader.brokerAddress, window());
        expect(await find(reader)).toBeUndefined();
        expect((await find(topic))?.type).toBe("topic");
      });

      it("is refused while its topic is not there, and does not make it", async () => {
        const topic = address("not-there", "topic");
        await expect(broker.driver.ensureAddress(subscription(topic, "too-early"), window())).rejects.toMatchObject({ code: "conflict" });
        expect(await find(topic)).toBeUndefined();
      });

      it("takes any name that an address may have", async () => {
        const topic = address("a'b\"c", "topic");
        await broker.driver.ensureAddress(topic, window());
        const names = ["ünï.çødé", "a'b\"c-2", "x(1)[2]{3}", "100_a", "q".repeat(253)].map((name) => subscription(topic, name));
        for (const each of names) await broker.driver.ensureAddress(each, window());
        for (const each of names) expect((await find(each))?.type, each.brokerAddress).toBe("subscription");
        for (const each of names) await broker.driver.removeAddress(each.brokerAddress, window());
      });

      it("gets every message of its topic, and keeps it whatever happens to the others'", async () => {
        const { topic, queues: [one, other] } = await withSubscriptions("shared") as { topic: StoredAddress; queues: [MessageQueue, MessageQueue] };
        await broker.put(one, texts(4));
        expect([await countIn(one), await countIn(other)]).toEqual([4, 4]);
        expect(await broker.driver.purgeMessages(one, "", window())).toBe(4);
        expect([await countIn(one), await countIn(other)]).toEqual([0, 4]);
        const { queues } = await broker.driver.readStatistics(window());
        expect(queues.filter(({ address: of }) => of === topic.brokerAddress).map(({ name, depth, added }) => [name, depth, added]).toSorted()).toEqual(
          [one, other].map(({ brokerAddress }, index) => [brokerAddress.split("::")[1], index * 4, 4]),
        );
      });

      it("has dead letters of its own, which go back to it alone", async () => {
        const { topic, queues: [one, other] } = await withSubscriptions("dying") as { topic: StoredAddress; queues: [MessageQueue, MessageQueue] };
        await broker.put(deadOf(one), texts(3));
        await eventually(() => countIn(deadOf(one)), (count) => count === 3);
        const untouched = await countIn(other);
        // A message is counted twice for a moment while it moves.
        await eventually(() => countIn(one), (count) => count === 0);
        expect([await countIn(deadOf(other)), await countIn(deadOf({ ...one, brokerAddress: topic.brokerAddress }))]).toEqual([0, 0]);
        const { items } = await broker.driver.browseMessages(deadOf(one), { selector: "", skip: 0, limit: 5, withBodies: true, order: "oldest" }, window());
        expect(items.map(({ body }) => body?.text)).toEqual(texts(3));
        expect(await broker.driver.retryDeadLetters(deadOf(one), { limit: 3, maxMessageBytes: 65_536 }, window())).toEqual({ moved: 3, refusal: undefined });
        await eventually(() => countIn(deadOf(one)), (count) => count === 0);
        expect([await countIn(one), await countIn(other)]).toEqual([3, untouched]);
      });
    });

    describe("messages", () => {
      const all = { selector: "", skip: 0, limit: 50, withBodies: true, order: "oldest" as const };

      async function bodies(queue: MessageQueue, options: Partial<BrowseOptions> = {}): Promise<(string | undefined)[]> {
        return (await broker.driver.browseMessages(queue, { ...all, ...options }, window())).items.map(({ body }) => body?.text);
      }

      it.each(["queue", "dead-letters"] as const)("are shown of the %s from both ends, page by page, and stay", async (source) => {
        const queue = await filled(`browse-${source}`, source, 5);
        expect(await bodies(queue)).toEqual(texts(5));
        expect(await bodies(queue, { skip: 1, limit: 2 })).toEqual(["m-1", "m-2"]);
        expect(await bodies(queue, { order: "newest" })).toEqual(texts(5).toReversed());
        expect(await bodies(queue, { order: "newest", skip: 1, limit: 2 })).toEqual(["m-3", "m-2"]);
        expect(await bodies(queue, { order: "newest", skip: 4, limit: 2 })).toEqual(["m-0"]);
        expect(await bodies(queue, { skip: 5 })).toEqual([]);
        expect(await bodies(queue, { selector: "name = 'm-3'" })).toEqual(["m-3"]);
        expect(await broker.driver.queueState(queue, "name = 'm-3'", window())).toMatchObject({ messages: 5, matching: 1, added: 5, consumers: 0 });
      });

      it("show no bodies when none are wanted", async () => {
        const queue = await filled("headers", "queue", 2);
        const { items } = await broker.driver.browseMessages(queue, { ...all, withBodies: false }, window());
        expect(items.map(({ body }) => body)).toEqual([null, null]);
        expect(JSON.stringify(items.map(({ applicationProperties: _names, messageId: _id, ...rest }) => rest))).not.toContain("m-1");
      });

      it("are none where a queue has never had any", async () => {
        const queue = await filled("none", "dead-letters", 0);
        expect(await broker.driver.queueState(queue, "", window())).toEqual({ messages: 0, beingDelivered: 0, consumers: 0, matching: 0, added: 0 });
        expect(await bodies(queue)).toEqual([]);
        expect(await broker.driver.purgeMessages(queue, "", window())).toBe(0);
      });

      it("go by a purge, all or those that a selector takes, and others stay", async () => {
        const queue = await filled("purge", "queue", 6);
        const other = await filled("purge-other", "queue", 2);
        expect(await broker.driver.purgeMessages(queue, "name = 'm-2'", window())).toBe(1);
        expect(await bodies(queue)).toEqual(["m-0", "m-1", "m-3", "m-4", "m-5"]);
        expect(await broker.driver.purgeMessages(queue, "", window())).toBe(5);
        expect(await broker.driver.purgeMessages(queue, "", window())).toBe(0);
        expect(await bodies(other)).toEqual(["m-0", "m-1"]);
      });

      it("refuse what is no selector, as the caller's mistake", async () => {
        const queue = await filled("selector", "queue", 1);
        const wrong = "name = = 3";
        await expect(broker.driver.queueState(queue, wrong, window())).rejects.toMatchObject({ code: "invalid-input", field: "selector" });
        await expect(broker.driver.browseMessages(queue, { ...all, selector: wrong }, window())).rejects.toMatchObject({ code: "invalid-input" });
        await expect(broker.driver.purgeMessages(queue, wrong, window())).rejects.toMatchObject({ code: "invalid-input" });
        expect(await bodies(queue)).toEqual(["m-0"]);
      });

      it("go back from the dead letters to the end of their queue, the oldest first and as many as are wanted", async () => {
        const dead = await filled("retry", "dead-letters", 7);
        const queue = { ...dead, source: "queue" as const };
        await broker.put(queue, ["waits"]);
        expect(await broker.driver.retryDeadLetters(dead, { limit: 3, maxMessageBytes: 65_536 }, window())).toEqual({ moved: 3, refusal: undefined });
        expect(await bodies(queue)).toEqual(["waits", "m-0", "m-1", "m-2"]);
        // A broker counts a message as gone a little after it was settled.
        await eventually(() => countIn(dead), (count) => count === 4);
        expect(await bodies(dead)).toEqual(["m-3", "m-4", "m-5", "m-6"]);
        expect(await broker.driver.retryDeadLetters(dead, { limit: 4, maxMessageBytes: 1_048_576 }, window())).toEqual({ moved: 4, refusal: undefined });
        expect(await bodies(queue)).toHaveLength(8);
        await eventually(() => countIn(dead), (count) => count === 0);
        expect(await broker.driver.queueState(dead, "", window())).toMatchObject({ messages: 0, added: 7 });
      });
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
