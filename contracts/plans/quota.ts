import type { AddressPlan, QuotaMeter } from "./plan.ts";

/** Quota of a space plan, in absolute units. */
export interface SpaceQuota {
  readonly maxAddresses: number;
  readonly maxStoredBytes: number;
  readonly maxConnections: number;
  readonly maxCredentials: number;
}

/** What a space uses: addresses count from the moment they are asked for, stored bytes are what their plans reserve. */
export interface SpaceUse {
  readonly addresses: number;
  readonly storedBytes: number;
  readonly connections: number;
  readonly credentials: number;
}

export interface QuotaDemand {
  readonly addresses?: number;
  readonly storedBytes?: number;
  readonly credentials?: number;
}

export interface QuotaRefusal {
  readonly name: QuotaMeter["name"];
  readonly value: number;
  readonly used: number;
  readonly asked: number;
}

/** Demand of one new address of this plan. */
export function demandOf(plan: Pick<AddressPlan, "storedBytes">): QuotaDemand {
  return { addresses: 1, storedBytes: plan.storedBytes ?? 0 };
}

/** The use after a demand was granted. */
export function useAfter(use: SpaceUse, demand: QuotaDemand): SpaceUse {
  return {
    addresses: use.addresses + (demand.addresses ?? 0),
    storedBytes: use.storedBytes + (demand.storedBytes ?? 0),
    connections: use.connections,
    credentials: use.credentials + (demand.credentials ?? 0),
  };
}

/** Meters for a screen, in a fixed order. */
export function metersOf(quota: SpaceQuota, use: SpaceUse): QuotaMeter[] {
  return [
    { name: "addresses", used: use.addresses, limit: quota.maxAddresses },
    { name: "storedBytes", used: use.storedBytes, limit: quota.maxStoredBytes },
    { name: "connections", used: use.connections, limit: quota.maxConnections },
    { name: "credentials", used: use.credentials, limit: quota.maxCredentials },
  ];
}

/**
 * The first limit that a demand would break, or undefined when it fits. A meter that the demand does not touch never
 * refuses, so a space that is over its quota in one thing can still be used in another.
 */
export function refusalOfDemand(quota: SpaceQuota, use: SpaceUse, demand: QuotaDemand): QuotaRefusal | undefined {
  const before = metersOf(quota, use);
  const after = metersOf(quota, useAfter(use, demand));
  for (const [index, meter] of after.entries()) {
    const asked = meter.used - (before[index]?.used ?? 0);
    if (asked > 0 && meter.used > meter.limit) return { name: meter.name, value: meter.limit, used: meter.used - asked, asked };
  }
  return undefined;
}
