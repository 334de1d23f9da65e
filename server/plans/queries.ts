import type { AddressPlan } from "#contracts/plans/plan.ts";
import type { AddressType } from "#contracts/addresses/address-type.ts";
import type { AddressPlan as AddressPlanRow } from "#prisma/generated/client.ts";
import type { TenantClient } from "../db/database.ts";

/** A plan as screens see it: numbers for the database's big integers, which all are below 2^53. */
export function toAddressPlan(row: AddressPlanRow): AddressPlan {
  return {
    id: row.id,
    type: row.type as AddressType,
    name: row.name,
    description: row.description,
    order: row.order,
    storedBytes: numberOrNull(row.storedBytes),
    maxMessageBytes: row.maxMessageBytes,
    defaultTimeToLiveMs: numberOrNull(row.defaultTimeToLiveMs),
    maxTimeToLiveMs: numberOrNull(row.maxTimeToLiveMs),
    maxDeliveryAttempts: row.maxDeliveryAttempts,
    maxConsumers: row.maxConsumers,
    whenFull: row.whenFull as AddressPlan["whenFull"],
  };
}

/** Plans that a space plan allows and that are not retired, of all types, in the operator's order. */
export async function listPlansOffered(client: TenantClient, addressPlanIds: readonly string[]): Promise<AddressPlan[]> {
  const rows = await client.addressPlan.findMany({ where: { retiredAt: null, id: { in: [...addressPlanIds] } }, orderBy: [{ order: "asc" }, { id: "asc" }] });
  return rows.map(toAddressPlan);
}

/** As {@link listPlansOffered}, of one type. */
export async function listAllowedPlans(client: TenantClient, type: AddressType, addressPlanIds: readonly string[]): Promise<AddressPlan[]> {
  return (await listPlansOffered(client, addressPlanIds)).filter((plan) => plan.type === type);
}

function numberOrNull(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}
