import type { Database } from "../database.ts";
import type { BrokerDriver } from "../drivers/broker-driver.ts";
import type { ClaimedAddress } from "./claimed-rows.ts";
import { placeAddresses } from "./placement.ts";
import { countAddressesByBroker } from "./queries.ts";

/** Chooses brokers for new stored addresses. */
export class Placer {
  readonly #database: Database;
  readonly #brokers: readonly BrokerDriver[];
  readonly #countsMs: number;
  #counts: { byBroker: Map<string, number>; readAtMs: number } | undefined;

  /** @param countsMs how long counts read from the database are used; placements of this process are added meanwhile */
  constructor(database: Database, brokers: readonly BrokerDriver[], countsMs: number) {
    this.#database = database;
    this.#brokers = brokers;
    this.#countsMs = countsMs;
  }

  /**
   * What `claim` claims, given a broker for each of `limit` addresses.
   * @throws Error when the database fails
   */
  async claimPlaced(limit: number, claim: (placements: readonly string[]) => Promise<ClaimedAddress[]>): Promise<ClaimedAddress[]> {
    const rows = await claim(placeAddresses(await this.#loads(), limit));
    // Some had their broker already; what they are counted too often is put right with the next reading.
    for (const { broker } of rows) if (broker !== null) this.#counts?.byBroker.set(broker, (this.#counts.byBroker.get(broker) ?? 0) + 1);
    return rows;
  }

  async #loads(): Promise<{ name: string; connected: boolean; addresses: number }[]> {
    const hasChoice = this.#brokers.length > 1;
    if (hasChoice && (!this.#counts || performance.now() - this.#counts.readAtMs > this.#countsMs)) {
      this.#counts = { byBroker: await countAddressesByBroker(this.#database), readAtMs: performance.now() };
    }
    return this.#brokers.map(({ name, connected }) => ({ name, connected, addresses: this.#counts?.byBroker.get(name) ?? 0 }));
  }
}
