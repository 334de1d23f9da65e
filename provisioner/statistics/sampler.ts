import type { GatewayAddressStatistics } from "#contracts/gateway-management.ts";
import { ClientSampler } from "../clients/client-sampler.ts";
import type { Database } from "../database.ts";
import { deadLetterQueue, queueOf } from "../drivers/artemis/address-settings.ts";
import type { BrokerDriver, BrokerStatistics, QueueStatistics } from "../drivers/broker-driver.ts";
import type { GatewayDriver } from "../drivers/gateway-driver.ts";
import type { Limits } from "../limits.ts";
import type { Log } from "../log.ts";
import { openWorkWindow } from "../work-window.ts";
import { hasSameBaselines, isSameForPeople, noCounts, numbersAfter, type AddressReading, type Counts } from "./address-numbers.ts";
import {
  keepPartitions, readLastPass, readNumbers, releaseLease, rollUp, sampledAddresses, takeLease, writePass,
  type ChangedNumbers, type Lease, type SampledAddress, type StoredNumbers,
} from "./queries.ts";

/** A broker that says it started this close to what it said before is the same process: its clock and ours drift. */
const sameStartMs = 5_000;
/** Timers and clocks may be a little early. */
const afterMultipleMs = 200;

export interface SamplerOptions {
  readonly database: Database;
  readonly brokers: readonly BrokerDriver[];
  readonly gateways: readonly GatewayDriver[];
  readonly holder: string;
  readonly intervalMs: number;
  readonly limits: Limits;
  readonly log: Log;
}

/** What one pass came to. */
export interface PassResult {
  readonly addresses: number;
  readonly changed: number;
  readonly ms: number;
  /** In milliseconds since the epoch. */
  readonly endedAtMs: number;
}

/**
 * Reads the numbers of all addresses from brokers and gateways every so often and keeps them in Postgres. Of several
 * provisioners the one with the lease does; its numbers as last written are in memory, so that what did not change is not
 * written. An address is sampled when its broker (for stored types) and at least one gateway answered; else it is left as it is, and
 * `statistics_coverage` says since when.
 */
export class StatisticsSampler {
  readonly #options: SamplerOptions;
  readonly #stop = new AbortController();
  readonly #clients: ClientSampler;
  readonly #brokerStarts = new Map<string, number>();
  #known = new Map<string, StoredNumbers>();
  /** When each address was last sampled, in milliseconds of the database's clock. */
  #sampledAt = new Map<string, number>();
  #epoch: string | undefined;
  #lastPassMs: number | undefined;
  #lastSources = "";
  /** Address whose first message was asked about last. */
  #askedUpTo = "";
  #timer: NodeJS.Timeout | undefined;
  #passing: Promise<PassResult | undefined> | undefined;
  #rolledUpAt = Number.NEGATIVE_INFINITY;
  /** The database's clock less ours. */
  #databaseAheadMs = 0;
  #passes = 0;
  #last: PassResult | undefined;

  constructor(options: SamplerOptions) {
    this.#options = options;
    this.#clients = new ClientSampler(options);
  }

  /** Passes that were written since the start, and the last one of them. */
  get passes(): number {
    return this.#passes;
  }

  get last(): PassResult | undefined {
    return this.#last;
  }

  start(): void {
    this.#timer = setTimeout(() => void this.#round(), this.#untilNextMs());
  }

