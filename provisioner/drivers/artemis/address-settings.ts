import { PostroomError } from "#contracts/errors.ts";
import { partsOfSubscription } from "#contracts/naming.ts";
import type { AddressLimits } from "#contracts/plans/address-limits.ts";
import type { AddressClass } from "../broker-driver.ts";

/** Keys and values of Artemis' `addAddressSettings`; docs/adr/0002-limits-on-brokers.md says what was tried. */
export type AddressSettings = Readonly<Record<string, string | number | boolean>>;

const mebibyte = 1024 * 1024;
/** Word of the class under which dead letters live; no plan may use it. */
export const deadLetterClass = "dlq";
/** Upper case, so that no tenant's slug can ever start a queue name like this. */
const deadLetterQueuePrefix = "DLQ.";
/**
 * What the broker notes of a message that it moves, as filters read it: annotations, which it writes over whatever a sender put there.
 * By the names without `m.`, `_AMQ_ORIG_QUEUE` and such, a sender's application properties would count first.
 */
const originQueue = '"m.x-opt-ORIG-QUEUE"';
const originAddress = '"m.x-opt-ORIG-ADDRESS"';
/** In memory per paged address; the rest goes to disk. */
const pagedMemoryBytes = 4 * mebibyte;
/** Estimated by Artemis for a message besides its bytes; measured 446. */
const messageOverheadBytes = 512;

const nothingByItself: AddressSettings = {
  autoCreateQueues: false,
  autoCreateAddresses: false,
  autoDeleteQueues: false,
  autoDeleteAddresses: false,
  // Empty, so that expired messages are dropped and do not pile up in a queue that all tenants share.
  expiryAddress: "",
};

/** The address setting that all addresses of the class share. */
export function classMatch(classId: string): string {
  return `*.*.${classId}.#`;
}

/** The address setting that a space has for itself. */
export function spaceMatch(space: string): string {
  return `${space}.#`;
}

/** Where dead letters of a space go. */
export function deadLetterAddress(space: string): string {
  return `${space}.${deadLetterClass}.all`;
}

/** The queue in which the messages of a queue or subscription wait. */
export function queueOf(brokerAddress: string): string {
  return partsOfSubscription(brokerAddress)?.queue ?? brokerAddress;
}

