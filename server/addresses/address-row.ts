import type { Address } from "#contracts/addresses/address.ts";
import type { AddressType } from "#contracts/addresses/address-type.ts";
import type { AddressOptions } from "#contracts/addresses/address-options.ts";
import type { Phase } from "#contracts/phases.ts";

/** Columns of a row as SQL answers them. */
export interface AddressRow {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly topic: string | null;
  readonly plan_id: string;
  readonly phase: string;
  readonly reason: string | null;
  readonly generation: number;
  readonly observed_generation: number;
  readonly created_at: Date;
  readonly created_by: string;
  readonly time_to_live_ms: bigint | null;
  readonly delivery_attempts: number | null;
  readonly consumers: number | null;
  readonly keeps_dead_letters: boolean | null;
  readonly rule: Address["rule"];
}

export function toAddress(row: AddressRow, planName: string): Address {
  return {
    id: row.id,
    name: row.name,
    type: row.type as AddressType,
    topic: row.topic,
    planId: row.plan_id,
    planName,
    phase: row.phase as Phase,
    reason: row.reason,
    generation: row.generation,
    observedGeneration: row.observed_generation,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    options: toOptions({ timeToLiveMs: row.time_to_live_ms, deliveryAttempts: row.delivery_attempts, consumers: row.consumers, keepsDeadLetters: row.keeps_dead_letters }),
    rule: row.rule,
  };
}

/** Options as screens see them: numbers for the database's big integers, which all are below 2^53. */
export function toOptions({ timeToLiveMs, ...others }: Omit<AddressOptions, "timeToLiveMs"> & { timeToLiveMs: bigint | null }): AddressOptions {
  return { ...others, timeToLiveMs: timeToLiveMs === null ? null : Number(timeToLiveMs) };
}