  /** Samples once, now, or joins the pass that is under way. @returns undefined while another provisioner samples */
  pass(): Promise<PassResult | undefined> {
    this.#passing ??= this.#pass().finally(() => (this.#passing = undefined));
    return this.#passing;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#clients.close();
    clearTimeout(this.#timer);
    await this.#passing?.catch(() => undefined);
    if (this.#epoch !== undefined) await releaseLease(this.#options.database, this.#options.holder).catch(() => undefined);
  }

  async #round(): Promise<void> {
    await this.pass().catch((error: Error) => {
      if (!this.#stop.signal.aborted) this.#options.log.warn({ error: error.message }, "numbers could not be sampled; tried again soon");
    });
    if (this.#stop.signal.aborted) return;
    this.#timer = setTimeout(() => void this.#round(), this.#untilNextMs());
  }

  /** Samples come at whole multiples of the interval, just after, so that each step of a chart has as many of them as the next. */
  #untilNextMs(): number {
    const { intervalMs } = this.#options;
    return intervalMs - ((Date.now() + this.#databaseAheadMs) % intervalMs) + afterMultipleMs;
  }

  async #pass(): Promise<PassResult | undefined> {
    const { database, holder, intervalMs, limits: { statistics }, log } = this.#options;
    const startedAt = performance.now();
    const lease = await takeLease(database, holder, Math.max(statistics.leaseMs, 3 * intervalMs), intervalMs);
    if (lease === undefined) {
      this.#epoch = undefined;
      return undefined;
    }
    this.#databaseAheadMs = lease.nowMs - Date.now();
    if (lease.epoch !== this.#epoch) await this.#takeOver(lease);
    await this.#maintain(lease);
    const [brokers, gateways] = await Promise.all([this.#readBrokers(), this.#readGateways()]);
    const maxGapMs = statistics.gapIntervals * intervalMs;
    const changed: ChangedNumbers[] = [];
    const sampled: string[] = [];
    const lacking: ChangedNumbers[] = [];
    const known = new Map<string, StoredNumbers>();
    const sampledAt = new Map<string, number>();
    for await (const page of sampledAddresses(database, statistics.pageRows)) {
      for (const address of page) {
        const held = this.#known.get(address.id);
        const heldAt = this.#sampledAt.get(address.id) ?? this.#lastPassMs;
        if (held !== undefined) known.set(address.id, held);
        if (heldAt !== undefined) sampledAt.set(address.id, heldAt);
        const reading = readingOf(address, brokers, gateways);
        if (reading === undefined) continue;
        sampled.push(address.id);
        const change = changeOf(address, reading, held, heldAt === undefined ? undefined : lease.nowMs - heldAt, maxGapMs);
        if (change !== undefined) changed.push(change);
        const numbers = change?.numbers ?? held;
        const lacksOldest = numbers !== undefined && numbers.depth > 0 && numbers.oldestAtMs === null && address.type !== "topic";
        if (lacksOldest) lacking.push(change ?? { address, numbers, sample: undefined });
      }
    }
    const withOldest = await this.#askOldest(changed, this.#inTurn(lacking), brokers);
    const sources = [...[...brokers.keys()].map((name) => `broker:${name}`), ...[...gateways.keys()].map((name) => `gateway:${name}`)];
    const isWritten = await writePass(database, {
      lease, changed: withOldest, sources, maxGapMs, pageRows: statistics.pageRows, areSourcesChanged: this.#lastSources !== sources.join(),
    });
    if (!isWritten) {
      this.#epoch = undefined;
      return undefined;
    }
    for (const { address, numbers } of withOldest) known.set(address.id, numbers);
    for (const id of sampled) sampledAt.set(id, lease.nowMs);
    this.#known = known;
    this.#sampledAt = sampledAt;
    this.#lastPassMs = lease.nowMs;
    this.#lastSources = sources.join();
    await this.#clients.sample(lease, maxGapMs).catch((error: Error) => {
      if (!this.#stop.signal.aborted) log.warn({ error: error.message }, "connections could not be sampled; tried again soon");
    });
    this.#passes += 1;
    this.#last = { addresses: sampled.length, changed: withOldest.length, ms: performance.now() - startedAt, endedAtMs: Date.now() };
    log.debug(this.#last, "numbers sampled");
    return this.#last;
  }

  async #takeOver(lease: Lease): Promise<void> {
    const { database } = this.#options;
    this.#known = await readNumbers(database);
    this.#lastPassMs = await readLastPass(database);
    this.#sampledAt = new Map();
    this.#lastSources = "";
    this.#rolledUpAt = Number.NEGATIVE_INFINITY;
    this.#epoch = lease.epoch;
    for (const { baselines } of this.#known.values()) {
      const [name, startedAtMs] = baselines.queue?.epoch.split("/", 1)[0]?.split("@") ?? [];
      if (name !== undefined) this.#brokerStarts.set(name, Math.max(this.#brokerStarts.get(name) ?? 0, Number(startedAtMs)));
    }
  }

  async #maintain(lease: Lease): Promise<void> {
    const { database, limits: { statistics }, log } = this.#options;
    if (performance.now() - this.#rolledUpAt < statistics.rollUpMs) return;
    const partitions = await keepPartitions(database);
    const rows = await rollUp(database, lease, statistics.rollUpDelayMs);
    this.#rolledUpAt = performance.now();
    log.debug({ partitions, rows }, "history rolled up");
  }

  async #readBrokers(): Promise<Map<string, ReadBroker>> {
    const read = await Promise.all(
      this.#options.brokers.map(async (driver) => {
        const statistics = await this.#ask(driver, (window) => driver.readStatistics(window));
        return statistics === undefined ? [] : [[driver.name, this.#sorted(driver.name, statistics)] as const];
      }),
    );
    return new Map(read.flat());
  }

  async #readGateways(): Promise<Map<string, ReadonlyMap<string, GatewayAddressStatistics>>> {
    const read = await Promise.all(
      this.#options.gateways.map(async (driver) => {
        const addresses = await this.#ask(driver, (window) => driver.readStatistics(window));
        return addresses === undefined ? [] : [[driver.name, new Map(addresses.map((each) => [each.name, each]))] as const];
      }),
    );
    return new Map(read.flat());
  }

  async #ask<T>(part: BrokerDriver | GatewayDriver, ask: (window: ReturnType<typeof openWorkWindow>) => Promise<T>): Promise<T | undefined> {
    if (!part.connected) return undefined;
    try {
      return await ask(openWorkWindow(this.#options.limits.statistics.stepMs, this.#stop.signal));
    } catch (error) {
      if (this.#stop.signal.aborted) throw error;
      this.#options.log.warn({ part: part.title, error: (error as Error).message }, "could not be sampled; its numbers are not known meanwhile");
      return undefined;
    }
  }

  #sorted(name: string, { startedAtMs, queues }: BrokerStatistics): ReadBroker {
    const before = this.#brokerStarts.get(name);
    const start = before !== undefined && Math.abs(startedAtMs - before) < sameStartMs ? before : startedAtMs;
    this.#brokerStarts.set(name, start);
    const byName = new Map<string, QueueStatistics>();
    const byAddress = new Map<string, QueueStatistics[]>();
    for (const queue of queues) {
      byName.set(queue.name, queue);
      const others = byAddress.get(queue.address);
      if (others) others.push(queue);
      else byAddress.set(queue.address, [queue]);
    }
    return { epoch: `${name}@${start}`, byName, byAddress };
  }

  /** So many as one pass asks about, going on behind the last one of the pass before, so that each has its turn. */
  #inTurn(lacking: readonly ChangedNumbers[]): ChangedNumbers[] {
    const next = Math.max(0, lacking.findIndex(({ address }) => address.id > this.#askedUpTo));
    const turn = [...lacking.slice(next), ...lacking.slice(0, next)].slice(0, this.#options.limits.statistics.oldestPerPass);
    this.#askedUpTo = turn.at(-1)?.address.id ?? "";
    return turn;
  }

  /** Looks up when the first messages of these came. @returns what changed, with what was found */
  async #askOldest(changed: readonly ChangedNumbers[], lacking: readonly ChangedNumbers[], brokers: ReadonlyMap<string, ReadBroker>): Promise<ChangedNumbers[]> {
    const found = new Map<string, ChangedNumbers>();
    await Promise.all(
      lacking.map(async (each) => {
        const driver = this.#options.brokers.find(({ name }) => name === each.address.broker && brokers.has(name));
        const oldestAtMs = driver && (await this.#ask(driver, (window) => driver.readOldestAt(each.address.brokerAddress, window)));
        if (typeof oldestAtMs === "number") found.set(each.address.id, { ...each, numbers: { ...each.numbers, oldestAtMs } });
      }),
    );
    const others = changed.filter(({ address }) => !found.has(address.id));
    return [...others, ...found.values()];
  }
}

interface ReadBroker {
  /** `<name>@<start>` */
  readonly epoch: string;
  readonly byName: ReadonlyMap<string, QueueStatistics>;
  readonly byAddress: ReadonlyMap<string, readonly QueueStatistics[]>;
}

function readingOf(
  address: SampledAddress,
  brokers: ReadonlyMap<string, ReadBroker>,
  gateways: ReadonlyMap<string, ReadonlyMap<string, GatewayAddressStatistics>>,
): AddressReading | undefined {
  if (gateways.size === 0) return undefined;
  const counts = new Map<string, GatewayAddressStatistics>();
  for (const [name, addresses] of gateways) {
    const read = addresses.get(address.gatewayName);
    if (read !== undefined) counts.set(name, read);
  }
  if (address.type === "anycast" || address.type === "multicast") return { type: address.type, gateways: counts };
  const broker = address.broker === null ? undefined : brokers.get(address.broker);
  if (broker === undefined) return undefined;
  const own = broker.byName.get(queueOf(address.brokerAddress));
  // A queue that is being made is not there yet.
  if (address.type !== "topic" && own === undefined) return undefined;
  const queues = address.type === "topic" ? (broker.byAddress.get(address.brokerAddress) ?? []) : [own as QueueStatistics];
  return { type: address.type, gateways: counts, broker: { epoch: broker.epoch, queues, deadLetters: broker.byName.get(deadLetterQueue(address.brokerAddress)) } };
}

/** What is to be written of an address; undefined when nothing is. */
function changeOf(address: SampledAddress, reading: AddressReading, held: StoredNumbers | undefined, elapsedMs: number | undefined, maxGapMs: number): ChangedNumbers | undefined {
  const { numbers, counted } = numbersAfter(held, reading);
  const seconds = held === undefined || elapsedMs === undefined || elapsedMs <= 0 ? undefined : elapsedMs / 1000;
  const rate = (count: number): number => (seconds === undefined ? 0 : Math.round((count / seconds) * 1000) / 1000);
  const stored: StoredNumbers = { ...numbers, inRate: rate(counted.in), outRate: rate(counted.out), growth: rate(numbers.depth - (held?.depth ?? 0)) };
  const isSame = held !== undefined && isSameForPeople(held, stored) && held.inRate === stored.inRate && held.outRate === stored.outRate && held.growth === stored.growth;
  if (isSame && hasSameBaselines(stored, held)) return undefined;
  return { address, numbers: stored, sample: sampleOf(stored, counted, held, elapsedMs, maxGapMs) };
}

/** After a gap history begins anew with the gauges as they are; an address that is new since the last pass had nothing before. */
function sampleOf(numbers: StoredNumbers, counted: Counts, held: StoredNumbers | undefined, elapsedMs: number | undefined, maxGapMs: number): ChangedNumbers["sample"] {
  if (elapsedMs !== undefined && elapsedMs <= maxGapMs) return { counted, depthBefore: held?.depth ?? 0, receiversBefore: held?.receivers ?? 0 };
  return held === undefined ? undefined : { counted: noCounts, depthBefore: numbers.depth, receiversBefore: numbers.receivers };
}
