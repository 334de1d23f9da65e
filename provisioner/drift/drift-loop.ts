import type { Database } from "../database.ts";
import type { BrokerDriver } from "../drivers/broker-driver.ts";
import type { GatewayLink } from "../gateways/gateway-link.ts";
import type { Limits } from "../limits.ts";
import type { Log } from "../log.ts";
import { compareBroker } from "./broker-drift.ts";
import { noteDrift } from "./queries.ts";

export interface DriftLoopOptions {
  readonly database: Database;
  readonly brokers: readonly BrokerDriver[];
  readonly links: readonly GatewayLink[];
  readonly limits: Limits;
  readonly log: Log;
  /** Called when addresses have been handed back to the reconciler. */
  readonly onUnsettled: () => void;
}

/**
 * The slow loop under the fast path: compares every broker when it has connected and from time to time, and every gateway
 * from time to time (GatewayLink does it on connect), repairs what differs and counts it.
 */
export class DriftLoop {
  readonly #options: DriftLoopOptions;
  readonly #stop = new AbortController();
  readonly #underWay = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #repairs = 0;
  #unknown = new Map<string, number>();

  constructor(options: DriftLoopOptions) {
    this.#options = options;
  }

  /** Addresses and settings of brokers that had to be repaired since the start. */
  get repairs(): number {
    return this.#repairs;
  }

  /** Addresses on brokers that nobody asked for, as last counted. */
  get unknown(): number {
    return [...this.#unknown.values()].reduce((sum, count) => sum + count, 0);
  }

  start(): void {
    this.#timer = setTimeout(() => void this.#round(), this.#options.limits.drift.intervalMs);
  }

  /** Compares one broker now, or joins the comparison that is under way. */
  compareBroker(driver: BrokerDriver): Promise<void> {
    const known = this.#underWay.get(driver.name);
    if (known) return known;
    const comparing = this.#compare(driver).finally(() => this.#underWay.delete(driver.name));
    this.#underWay.set(driver.name, comparing);
    return comparing;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await Promise.all(this.#underWay.values());
  }

  async #compare(driver: BrokerDriver): Promise<void> {
    const { database, limits, log, onUnsettled } = this.#options;
    try {
      const { addresses, settings, unknown, unknownWithMessages } = await compareBroker(driver, { database, limits, log, signal: this.#stop.signal });
      this.#repairs += addresses + settings;
      this.#unknown.set(driver.name, unknown);
      if (addresses > 0) onUnsettled();
      await noteDrift(database, `broker:${driver.name}`, { repaired: addresses + settings, unknown, unknownWithMessages });
    } catch (error) {
      if (!this.#stop.signal.aborted) log.warn({ broker: driver.name, error: (error as Error).message }, "the broker could not be compared with what it should have");
    }
  }

  /** One round over everything that is connected. */
  async compareAll(): Promise<void> {
    const { brokers, links, log } = this.#options;
    for (const driver of brokers) if (driver.connected) await this.compareBroker(driver);
    for (const link of links) {
      if (!link.synchronized) continue;
      await link.compare().catch((error: Error) => log.warn({ gateway: link.driver.name, error: error.message }, "the gateway could not be compared with what it should hold"));
    }
  }

  async #round(): Promise<void> {
    await this.compareAll();
    if (!this.#stop.signal.aborted) this.#timer = setTimeout(() => void this.#round(), this.#options.limits.drift.intervalMs);
  }
}
