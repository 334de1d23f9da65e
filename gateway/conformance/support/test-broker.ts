import { ManagementNode } from "./management-node.ts";

const succeeded = "_AMQ_OperationSucceeded";

/** Settings of everything made here. */
const settings = {
  autoCreateQueues: false,
  autoCreateAddresses: false,
  autoDeleteQueues: false,
  autoDeleteAddresses: false,
  // Producers are held back rather than messages paged, so that a backlog does not change what is measured.
  addressFullMessagePolicy: "BLOCK",
  maxSizeBytes: 16 * 1024 * 1024,
  pageSizeBytes: 1024 * 1024,
};

/** Queues and topics made straight on Artemis through its management address. */
export class TestBroker implements AsyncDisposable {
  readonly #node: ManagementNode;
  readonly #prefix: string;
  readonly #addresses = new Set<string>();

  private constructor(node: ManagementNode, prefix: string) {
    this.#node = node;
    this.#prefix = prefix;
  }

  /**
   * @param url login of a user that may manage the broker
   * @param prefix start of every address made here, such as `bench.load`; its settings are this object's own
   */
  static async connect(url: string, prefix: string): Promise<TestBroker> {
    const broker = new TestBroker(await ManagementNode.connect(url, "activemq.management"), prefix);
    await broker.call("addAddressSettings", [`${prefix}.#`, JSON.stringify(settings)]);
    await broker.#deleteLeftovers();
    return broker;
  }

  /** Makes an anycast queue with an address of the same name; answers it. */
  async createQueue(name: string): Promise<string> {
    const address = this.#own(name);
    await this.call("createQueue", [JSON.stringify({ name: address, address, "routing-type": "ANYCAST", durable: true, "auto-create-address": true }), true]);
    return address;
  }

  async createTopic(name: string): Promise<string> {
    const address = this.#own(name);
    await this.call("createAddress", [address, "MULTICAST"]);
    return address;
  }

  /** Makes a durable queue of a topic made here; answers it as `<topic>::<queue>`. */
  async createSubscription(topic: string, name: string, maxConsumers = -1): Promise<string> {
    const queue = `${this.#prefix}.${name}`;
    await this.call("createQueue", [JSON.stringify({ name: queue, address: topic, "routing-type": "MULTICAST", durable: true, "max-consumers": maxConsumers, "auto-create-address": false }), true]);
    return `${topic}::${queue}`;
  }

  async deleteAddress(address: string): Promise<void> {
    this.#addresses.delete(address);
    await this.call("deleteAddress", [address, true]);
  }

  /** Messages in the queue, those on their way to a consumer included. */
  async messageCount(queue: string): Promise<number> {
    const page = JSON.parse(String(await this.call("listQueues", [JSON.stringify({ field: "name", operation: "EQUALS", value: queue }), 1, 1]))) as { data: { messageCount: string }[] };
    return Number(page.data[0]?.messageCount ?? Number.NaN);
  }

  /** @param resource what is asked: `broker`, or `queue.<name>`. @throws Error with the broker's reason when it refuses */
  async call(operation: string, parameters: readonly unknown[], resource = "broker"): Promise<unknown> {
    const reply = await this.#node.request({ _AMQ_ResourceName: resource, _AMQ_OperationName: operation }, JSON.stringify(parameters));
    const answer = typeof reply.body === "string" ? (JSON.parse(reply.body) as unknown[])[0] : undefined;
    if (reply.properties[succeeded] !== true) throw new Error(`The broker refused ${operation}: ${String(answer)}`);
    return answer;
  }

  /** Leaves everything as it is, for a broker that goes with its test. */
  async disconnect(): Promise<void> {
    await this.#node[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const address of this.#addresses) await this.deleteAddress(address);
    await this.call("removeAddressSettings", [`${this.#prefix}.#`]);
    await this.#node[Symbol.asyncDispose]();
  }

  #own(name: string): string {
    const address = `${this.#prefix}.${name}`;
    this.#addresses.add(address);
    return address;
  }

  async #deleteLeftovers(): Promise<void> {
    const names = (await this.call("getAddressNames", [])) as string[];
    for (const name of names) if (name.startsWith(`${this.#prefix}.`)) await this.deleteAddress(name);
  }
}
