import type { Database } from "../database.ts";
import type { GatewayDriver } from "../drivers/gateway-driver.ts";
import type { Limits } from "../limits.ts";
import type { Log } from "../log.ts";
import { RepeatedPass } from "../repeated-pass.ts";
import { openWorkWindow } from "../work-window.ts";
import { endUnused, findUnused, type UnusedAddress } from "./queries.ts";

export interface UnusedAddressesOptions {
  readonly database: Database;
  readonly gateways: readonly GatewayDriver[];
  readonly limits: Limits["unusedAddresses"];
  readonly log: Log;
  /** Called when there is something to delete. */
  readonly onEnded: () => void;
}

/**
 * Asks for the end of addresses that a rule made and nobody uses any more. Statistics say which; the gateways are asked once
 * more, and what comes between that and the end of the links is seen by the reconciler, which then keeps the address.
 */
export class UnusedAddresses {
  readonly #options: UnusedAddressesOptions;
  readonly #pass: RepeatedPass<number>;

  constructor(options: UnusedAddressesOptions) {
    this.#options = options;
    const { limits, log } = options;
    this.#pass = new RepeatedPass({ intervalMs: limits.intervalMs, work: (signal) => this.#endAll(signal), failure: "unused addresses could not be looked for; tried again soon", log });
  }

  start(): void {
    this.#pass.start();
  }

  /** Ends what is unused now. @returns how many addresses */
  sweep(): Promise<number> {
    return this.#pass.run();
  }

  close(): Promise<void> {
    return this.#pass.close();
  }

  async #endAll(signal: AbortSignal): Promise<number> {
    const { database, gateways, limits, log, onEnded } = this.#options;
    let ended = 0;
    for (const address of await findUnused(database, gateways.map(({ name }) => name), limits.batchRows)) {
      if (signal.aborted) break;
      if (!(await this.#hasLinks(address, signal)) && (await endUnused(database, address))) ended++;
    }
    if (ended === 0) return 0;
    log.info({ ended }, "addresses that rules made are deleted, since nobody uses them");
    onEnded();
    return ended;
  }

  /** Gateways that are away had no coverage, so that nothing was found. */
  async #hasLinks({ gatewayName }: UnusedAddress, signal: AbortSignal): Promise<boolean> {
    const { gateways, limits } = this.#options;
    const counts = await Promise.all(gateways.map((driver) => driver.countLinks(gatewayName, openWorkWindow(limits.stepMs, signal))));
    return counts.some((links) => links > 0);
  }
}
