import { isStored } from "#contracts/addresses/address-type.ts";
import { PostroomError } from "#contracts/errors.ts";
import { formatBytes } from "#contracts/plans/quota-sentences.ts";
import { keepAfterAll } from "../auto-create/queries.ts";
import type { Database } from "../database.ts";
import type { BrokerDriver } from "../drivers/broker-driver.ts";
import { brokerNamed } from "../drivers/broker-named.ts";
import { addressEntity } from "../gateways/gateway-entities.ts";
import type { GatewayFleet } from "../gateways/gateway-fleet.ts";
import type { WorkWindow } from "../work-window.ts";
import type { ClaimedAddress } from "./claimed-rows.ts";
import { PartAwayError } from "../part-away-error.ts";
import { NotYetError } from "./reason.ts";

export interface AddressParts {
  readonly brokers: readonly BrokerDriver[];
  readonly gateways: GatewayFleet;
  /** For calling a deletion off. */
  readonly database: Database;
}

/**
 * Makes one address what its row says. First the broker, then the gateways, so that nobody attaches to what is not there; a
 * removal goes the other way, so that links end before the queue does.
 * @returns whether the address is confirmed everywhere, or gone everywhere
 * @throws PostroomError when it could not be done now
 */
export async function reconcileAddress(row: ClaimedAddress, { brokers, gateways, database }: AddressParts, window: WorkWindow): Promise<"active" | "gone"> {
  const entity = addressEntity(row);
  if (row.phase === "Terminating") {
    if (row.hasSubscriptions) throw new NotYetError("Waiting for its subscriptions, which are deleted first.");
    await gateways.remove("address", entity.name, entity.generation, window);
    if (row.onlyIfEmpty && row.broker !== null && (await isInUse(row, row.broker, brokers, window))) {
      await keepAfterAll(database, row);
      throw new NotYetError("It is being set up again, since messages came while it was being deleted.");
    }
    if (row.broker !== null) await removeFromBroker(row, row.broker, brokers, window);
    return "gone";
  }
  if (!row.spaceIsSetUp) throw new NotYetError(`Waiting for its address space ${row.space}, which is not set up yet.`);
  if (row.topic && !(row.topic.isActive && row.broker !== null)) throw new NotYetError(`Waiting for the topic ${row.topic.name}, which is not Active.`, true);
  const { type } = row;
  if (isStored(type)) {
    const { brokerAddress, space, addressClass, ownLimits, broker } = row;
    if (broker === null) throw new PartAwayError(`a broker with room for the ${formatBytes(row.limits.storedBytes ?? 0)} that its plan reserves`, "none of those that answer has");
    await brokerNamed(broker, brokers).ensureAddress({ brokerAddress, type, space, addressClass, ownLimits }, window);
  }
  await gateways.tell(entity, window);
  return "active";
}

/** No client reaches the broker any more when this is asked, so the answer stays true. */
function isInUse({ brokerAddress, type, space }: ClaimedAddress, broker: string, brokers: readonly BrokerDriver[], window: WorkWindow): Promise<boolean> {
  return brokerNamed(broker, brokers).isInUse({ brokerAddress, space, type: type === "topic" ? "topic" : "queue" }, window);
}

async function removeFromBroker(row: ClaimedAddress, broker: string, brokers: readonly BrokerDriver[], window: WorkWindow): Promise<void> {
  try {
    await brokerNamed(broker, brokers).removeAddress(row.brokerAddress, window, row.ownLimits !== undefined);
  } catch (error) {
    // Somebody with the right has said that what the broker still has may stay behind there.
    if (!row.isForced || !(error instanceof PostroomError)) throw error;
  }
}