/** The queue on it with the dead letters of one address. */
export function deadLetterQueue(brokerAddress: string): string {
  return `${deadLetterQueuePrefix}${queueOf(brokerAddress)}`;
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/**
 * Dead-letter queues of a subscription and of its topic as they are to be made. The broker makes one for each topic, which would get
 * the dead letters of all its subscriptions; so each subscription has one of its own, and the topic's takes those of others only:
 * of subscriptions that clients made for themselves, whose queues have no name of our form.
 */
export function deadLetterQueuesOfSubscription(space: string, topic: string, queue: string): { name: string; filter: string }[] {
  return [
    { name: deadLetterQueue(queue), filter: `${originQueue} = ${text(queue)}` },
    { name: deadLetterQueue(topic), filter: `${originAddress} = ${text(topic)} AND NOT (${originQueue} LIKE ${text(`${space}.%`)})` },
  ];
}

/**
 * Limits of a class as Artemis enforces them.
 * @throws PostroomError `invalid-input` when the plan asks for something that cannot be had
 */
export function classSettings(addressClass: AddressClass): AddressSettings {
  const { classId, storedBytes, maxDeliveryAttempts, defaultTimeToLiveMs, maxTimeToLiveMs } = addressClass;
  if (classId === deadLetterClass) throw refusal(classId, `the class id ${deadLetterClass} is kept for dead letters`);
  if (storedBytes === null || storedBytes < 1024) throw refusal(classId, "a stored type needs at least 1 KiB of stored bytes");
  return {
    ...nothingByItself,
    // So that the age of a message is known whose sender does not say when it made it.
    enableIngressTimestamp: true,
    ...fullSettings(addressClass, storedBytes),
    ...(maxDeliveryAttempts === null ? {} : { maxDeliveryAttempts }),
    // Artemis leaves expiryDelay's messages out of maxExpiryDelay, so a class has one of the two; the maximum is the promise.
    ...(maxTimeToLiveMs !== null
      ? { maxExpiryDelay: maxTimeToLiveMs }
      : defaultTimeToLiveMs !== null
        ? { expiryDelay: defaultTimeToLiveMs }
        : {}),
  };
}

/** Messages in the ring of an address that drops its oldest; undefined for others. */
export function ringSize({ whenFull, storedBytes, maxMessageBytes }: Pick<AddressClass, "whenFull" | "storedBytes" | "maxMessageBytes">): number | undefined {
  // Artemis counts messages in a ring, not bytes; so many of the largest fit for sure.
  return whenFull === "drop-oldest" ? Math.max(1, Math.floor((storedBytes ?? 0) / maxMessageBytes)) : undefined;
}

function fullSettings(addressClass: AddressClass, storedBytes: number): AddressSettings {
  const { whenFull } = addressClass;
  switch (whenFull) {
    case "page": {
      const maxSizeBytes = Math.min(pagedMemoryBytes, Math.ceil(storedBytes / 2));
      return {
        addressFullMessagePolicy: "PAGE",
        maxSizeBytes,
        pageSizeBytes: pageSize(maxSizeBytes),
        pageLimitBytes: storedBytes - maxSizeBytes,
        pageFullMessagePolicy: "FAIL",
      };
    }
    case "drop-oldest": {
      const defaultRingSize = ringSize(addressClass) ?? 1;
      const maxSizeBytes = storedBytes + (defaultRingSize + 1) * messageOverheadBytes;
      return { addressFullMessagePolicy: "FAIL", maxSizeBytes, pageSizeBytes: pageSize(maxSizeBytes), defaultRingSize };
    }
    case "reject":
    case null:
      return { addressFullMessagePolicy: "FAIL", maxSizeBytes: storedBytes, pageSizeBytes: pageSize(storedBytes) };
  }
}

/**
 * Limits of one address that differ from its class. Artemis fills what a literal setting leaves out from the class's, so
 * every key that a class may have is said here.
 */
export function ownSettings(classId: string, limits: AddressLimits): AddressSettings {
  const noLimit = { maxDeliveryAttempts: -1, maxExpiryDelay: -1, expiryDelay: -1, defaultRingSize: -1, pageLimitBytes: -1, pageFullMessagePolicy: "FAIL" };
  // Empty, so that an undeliverable message has nowhere to go and is dropped.
  const deadLetters: AddressSettings = limits.keepsDeadLetters ? {} : { deadLetterAddress: "", autoCreateDeadLetterResources: false };
  return { ...noLimit, ...classSettings({ ...limits, classId }), ...deadLetters };
}

// Must be smaller than maxSizeBytes, or Artemis refuses the setting.
function pageSize(maxSizeBytes: number): number {
  return Math.min(mebibyte, Math.floor(maxSizeBytes / 4));
}

/** What only a space can have for itself: where its dead letters go, one queue for each address. */
export function spaceSettings(space: string): AddressSettings {
  return {
    deadLetterAddress: deadLetterAddress(space),
    autoCreateDeadLetterResources: true,
    deadLetterQueuePrefix,
    deadLetterQueueSuffix: "",
  };
}

/** Dead letters stay until somebody takes or deletes them: no end of delivery attempts, and disk beyond a little memory. */
export function deadLetterSettings(): AddressSettings {
  return {
    ...nothingByItself,
    maxDeliveryAttempts: -1,
    addressFullMessagePolicy: "PAGE",
    maxSizeBytes: pagedMemoryBytes,
    pageSizeBytes: pageSize(pagedMemoryBytes),
  };
}

/** True when the effective settings of an address hold everything that is wanted. */
export function settingsHold(wanted: AddressSettings, effective: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(wanted).every(([key, value]) => effective[key] === value || (value === "" && effective[key] === undefined));
}

function refusal(classId: string, why: string): PostroomError {
  return new PostroomError({ code: "invalid-input", message: `The broker cannot have the limits of class ${classId}: ${why}. A platform administrator can change the plan.` });
}
