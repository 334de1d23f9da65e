import type { Database, TenantClient } from "#server/db/database.ts";
import { storePart, type OperationPart, type WrittenPart } from "#server/operations/queries.ts";
import type { ClaimedOperation } from "./queries.ts";

/** A part that is done and written down, with which the claim was renewed. */
export interface DonePart extends WrittenPart {
  readonly position?: Record<string, unknown>;
  /** When that was asked for, in milliseconds of `performance.now()`. */
  readonly renewedMs: number;
}

/**
 * Does a part in a transaction and writes it down there with a renewed claim.
 * @param doPart undefined when the claim is lost already
 * @returns undefined when the claim is lost
 */
export async function writePart(
  database: Database,
  operation: ClaimedOperation,
  claimMs: number,
  doPart: (client: TenantClient) => Promise<OperationPart | undefined>,
): Promise<DonePart | undefined> {
  const { context } = operation;
  return database.withTenant(context.tenant.id, context.person.userId, async (client) => {
    const part = await doPart(client);
    if (part === undefined) return undefined;
    const renewedMs = performance.now();
    const written = await storePart(client, operation, part, claimMs);
    return written && { ...written, position: part.position as Record<string, unknown> | undefined, renewedMs };
  });
}
