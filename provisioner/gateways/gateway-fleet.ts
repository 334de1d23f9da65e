import type { GatewayCredentialUse } from "#contracts/gateway-management.ts";
import type { ConnectionsOfLogin, GatewayDriver, GatewayEntity, GatewayEntityKind } from "../drivers/gateway-driver.ts";
import { PartAwayError } from "../part-away-error.ts";
import type { WorkWindow } from "../work-window.ts";

/** What rows wait for when no gateway at all is there. */
export const anyGateway = "a gateway";

/**
 * All gateways as one. Something is confirmed when every gateway that is connected has confirmed it, and at least one is: one
 * that is away is told everything when it returns, before it opens to clients (GatewayLink), so it neither blocks nor
 * misses anything. For the same reason a removal does not wait for gateways that are away.
 */
export class GatewayFleet {
  readonly #drivers: readonly GatewayDriver[];

  constructor(drivers: readonly GatewayDriver[]) {
    this.#drivers = drivers;
  }

  /** @throws PartAwayError when no gateway is connected or one does not answer; PostroomError when one refuses */
  async tell(entity: GatewayEntity, window: WorkWindow): Promise<void> {
    const confirmed = await this.#each((driver) => driver.upsert(entity, window));
    if (confirmed === 0) throw new PartAwayError(anyGateway, "is not there: none of those configured is connected");
  }

  /** @throws PartAwayError when a connected gateway does not answer; PostroomError when one refuses */
  async remove(kind: GatewayEntityKind, name: string, generation: number, window: WorkWindow): Promise<void> {
    await this.#each((driver) => driver.remove(kind, name, generation, window));
  }

  /** Ends connections of a login in all spaces of a tenant. @throws PostroomError when a connected gateway did not do it */
  async closeConnections(which: ConnectionsOfLogin, reason: string, window: WorkWindow): Promise<void> {
    await this.#each((driver) => driver.closeConnections(which, reason, window));
  }

  /** Use of credentials at all gateways; undefined when one does not answer, since then nobody knows. */
  async credentialUse(window: WorkWindow): Promise<readonly GatewayCredentialUse[] | undefined> {
    if (this.#drivers.some((driver) => !driver.connected)) return undefined;
    const listed = await Promise.all(this.#drivers.map((driver) => driver.listCredentialUse(window)));
    return listed.flat();
  }

  /** Logins of credentials that have a connection at a gateway that answers. */
  async loginsInUse(window: WorkWindow): Promise<string[]> {
    const listed = await Promise.allSettled(this.#drivers.filter((driver) => driver.connected).map((driver) => driver.listCredentialUse(window)));
    const use = listed.flatMap((each) => (each.status === "fulfilled" ? each.value : []));
    return [...new Set(use.flatMap(({ name, connections }) => (connections > 0 ? [name] : [])))];
  }

  async #each(act: (driver: GatewayDriver) => Promise<void>): Promise<number> {
    const connected = this.#drivers.filter((driver) => driver.connected);
    const results = await Promise.allSettled(connected.map((driver) => act(driver)));
    let confirmed = 0;
    for (const [index, result] of results.entries()) {
      if (result.status === "fulfilled") confirmed++;
      else if (connected[index]?.connected) throw result.reason;
    }
    return confirmed;
  }
}
