import { hasStorageOfItsOwn, type AddressType } from "../addresses/address-type.ts";
import type { AddressOptions } from "../addresses/address-options.ts";
import type { AddressPlan } from "./plan.ts";

/** What holds for one address: its plan's limits, narrowed by its own options. */
export interface AddressLimits
  extends Pick<
    AddressPlan,
    "storedBytes" | "maxMessageBytes" | "defaultTimeToLiveMs" | "maxTimeToLiveMs" | "maxDeliveryAttempts" | "maxConsumers" | "whenFull"
  > {
  /** Undeliverable messages are kept as dead letters; otherwise they are dropped. */
  readonly keepsDeadLetters: boolean;
}

/** The options that mean something for a type. */
export function optionsOf(type: AddressType): readonly (keyof AddressOptions)[] {
  return hasStorageOfItsOwn(type) ? ["timeToLiveMs", "deliveryAttempts", "keepsDeadLetters", "consumers"] : ["consumers"];
}

/** Options narrow a plan and never widen it: where a plan has become stricter than an option, the plan holds. */
export function limitsOfAddress(plan: Omit<AddressLimits, "keepsDeadLetters">, options: AddressOptions): AddressLimits {
  return {
    storedBytes: plan.storedBytes,
    maxMessageBytes: plan.maxMessageBytes,
    defaultTimeToLiveMs: narrowed(plan.defaultTimeToLiveMs, plan.defaultTimeToLiveMs === null ? null : options.timeToLiveMs),
    maxTimeToLiveMs: narrowed(plan.maxTimeToLiveMs, options.timeToLiveMs),
    maxDeliveryAttempts: narrowed(plan.maxDeliveryAttempts, options.deliveryAttempts),
    maxConsumers: Math.min(plan.maxConsumers, options.consumers ?? plan.maxConsumers),
    whenFull: plan.whenFull,
    keepsDeadLetters: options.keepsDeadLetters ?? true,
  };
}

function narrowed(limit: number | null, own: number | null): number | null {
  if (limit === null || own === null) return limit ?? own;
  return Math.min(limit, own);
}

/** Sentences why options do not fit a plan, by field; none when they do. */
export function refusalsOfOptions(plan: AddressPlan, options: AddressOptions): Partial<Record<keyof AddressOptions, string>> {
  const allowed = optionsOf(plan.type);
  const refusals: Partial<Record<keyof AddressOptions, string>> = {};
  for (const key of ["timeToLiveMs", "deliveryAttempts", "consumers", "keepsDeadLetters"] as const) {
    if (options[key] !== null && !allowed.includes(key)) refusals[key] = plan.type === "subscription" ? "Its topic stores the messages of a subscription, so this is an option of the topic." : `An address of the type ${plan.type} stores nothing, so it has no such option.`;
  }
  const limits = { timeToLiveMs: plan.maxTimeToLiveMs, deliveryAttempts: plan.maxDeliveryAttempts, consumers: plan.maxConsumers };
  for (const key of ["timeToLiveMs", "deliveryAttempts", "consumers"] as const) {
    const [limit, asked] = [limits[key], options[key]];
    if (refusals[key] === undefined && limit !== null && asked !== null && asked > limit) {
      refusals[key] = `The plan ${plan.name} allows at most ${key === "timeToLiveMs" ? `${limit / 1000} seconds` : limit}. Give less, or choose a larger plan.`;
    }
  }
  return refusals;
}
