import type { Database } from "../database.ts";
import type { BrokerDriver } from "../drivers/broker-driver.ts";
import { spaceEntity } from "../gateways/gateway-entities.ts";
import type { GatewayFleet } from "../gateways/gateway-fleet.ts";
import type { WorkWindow } from "../work-window.ts";
import type { ClaimedSpace } from "./claimed-rows.ts";
import { terminateRowsOfSpace } from "./queries.ts";
import { NotYetError } from "./reason.ts";

export interface SpaceParts {
  readonly database: Database;
  readonly brokers: readonly BrokerDriver[];
  readonly gateways: GatewayFleet;
}

/**
 * Makes one space what its row says. A removal first asks for the end of all that is in it, and only goes on when that is gone.
 * @throws PostroomError when it could not be done now
 */
export async function reconcileSpace(row: ClaimedSpace, { database, brokers, gateways }: SpaceParts, window: WorkWindow): Promise<"active" | "gone"> {
  const entity = spaceEntity(row);
  if (row.phase !== "Terminating") {
    await gateways.tell(entity, window);
    return "active";
  }
  const left = await terminateRowsOfSpace(database, row.id);
  if (left.addresses + left.credentials > 0) {
    throw new NotYetError(`Waiting until all that is in it is gone: ${left.addresses} addresses and ${left.credentials} credentials are left.`);
  }
  await gateways.remove("space", entity.name, entity.generation, window);
  for (const broker of brokers) await broker.removeSpace(row.space, window);
  return "gone";
}
