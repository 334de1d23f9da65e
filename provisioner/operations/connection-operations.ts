import { closeConnectionsWorkSchema } from "#contracts/connections/connection.ts";
import { PostroomError } from "#contracts/errors.ts";
import type { OperationFailure } from "#contracts/operations/operation.ts";
import type { Database as TenantDatabase } from "#server/db/database.ts";
import { readConnectionId } from "../clients/client-rows.ts";
import type { GatewayDriver } from "../drivers/gateway-driver.ts";
import type { Limits } from "../limits.ts";
import type { WorkWindow } from "../work-window.ts";
import type { ClaimedOperation } from "./queries.ts";
import { writePart, type DonePart } from "./write-part.ts";

export interface ConnectionOperationParts {
  readonly tenantDatabase: TenantDatabase;
  readonly gateways: readonly GatewayDriver[];
  readonly limits: Limits;
}

/**
 * Closes the next connections of an operation at their gateways. Whoever may close which was decided when it was asked for. A
 * connection that is closed already is done, so a part can be done twice; one whose gateway does not answer has failed, since by
 * the time it does the client may be another one.
 * @returns undefined when the claim is lost
 */
export async function doConnectionPart(
  { tenantDatabase, gateways, limits }: ConnectionOperationParts,
  operation: ClaimedOperation,
  window: WorkWindow,
): Promise<DonePart | undefined> {
  const { parameters, position } = operation;
  const { ids, reason } = closeConnectionsWorkSchema.parse(parameters);
  const start = Number(position.next ?? 0);
  const end = Math.min(ids.length, start + limits.clients.closedPerPart);
  const failures: OperationFailure[] = [];
  await Promise.all(
    ids.slice(start, end).map(async (id) => {
      const place = readConnectionId(id);
      const gateway = gateways.find(({ name }) => name === place?.gateway);
      if (place === undefined || gateway === undefined) return;
      try {
        await gateway.closeConnection(place.incarnationStart, place.number, reason, window);
      } catch (error) {
        failures.push({ name: id, reason: error instanceof PostroomError ? error.message : "Its gateway failed to close it." });
      }
    }),
  );
  const next = end < ids.length ? { next: end } : undefined;
  const part = { done: end - start - failures.length, failures, position: next };
  return writePart(tenantDatabase, operation, limits.reconcile.claimMs, async () => part);
}
