import type { AddressType } from "#contracts/addresses/address-type.ts";
import type { GatewayAddressStatistics } from "#contracts/gateway-management.ts";
import type { QueueStatistics } from "../drivers/broker-driver.ts";

/** Counts of an address, in this order in every list of them. */
export const countNames = ["in", "out", "acknowledged", "rejected", "refused", "released", "expired", "deadLettered"] as const;
export type Counts = Record<(typeof countNames)[number], number>;

/** Counters of one source as last read; `epoch` changes when they begin anew. */
export interface Baseline {
  readonly epoch: string;
  readonly values: readonly number[];
  /** Messages that were in the queue, for sources that are queues. */
  readonly depth?: number;
}

/** What is known of an address; `baselines` by `gateway:<name>`, `queue` and `dead-letters`. */
export interface AddressNumbers {
  readonly depth: number;
  readonly delivering: number;
  readonly senders: number;
  readonly receivers: number;
  readonly deadLetters: number;
  /** When its first message came, in milliseconds since the epoch; null when there is none or it is not known. */
  readonly oldestAtMs: number | null;
  readonly totals: Counts;
  readonly baselines: Readonly<Record<string, Baseline>>;
}

/** What brokers and gateways said of an address in one pass. */
export interface AddressReading {
  readonly type: AddressType;
  /** By name of the gateway; only those that have anything to say. */
  readonly gateways: ReadonlyMap<string, GatewayAddressStatistics>;
  /** Start of the broker and the queues of the address, for stored types; a topic has one for each subscription. */
  readonly broker?: { readonly epoch: string; readonly queues: readonly QueueStatistics[]; readonly deadLetters: QueueStatistics | undefined };
}

export const noCounts: Counts = { in: 0, out: 0, acknowledged: 0, rejected: 0, refused: 0, released: 0, expired: 0, deadLettered: 0 };

/**
 * The numbers of an address after a pass, and what was counted since the one before. Where each number is taken from:
 *
 * - depth, messages being delivered, expired: the broker; a topic's are the sums over its subscriptions' queues.
 * - dead letters and dead-lettered: the address's dead-letter queue on the broker.
 * - in and acknowledged: of queues and subscriptions the broker, whose counters outlive gateways; of topics, anycast and
 *   multicast the gateways (taken from producers; accepted by consumers or pre-settled).
 * - out (each delivery to a consumer), rejected and released by consumers, refused to producers, senders, receivers: the gateways.
 *
 * A counter that began anew, since the gateway, the broker, the queue or the address did, counts from zero, so nothing is ever
 * negative. Messages that a broker reloads at its start are not counted as new ones; what it or a gateway counted between the
 * last pass and its end is lost with it. A purge counts as acknowledged, as brokers count it.
 */
export function numbersAfter(before: AddressNumbers | undefined, reading: AddressReading): { numbers: AddressNumbers; counted: Counts } {
  const counted = { ...noCounts };
  const baselines: Record<string, Baseline> = { ...before?.baselines };
  const { broker, gateways, type } = reading;
  let senders = 0;
  let receivers = 0;
  const gatewayCounts = { taken: 0, acknowledged: 0 };
  for (const [name, read] of gateways) {
    senders += read.producers;
    receivers += read.consumers;
    const key = `gateway:${name}`;
    const now: Baseline = { epoch: String(read.since), values: [read.taken, read.refused, read.delivered, read.acknowledged, read.rejected, read.released] };
    const [taken = 0, refused = 0, delivered = 0, acknowledged = 0, rejected = 0, released = 0] = since(before?.baselines[key], now);
    baselines[key] = now;
    gatewayCounts.taken += taken;
    gatewayCounts.acknowledged += acknowledged;
    counted.refused += refused;
    counted.out += delivered;
    counted.rejected += rejected;
    counted.released += released;
  }
  const own = type === "topic" ? undefined : broker?.queues[0];
  if (own !== undefined && broker !== undefined) {
    const now = queueBaseline(own, broker.epoch);
    const [added = 0, acknowledged = 0, expired = 0] = sinceInQueue(before?.baselines.queue, now);
    baselines.queue = now;
    counted.in += added;
    counted.acknowledged += acknowledged;
    counted.expired += expired;
  } else if (broker === undefined || type === "topic") {
    counted.in += gatewayCounts.taken;
    counted.acknowledged += gatewayCounts.acknowledged;
  }
  if (broker?.deadLetters !== undefined) {
    const now = queueBaseline(broker.deadLetters, broker.epoch);
    const [added = 0] = sinceInQueue(before?.baselines["dead-letters"], now);
    baselines["dead-letters"] = now;
    counted.deadLettered += added;
  }
  const depth = sum(broker?.queues.map((queue) => queue.depth));
  const hasLost = counted.acknowledged + counted.expired + counted.out > 0 || depth === 0 || depth < (before?.depth ?? 0);
  const totals = Object.fromEntries(countNames.map((name) => [name, (before?.totals[name] ?? 0) + counted[name]])) as Counts;
  return {
    counted,
    numbers: {
      depth,
      delivering: sum(broker?.queues.map((queue) => queue.delivering)),
      senders,
      receivers,
      deadLetters: broker?.deadLetters?.depth ?? 0,
      oldestAtMs: hasLost ? null : (before?.oldestAtMs ?? null),
      totals,
      baselines,
    },
  };
}

/** True when both say the same to people, whatever the sources count beside it. */
export function isSameForPeople(one: AddressNumbers, other: AddressNumbers): boolean {
  return (
    one.depth === other.depth && one.delivering === other.delivering && one.senders === other.senders && one.receivers === other.receivers &&
    one.deadLetters === other.deadLetters && one.oldestAtMs === other.oldestAtMs && countNames.every((name) => one.totals[name] === other.totals[name])
  );
}

/** True when a restart gave the counters another beginning, so that they must be kept. */
export function hasSameBaselines(one: AddressNumbers, other: AddressNumbers): boolean {
  const [these, those] = [Object.entries(one.baselines), Object.entries(other.baselines)];
  return these.length === those.length && these.every(([key, { epoch, values }]) => {
    const held = other.baselines[key];
    return held !== undefined && held.epoch === epoch && values.every((value, index) => value === held.values[index]);
  });
}

function queueBaseline({ id, added, acknowledged, expired, killed, depth }: QueueStatistics, epoch: string): Baseline {
  return { epoch: `${epoch}/${id}`, values: [added, acknowledged, expired, killed], depth };
}

function since(before: Baseline | undefined, now: Baseline): number[] {
  const isSame = before?.epoch === now.epoch;
  return now.values.map((value, index) => {
    const held = isSame ? (before.values[index] ?? 0) : 0;
    // A lower value with the same beginning is a beginning that was not noticed.
    return value >= held ? value - held : value;
  });
}

/** A queue that its broker reloaded counts its messages as added; those were counted before. */
function sinceInQueue(before: Baseline | undefined, now: Baseline): number[] {
  const counts = since(before, now);
  const isReloaded = before !== undefined && before.epoch !== now.epoch && queueIdOf(before) === queueIdOf(now);
  if (!isReloaded) return counts;
  const [, acknowledged = 0, expired = 0, killed = 0] = counts;
  return [Math.max(0, (now.depth ?? 0) + acknowledged + expired + killed - (before.depth ?? 0)), acknowledged, expired, killed];
}

function queueIdOf({ epoch }: Baseline): string {
  return epoch.slice(epoch.indexOf("/") + 1);
}

function sum(values: readonly number[] = []): number {
  return values.reduce((total, value) => total + value, 0);
}
