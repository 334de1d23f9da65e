import type { Database } from "../database.ts";
import type { GatewayDriver } from "../drivers/gateway-driver.ts";
import type { Limits } from "../limits.ts";
import type { Log } from "../log.ts";
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
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<number> | undefined;

  constructor(options: UnusedAddressesOptions) {
    this.#options = options;
  }

  start(): void {
    const { limits, log } = this.#options;
    this.#timer = setInterval(() => {
      this.sweep().catch((error: Error) => log.warn({ error: error.message }, "unused addresses could not be looked for; tried again soon"));
    }, limits.intervalMs);
  }

  /** Ends what is unused now. @returns how many addresses */
  sweep(): Promise<number> {
    this.#sweeping ??= this.#endAll().finally(() => (this.#sweeping = undefined));
    return this.#sweeping;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.#sweeping?.catch(() => undefined);
  }

  async #endAll(): Promise<number> {
    const { database, gateways, limits, log, onEnded } = this.#options;
    let ended = 0;
    for (const address of await findUnused(database, gateways.map(({ name }) => name), limits.batchRows)) {
      if (this.#stop.signal.aborted) break;
      if (!(await this.#hasLinks(address)) && (await endUnused(database, address))) ended++;
    }
    if (ended === 0) return 0;
    log.info({ ended }, "addresses that rules made are deleted, since nobody uses them");
    onEnded();
    return ended;
  }

  /** Gateways that are away had no coverage, so that nothing was found. */
  async #hasLinks({ gatewayName }: UnusedAddress): Promise<boolean> {
    const { gateways, limits } = this.#options;
    const counts = await Promise.all(gateways.map((driver) => driver.countLinks(gatewayName, openWorkWindow(limits.stepMs, this.#stop.signal))));
    return counts.some((links) => links > 0);
  }
}
