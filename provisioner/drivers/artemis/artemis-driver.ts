import { setTimeout as delay } from "node:timers/promises";
import { PostroomError } from "#contracts/errors.ts";
import { partsOfSubscription, subscriptionAddress } from "#contracts/naming.ts";
import { ManagementClient } from "../../amqp-management/management-client.ts";
import type { NamedEndpoint } from "../../env.ts";
import type { Limits } from "../../limits.ts";
import type { WorkWindow } from "../../work-window.ts";
import type { QueuedMessage } from "#contracts/messages/message.ts";
import type { AddressClass, BrokerAddress, BrokerDriver, BrokerStatistics, QueueStatistics, StoredAddress, StoredType } from "../broker-driver.ts";
import type { BrowseOptions, MessageQueue, QueueState, RetryOptions } from "../message-driver.ts";
import type { PartEvents } from "../part.ts";
import { ArtemisMessages } from "./artemis-messages.ts";
import {
  classMatch,
  classSettings,
  deadLetterAddress,
  deadLetterClass,
  deadLetterQueue,
  deadLetterQueuesOfSubscription,
  deadLetterSettings,
  ownSettings,
  queueOf,
  ringSize,
  settingsHold,
  spaceMatch,
  spaceSettings,
  type AddressSettings,
} from "./address-settings.ts";

const alreadyExists = /^AMQ(229019|229204):/;
const doesNotExist = /^AMQ(229017|229203):/;
const noSuchResource = /^AMQ229067:/;
const succeeded = "_AMQ_OperationSucceeded";
/** `<tenant>.<space>.<class>.<name>`: slugs, a class id, and the rest. */
const ownAddress = /^[a-z][-a-z0-9]*\.[a-z][-a-z0-9]*\.([a-z][a-z0-9]{0,11})\../;
/** Remembered settings of one connection; past it they are looked up anew, which only costs time. */
const maxRemembered = 20_000;

interface QueueRow {
  readonly name: string;
  readonly address: string;
  readonly routingType: string;
  readonly maxConsumers: string;
  readonly messageCount: string;
  readonly id: string;
  readonly deliveringCount: string;
  readonly messagesAdded: string;
  readonly messagesAcked: string;
  readonly messagesExpired: string;
  readonly messagesKilled: string;
}

interface FirstMessage {
  readonly timestamp?: unknown;
  readonly "x-opt-ingress-time"?: unknown;
}

/** A real ActiveMQ Artemis, driven through `activemq.management` over AMQP. */
export class ArtemisDriver implements BrokerDriver {
  readonly name: string;
  readonly title: string;
  readonly #client: ManagementClient;
  readonly #limits: Limits;
  readonly #messages: ArtemisMessages;
  /** Settings known to hold on this connection, or being looked at. */
  readonly #settled = new Map<string, { readonly wanted: string; readonly made: Promise<boolean> }>();

