import { changePartOfAddresses } from "#server/addresses/change-many-addresses.ts";
import { createPartOfAddresses } from "#server/addresses/create-many-addresses.ts";
import type { Database } from "#server/db/database.ts";
import { holdsClaim, storePart, type WrittenPart } from "#server/operations/queries.ts";
import { lockSpaceQuota } from "#server/spaces/queries.ts";
import type { ClaimedOperation } from "./queries.ts";

const parts = { "create-addresses": createPartOfAddresses, "delete-addresses": changePartOfAddresses, "change-plan": changePartOfAddresses };

export type AddressOperationKind = keyof typeof parts;

/**
 * Does the next part of a change of many addresses: rows, audit entries and progress in one transaction that holds only with
 * the claim, so that each part is done once, whoever is killed in it.
 * @returns undefined when the claim is lost
 * @throws PostroomError when it can never be done
 */
export function doAddressPart(database: Database, operation: ClaimedOperation & { readonly kind: AddressOperationKind }, claimMs: number): Promise<WrittenPart & { position?: Record<string, unknown> } | undefined> {
  const { context, parameters, position } = operation;
  return database.withTenant(context.tenant.id, context.person.userId, async (client) => {
    await lockSpaceQuota(client, context.space.id);
    if (!(await holdsClaim(client, operation))) return undefined;
    const part = await parts[operation.kind](client, context, parameters, position);
    const written = await storePart(client, operation, part, claimMs);
    return written && { ...written, position: part.position as Record<string, unknown> | undefined };
  });
}
