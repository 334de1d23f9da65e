import type { AddressLimits } from "#contracts/plans/address-limits.ts";
import type { AddressPlan } from "#contracts/plans/plan.ts";
import type { WorkWindow } from "../work-window.ts";
import type { MessageDriver } from "./message-driver.ts";
import type { Part } from "./part.ts";

/** The limits of a plan that a broker enforces, under the class id that stands in broker addresses. */
export interface AddressClass
  extends Pick<
    AddressPlan,
    "storedBytes" | "maxMessageBytes" | "defaultTimeToLiveMs" | "maxTimeToLiveMs" | "maxDeliveryAttempts" | "maxConsumers" | "whenFull"
  > {
  readonly classId: string;
}

export type StoredType = "queue" | "topic" | "subscription";

/** An address of a stored type as a broker is to have it. */
export interface StoredAddress {
  /** `<tenant>.<space>.<class>.<name>`, of a subscription `<address of its topic>::<tenant>.<space>.<class>.<name>` */
  readonly brokerAddress: string;
  readonly type: StoredType;
  /** `<tenant>.<space>` */
  readonly space: string;
  readonly addressClass: AddressClass;
  /**
   * Limits of this one address where they differ from its class; null when they no longer do, so that what the broker may
   * still have for it goes; absent when they never did.
   */
  readonly ownLimits?: AddressLimits | null;
}

/** An address that a broker has. */
export interface BrokerAddress {
  /** As in {@link StoredAddress}. */
  readonly brokerAddress: string;
  readonly type: StoredType;
  /** Consumers the queue admits; undefined for topics. */
  readonly maxConsumers: number | undefined;
  /** Messages in all its queues. */
  readonly messages: number;
}

/** A queue's numbers; counts are since the queue was made or the broker started, whichever is later. */
export interface QueueStatistics {
  /** Given anew to a queue that is made again under an old name. */
  readonly id: string;
  readonly name: string;
  readonly address: string;
  /** Messages in it, those being delivered included. */
  readonly depth: number;
  readonly delivering: number;
  readonly added: number;
  readonly acknowledged: number;
  readonly expired: number;
  /** Dead-lettered, or dropped after too many attempts. */
  readonly killed: number;
}

export interface BrokerStatistics {
  /** When the broker started, in milliseconds since the epoch, right to some seconds. */
  readonly startedAtMs: number;
  readonly queues: readonly QueueStatistics[];
}

/**
 * A broker on which stored addresses are placed. Each operation is idempotent, is safe to repeat after any failure, and
 * throws PostroomError: `unavailable` or `time-out` when the broker did not (verifiably) do it, `invalid-input`,
 * `conflict` or `internal` when it refused.
 */
export interface BrokerDriver extends Part, MessageDriver {
  /** Name in `BROKER_URLS`. */
  readonly name: string;
  /**
   * The address exists with its class's limits and its space's dead letters when this resolves; messages in it stay. A subscription
   * is refused while its topic is not there; its class sets nothing but its consumers, all else is its topic's.
   */
  ensureAddress(address: StoredAddress, window: WorkWindow): Promise<void>;
  /**
   * The address, its queues with their messages, and its dead letters are gone when this resolves (of a topic, after its
   * subscriptions have been removed), and with `hadOwnLimits`
   * also the settings that it had for itself.
   */
  removeAddress(brokerAddress: string, window: WorkWindow, hadOwnLimits?: boolean): Promise<void>;
  /** Whether an address holds anything that goes with it: messages, dead letters, or subscriptions of a topic. */
  isInUse(address: Pick<StoredAddress, "brokerAddress" | "type" | "space">, window: WorkWindow): Promise<boolean>;
  /** Settings and dead letters of the space are gone when this resolves. Its addresses must be removed before. */
  removeSpace(space: string, window: WorkWindow): Promise<void>;
  /** Sets right what somebody changed in the limits of a class or the dead-letter setting of a space; true if anything was wrong. */
  repairClass(addressClass: AddressClass, window: WorkWindow): Promise<boolean>;
  repairSpace(space: string, window: WorkWindow): Promise<boolean>;
  /** All addresses in the forms of {@link StoredAddress} that the broker has, dead-letter addresses left out. */
  listAddresses(window: WorkWindow): Promise<BrokerAddress[]>;
  /** The numbers of all queues, in one pass. */
  readStatistics(window: WorkWindow): Promise<BrokerStatistics>;
  /** When the first message of a queue came, in milliseconds since the epoch; null when there is none, or it is not known. */
  readOldestAt(queue: string, window: WorkWindow): Promise<number | null>;
}