  constructor(endpoint: NamedEndpoint, limits: Limits, events: PartEvents = {}) {
    this.name = endpoint.name;
    this.title = `the broker ${endpoint.name}`;
    this.#limits = limits;
    this.#client = new ManagementClient({
      endpoint,
      node: "activemq.management",
      peer: this.title,
      limits: limits.management,
      onConnected: () => {
        // The broker may be another one behind the same address, or have lost everything.
        this.#settled.clear();
        events.onConnected?.();
      },
      onDisconnected: events.onDisconnected,
    });
    this.#messages = new ArtemisMessages({
      endpoint,
      peer: this.title,
      limits,
      call: (resource, operation, parameters, window, tolerated) => this.#call(operation, parameters, window, tolerated, undefined, resource),
    });
  }

  get connected(): boolean {
    return this.#client.connected;
  }

  get reason(): string | undefined {
    return this.#client.reason;
  }

  start(): void {
    this.#client.start();
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async ensureAddress(address: StoredAddress, window: WorkWindow): Promise<void> {
    const { brokerAddress, type, space, addressClass, ownLimits } = address;
    if (type === "subscription") return this.#ensureSubscription(address, window);
    await this.#settle(classMatch(addressClass.classId), () => this.repairClass(addressClass, window), JSON.stringify(addressClass));
    await this.#settle(spaceMatch(space), () => this.repairSpace(space, window));
    if (ownLimits) await this.#repair(brokerAddress, brokerAddress, ownSettings(addressClass.classId, ownLimits), window);
    else if (ownLimits === null) await this.#removeOwnSettings(brokerAddress, { ...classSettings(addressClass), ...spaceSettings(space) }, window);
    if (type === "topic") {
      await this.#call("createAddress", [brokerAddress, "MULTICAST"], window, alreadyExists);
      return;
    }
    const limits = ownLimits ?? addressClass;
    const queue = {
      name: brokerAddress,
      address: brokerAddress,
      "routing-type": "ANYCAST",
      durable: true,
      "max-consumers": limits.maxConsumers,
      // A queue takes its ring from the settings only when it is made.
      ...(ownLimits === undefined ? {} : { "ring-size": ringSize(limits) ?? -1 }),
    };
    await this.#ensureQueue(queue, true, window);
  }

  async removeAddress(brokerAddress: string, window: WorkWindow, hadOwnLimits = false): Promise<void> {
    const subscription = partsOfSubscription(brokerAddress);
    if (subscription) await this.#call("destroyQueue", [subscription.queue, true, false], window, doesNotExist);
    else await this.#call("deleteAddress", [brokerAddress, true], window, doesNotExist);
    const deadLetters = deadLetterQueue(brokerAddress);
    await this.#call("destroyQueue", [deadLetters, true, false], window, doesNotExist);
    this.#settled.delete(deadLetters);
    if (hadOwnLimits && !subscription) await this.#call("removeAddressSettings", [brokerAddress], window);
  }

  async isInUse({ brokerAddress, type, space }: Pick<StoredAddress, "brokerAddress" | "type" | "space">, window: WorkWindow): Promise<boolean> {
    const deadLetters = await this.queueState({ brokerAddress, space, source: "dead-letters" }, "", window);
    if (deadLetters.messages > 0) return true;
    const answer = await this.#call("listQueues", [JSON.stringify({ field: "ADDRESS", operation: "EQUALS", value: brokerAddress }), 1, 100], window);
    const rows = (JSON.parse(String(answer)) as { data: QueueRow[] }).data;
    return rows.some((row) => type === "topic" || Number(row.messageCount) > 0);
  }

  async removeSpace(space: string, window: WorkWindow): Promise<void> {
    await this.#call("deleteAddress", [deadLetterAddress(space), true], window, doesNotExist);
    await this.#call("removeAddressSettings", [spaceMatch(space)], window);
    this.#settled.delete(spaceMatch(space));
  }

  repairClass(addressClass: AddressClass, window: WorkWindow): Promise<boolean> {
    return this.#repair(classMatch(addressClass.classId), `x.x.${addressClass.classId}.x`, classSettings(addressClass), window);
  }

  async repairSpace(space: string, window: WorkWindow): Promise<boolean> {
    await this.#settle(classMatch(deadLetterClass), () =>
      this.#repair(classMatch(deadLetterClass), `x.x.${deadLetterClass}.x`, deadLetterSettings(), window),
    );
    return this.#repair(spaceMatch(space), `${space}.x.x`, spaceSettings(space), window);
  }

  async listAddresses(window: WorkWindow): Promise<BrokerAddress[]> {
    const found = new Map<string, { type: StoredType; maxConsumers: number | undefined; messages: number }>();
    const names = await this.#call("getAddressNames", [], window);
    if (!Array.isArray(names)) throw this.#unexpected("getAddressNames");
    for (const name of names as string[]) {
      const [, classId] = ownAddress.exec(name) ?? [];
      if (classId && classId !== deadLetterClass) found.set(name, { type: "topic", maxConsumers: undefined, messages: 0 });
    }
    const { pageQueues } = this.#limits.drift;
    for (let page = 1; ; page++) {
      const data = await this.#listQueues(page, window);
      for (const row of data) {
        const entry = found.get(row.address);
        if (!entry) continue;
        const [messages, maxConsumers] = [Number(row.messageCount), Number(row.maxConsumers)];
        entry.messages += messages;
        if (row.routingType === "ANYCAST" && row.name === row.address) {
          entry.type = "queue";
          entry.maxConsumers = maxConsumers;
        }
        // Subscriptions that clients make for themselves have names of other forms.
        if (row.routingType === "MULTICAST" && ownAddress.test(row.name)) found.set(subscriptionAddress(row.address, row.name), { type: "subscription", maxConsumers, messages });
      }
      if (data.length < pageQueues) break;
    }
    return [...found].map(([brokerAddress, entry]) => ({ brokerAddress, ...entry }));
  }

  async readStatistics(window: WorkWindow): Promise<BrokerStatistics> {
    const queues: QueueStatistics[] = [];
    const uptimeMs = Number(await this.#call("getUptimeMillis", [], window));
    const startedAtMs = Date.now() - uptimeMs;
    for (let page = 1; ; page++) {
      const data = await this.#listQueues(page, window);
      for (const row of data) {
        if (!ownAddress.test(row.address)) continue;
        queues.push({
          id: row.id,
          name: row.name,
          address: row.address,
          depth: Number(row.messageCount),
          delivering: Number(row.deliveringCount),
          added: Number(row.messagesAdded),
          acknowledged: Number(row.messagesAcked),
          expired: Number(row.messagesExpired),
          killed: Number(row.messagesKilled),
        });
      }
      if (data.length < this.#limits.drift.pageQueues) return { startedAtMs, queues };
    }
  }

  async readOldestAt(queue: string, window: WorkWindow): Promise<number | null> {
    const answer = await this.#call("getFirstMessageAsJSON", [], window, noSuchResource, undefined, `queue.${queueOf(queue)}`);
    const [first] = typeof answer === "string" ? (JSON.parse(answer) as (FirstMessage | null)[]) : [];
    // What the broker noted, else what the sender said of itself: a message may be older than the setting.
    const cameAt = first?.["x-opt-ingress-time"] ?? first?.timestamp;
    return typeof cameAt === "number" && cameAt > 0 ? cameAt : null;
  }

  queueState(queue: MessageQueue, selector: string, window: WorkWindow): Promise<QueueState> {
    return this.#messages.queueState(queue, selector, window);
  }

  browseMessages(queue: MessageQueue, options: BrowseOptions, window: WorkWindow): Promise<{ matching: number; items: QueuedMessage[] }> {
    return this.#messages.browseMessages(queue, options, window);
  }

  purgeMessages(queue: MessageQueue, selector: string, window: WorkWindow): Promise<number> {
    return this.#messages.purgeMessages(queue, selector, window);
  }

  retryDeadLetters(queue: MessageQueue, options: RetryOptions, window: WorkWindow): Promise<{ moved: number; refusal: string | undefined }> {
    return this.#messages.retryDeadLetters(queue, options, window);
  }

  // A durable queue of its topic. Never makes the topic: a queue on an address that nobody set up would have no limits.
  async #ensureSubscription({ brokerAddress, space, addressClass, ownLimits }: StoredAddress, window: WorkWindow): Promise<void> {
    const { topic, queue: name } = partsOfSubscription(brokerAddress) as { topic: string; queue: string };
    await this.#settle(spaceMatch(space), () => this.repairSpace(space, window));
    const { maxConsumers } = ownLimits ?? addressClass;
    await this.#ensureQueue({ name, address: topic, "routing-type": "MULTICAST", durable: true, "max-consumers": maxConsumers }, false, window);
    for (const { name: deadLetters, filter } of deadLetterQueuesOfSubscription(space, topic, name)) {
      const queue = { name: deadLetters, address: deadLetterAddress(space), "routing-type": "MULTICAST", durable: true, "filter-string": filter };
      await this.#settle(deadLetters, () => this.#ensureQueue(queue, true, window));
    }
  }

  /** @returns whether it is new */
  async #ensureQueue(queue: Readonly<Record<string, unknown>>, makesAddress: boolean, window: WorkWindow): Promise<boolean> {
    const answer = await this.#call("createQueue", [JSON.stringify({ ...queue, "auto-create-address": makesAddress }), true], window);
    // The answer for a queue that was there only echoes the request; a new one has an id.
    const isNew = typeof answer === "string" && Object.hasOwn(JSON.parse(answer) as object, "id");
    if (!isNew) await this.#call("updateQueue", [JSON.stringify(queue)], window);
    return isNew;
  }

  async #listQueues(page: number, window: WorkWindow): Promise<QueueRow[]> {
    const { management, drift } = this.#limits;
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await this.#call("listQueues", ["", page, drift.pageQueues], window, undefined, management.listRequestMs);
        return (JSON.parse(String(answer)) as { data: QueueRow[] }).data;
      } catch (error) {
        // Artemis 2.56 stumbles over a queue that is deleted while it lists (a null pointer in its answer).
        if (attempt >= drift.listTries || !(error instanceof PostroomError) || error.code !== "conflict") throw error;
        await delay(attempt * drift.listPauseMs, undefined, { signal: window.signal });
      }
    }
  }

  /** Runs `make` once per connection and key, and again when something else is wanted there; waits for one that is under way. */
  async #settle(key: string, make: () => Promise<boolean>, wanted = ""): Promise<void> {
    const known = this.#settled.get(key);
    if (known?.wanted === wanted) {
      await known.made;
      return;
    }
    if (this.#settled.size >= maxRemembered) this.#settled.clear();
    const settling = { wanted, made: make() };
    this.#settled.set(key, settling);
    try {
      await settling.made;
    } catch (error) {
      if (this.#settled.get(key) === settling) this.#settled.delete(key);
      throw error;
    }
  }

  async #removeOwnSettings(brokerAddress: string, wanted: AddressSettings, window: WorkWindow): Promise<void> {
    const effective = JSON.parse(String(await this.#call("getAddressSettingsAsJSON", [brokerAddress], window))) as Record<string, unknown>;
    if (!settingsHold(wanted, effective)) await this.#call("removeAddressSettings", [brokerAddress], window);
  }

  // Looks before it writes: each added setting makes Artemis read all its addresses again.
  async #repair(match: string, example: string, wanted: AddressSettings, window: WorkWindow): Promise<boolean> {
    const effective = JSON.parse(String(await this.#call("getAddressSettingsAsJSON", [example], window))) as Record<string, unknown>;
    if (settingsHold(wanted, effective)) return false;
    await this.#call("addAddressSettings", [match, JSON.stringify(wanted)], window);
    return true;
  }

  async #call(operation: string, parameters: unknown[], window: WorkWindow, tolerated?: RegExp, timeoutMs?: number, resource = "broker"): Promise<unknown> {
    const reply = await this.#client.request(
      { _AMQ_ResourceName: resource, _AMQ_OperationName: operation },
      JSON.stringify(parameters),
      { ...window, timeoutMs },
    );
    const answer = typeof reply.body === "string" ? (JSON.parse(reply.body) as unknown[])[0] : undefined;
    if (reply.applicationProperties[succeeded] === true) return answer;
    const refusal = typeof answer === "string" ? answer : "no reason given";
    if (tolerated?.test(refusal)) return undefined;
    throw new PostroomError({ code: "conflict", message: `The broker ${this.name} refused ${operation}: ${refusal}` });
  }

  #unexpected(operation: string): PostroomError {
    return new PostroomError({ code: "internal", message: `The broker ${this.name} answered ${operation} in a form that is not known.` });
  }
}
