import { changePartOfAddresses } from "#server/addresses/change-many-addresses.ts";
import { createPartOfAddresses } from "#server/addresses/create-many-addresses.ts";
import type { Database } from "#server/db/database.ts";
import { holdsClaim } from "#server/operations/queries.ts";
import { lockSpaceQuota } from "#server/spaces/queries.ts";
import type { ClaimedOperation } from "./queries.ts";
import { writePart, type DonePart } from "./write-part.ts";

const parts = { "create-addresses": createPartOfAddresses, "delete-addresses": changePartOfAddresses, "change-plan": changePartOfAddresses };

export type AddressOperationKind = keyof typeof parts;

/**
 * Does the next part of a change of many addresses: rows, audit entries and progress in one transaction that holds only with
 * the claim, so that each part is done once, whoever is killed in it.
 * @returns undefined when the claim is lost
 * @throws PostroomError when it can never be done
 */
export function doAddressPart(database: Database, operation: ClaimedOperation & { readonly kind: AddressOperationKind }, claimMs: number): Promise<DonePart | undefined> {
  const { context, parameters, position } = operation;
  return writePart(database, operation, claimMs, async (client) => {
    await lockSpaceQuota(client, context.space.id);
    if (!(await holdsClaim(client, operation))) return undefined;
    return parts[operation.kind](client, context, parameters, position);
  });
}
