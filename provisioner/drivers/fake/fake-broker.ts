import { maxBrowsedMessages, type QueuedMessage } from "#contracts/messages/message.ts";
import { PostroomError } from "#contracts/errors.ts";
import { partsOfSubscription } from "#contracts/naming.ts";
import type { WorkWindow } from "../../work-window.ts";
import { queueOf } from "../artemis/address-settings.ts";
import type { AddressClass, BrokerAddress, BrokerDriver, BrokerStatistics, StoredAddress } from "../broker-driver.ts";
import type { BrowseOptions, MessageQueue, QueueState, RetryOptions } from "../message-driver.ts";
import type { PartEvents } from "../part.ts";
import { FakePart } from "./fake-part.ts";

/** A broker in memory. */
export class FakeBroker extends FakePart implements BrokerDriver {
  readonly name: string;
  readonly #addresses = new Map<string, BrokerAddress>();
  readonly #classes = new Map<string, string>();
  readonly #spaces = new Set<string>();
  /** Bodies, the oldest first, by broker address and source. */
  readonly #messages = new Map<string, string[]>();
  readonly #added = new Map<string, number>();

  constructor(name: string, events: PartEvents = {}) {
    super(`the broker ${name}`, events);
    this.name = name;
  }

  ensureAddress({ brokerAddress, type, space, addressClass, ownLimits }: StoredAddress, window: WorkWindow): Promise<void> {
    return this.act(brokerAddress, window, () => {
      const topic = partsOfSubscription(brokerAddress)?.topic;
      if (topic !== undefined && !this.#addresses.has(topic)) throw new PostroomError({ code: "conflict", message: `The broker ${this.name} has no topic for this subscription.` });
      if (type !== "subscription") this.#classes.set(addressClass.classId, JSON.stringify(addressClass));
      this.#spaces.add(space);
      const maxConsumers = type !== "topic" ? (ownLimits ?? addressClass).maxConsumers : undefined;
      if (this.#addresses.get(brokerAddress)?.maxConsumers !== maxConsumers || !this.#addresses.has(brokerAddress)) this.changes++;
      this.#addresses.set(brokerAddress, { brokerAddress, type, maxConsumers, messages: 0 });
    });
  }

  removeAddress(brokerAddress: string, window: WorkWindow): Promise<void> {
    return this.act(brokerAddress, window, () => {
      if (this.#addresses.delete(brokerAddress)) this.changes++;
      for (const subscription of this.#subscriptionsOf(brokerAddress)) this.#addresses.delete(subscription);
      for (const source of ["queue", "dead-letters"]) this.#messages.delete(`${source} ${brokerAddress}`);
    });
  }

  removeSpace(space: string, window: WorkWindow): Promise<void> {
    return this.act(space, window, () => void this.#spaces.delete(space));
  }

  repairClass(addressClass: AddressClass, window: WorkWindow): Promise<boolean> {
    return this.act(addressClass.classId, window, () => {
      const wanted = JSON.stringify(addressClass);
      const isWrong = this.#classes.get(addressClass.classId) !== wanted;
      this.#classes.set(addressClass.classId, wanted);
      return isWrong;
    });
  }

  repairSpace(space: string, window: WorkWindow): Promise<boolean> {
    return this.act(space, window, () => {
      const isWrong = !this.#spaces.has(space);
      this.#spaces.add(space);
      return isWrong;
    });
  }

  isInUse({ brokerAddress }: Pick<StoredAddress, "brokerAddress" | "type" | "space">, window: WorkWindow): Promise<boolean> {
    return this.act(brokerAddress, window, () => ["queue", "dead-letters"].some((source) => (this.#messages.get(`${source} ${brokerAddress}`) ?? []).length > 0));
  }

  listAddresses(window: WorkWindow): Promise<BrokerAddress[]> {
    return this.act("", window, () => [...this.#addresses.values()]);
  }

  #subscriptionsOf(topic: string): string[] {
    return [...this.#addresses.keys()].filter((each) => partsOfSubscription(each)?.topic === topic);
  }

  /** As a client that sends to the queue, or to the topic of a subscription; for dead letters the reader has rejected all. */
  send(queue: Pick<MessageQueue, "source" | "brokerAddress">, bodies: readonly string[]): void {
    const topic = partsOfSubscription(queue.brokerAddress)?.topic;
    const others = topic === undefined ? [] : this.#subscriptionsOf(topic).filter((each) => each !== queue.brokerAddress);
    this.put(queue, bodies);
    for (const brokerAddress of others) this.put({ source: "queue", brokerAddress }, bodies);
  }

  /** Puts messages with these bodies into a queue, as a client or the broker itself would. */
  put({ source, brokerAddress }: Pick<MessageQueue, "source" | "brokerAddress">, bodies: readonly string[]): void {
    const key = `${source} ${brokerAddress}`;
    this.#messages.set(key, [...(this.#messages.get(key) ?? []), ...bodies]);
    this.#added.set(key, (this.#added.get(key) ?? 0) + bodies.length);
  }

  queueState(queue: MessageQueue, selector: string, window: WorkWindow): Promise<QueueState> {
    return this.act(queue.brokerAddress, window, () => ({
      messages: this.#in(queue).length,
      beingDelivered: 0,
      consumers: 0,
      matching: this.#matching(queue, selector).length,
      added: this.#added.get(`${queue.source} ${queue.brokerAddress}`) ?? 0,
    }));
  }

  browseMessages(queue: MessageQueue, { selector, order, skip, limit, withBodies }: BrowseOptions, window: WorkWindow): Promise<{ matching: number; items: QueuedMessage[] }> {
    return this.act(queue.brokerAddress, window, () => {
      const found = this.#matching(queue, selector);
      if (order === "newest" && found.length > maxBrowsedMessages) throw new PostroomError({ code: "invalid-input", message: "Too many match.", field: "order" });
      const items = (order === "oldest" ? found : found.toReversed()).slice(skip, skip + limit).map((text): QueuedMessage => ({
        sizeBytes: text.length,
        subject: null,
        messageId: text,
        createdAt: null,
        headers: [],
        applicationProperties: [],
        annotations: [],
        movedFrom: null,
        body: withBodies ? { text, kind: "text", isCut: false } : null,
        cannotDisplay: null,
      }));
      return { matching: found.length, items };
    });
  }

  purgeMessages(queue: MessageQueue, selector: string, window: WorkWindow): Promise<number> {
    return this.act(queue.brokerAddress, window, () => {
      const gone = this.#matching(queue, selector);
      this.#messages.set(`${queue.source} ${queue.brokerAddress}`, this.#in(queue).filter((body) => !gone.includes(body)));
      return gone.length;
    });
  }

  retryDeadLetters(queue: MessageQueue, { limit }: RetryOptions, window: WorkWindow): Promise<{ moved: number; refusal: string | undefined }> {
    return this.act(queue.brokerAddress, window, () => {
      const moved = this.#in(queue).splice(0, limit);
      this.put({ source: "queue", brokerAddress: queue.brokerAddress }, moved);
      return { moved: moved.length, refusal: undefined };
    });
  }

  readStatistics(window: WorkWindow): Promise<BrokerStatistics> {
    return this.act("", window, () => ({
      startedAtMs: 0,
      queues: [...this.#addresses.values()].filter(({ type }) => type !== "topic").map(({ brokerAddress: name }) => {
        const depth = this.#messages.get(`queue ${name}`)?.length ?? 0;
        const added = this.#added.get(`queue ${name}`) ?? 0;
        return { id: name, name: queueOf(name), address: partsOfSubscription(name)?.topic ?? name, depth, delivering: 0, added, acknowledged: added - depth, expired: 0, killed: 0 };
      }),
    }));
  }

  readOldestAt(queue: string, window: WorkWindow): Promise<number | null> {
    return this.act(queue, window, () => null);
  }

  #in({ source, brokerAddress }: MessageQueue): string[] {
    return this.#messages.get(`${source} ${brokerAddress}`) ?? [];
  }

  /** Knows selectors of the form `name = '…'`. */
  #matching(queue: MessageQueue, selector: string): string[] {
    if (selector === "") return this.#in(queue);
    const [, id] = /^name = '(.*)'$/.exec(selector) ?? [];
    if (id === undefined) throw new PostroomError({ code: "invalid-input", message: "This is no selector.", field: "selector" });
    return this.#in(queue).filter((body) => body === id);
  }
}
